#include <algorithm>
#include <utility>

#include "controller/app/gate.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/policy/classification.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/plan.hpp"

namespace app {
namespace {

/// Somebody who is nobody else: an assumed approval must not fail on separation of duties by accident.
policy::PrincipalId AssumedPerson(std::size_t n) {
    return policy::PrincipalId::Trusted("assumed-person-" + std::to_string(n));
}

policy::Channel ChannelOfRecord(const policy::PromotionFacts& facts) {
    return facts.release.channel;
}

void AssumeManifest(store::Tx& tx, policy::PromotionFacts& facts, const policy::Manifest& manifest) {
    const std::string content_hash = wire::ContentHash(manifest);
    if (content_hash != facts.release.content_hash) {
        facts.release.content_hash = content_hash;
        facts.release.content_since = facts.now;
        for (policy::ApprovalFacts& approval : facts.approvals) {
            approval.hash_matches = approval.hash_matches && approval.scope == policy::ApprovalScope::kPlan;
        }
        for (policy::RiskAcceptanceFacts& acceptance : facts.risk_acceptances) {
            acceptance.hash_matches = false;
        }
        for (policy::MemoFacts& memo : facts.memos) {
            memo.manifest_matches = false;
        }
    }
    const std::string change_hash = wire::ChangeHash(manifest);
    if (change_hash != facts.release.change_hash) {
        facts.release.change_hash = change_hash;
        for (policy::CheckFacts& check : facts.checks) {
            check.change_matches = false;
        }
    }
    facts.manifest = manifest;
    facts.requirements = store::LoadRequirements(tx, manifest.requirements);
    facts.floor = policy::SuggestFloor(manifest.files_changed, store::LoadPathRules(tx));
}

void AssumePlan(store::Tx& tx, policy::PromotionFacts& facts, const policy::ExposurePlan& plan) {
    policy::PlanFacts assumed;
    assumed.revision = facts.plan ? facts.plan->revision + 1 : 1;
    assumed.content_hash = wire::ContentHash(plan);
    assumed.opt_in_method = plan.opt_in_method;
    assumed.start_date = plan.start_date;
    assumed.minimum_stay = plan.minimum_stay;
    assumed.maximum_stay = plan.maximum_stay;
    assumed.owner = plan.owner;
    const std::vector<policy::TenantFacts> registry = store::LoadTenantFacts(tx, facts.release.id);
    for (const policy::TenantId& id : plan.tenants) {
        const auto known = std::ranges::find_if(
            registry, [&](const policy::TenantFacts& tenant) { return tenant.id == id && tenant.registered; });
        policy::TenantFacts tenant;
        tenant.id = id;
        if (known != registry.end()) {
            tenant = *known;
        }
        tenant.on_plan = true;
        assumed.tenants.push_back(std::move(tenant));
    }
    for (const policy::ExitCriterion& criterion : plan.exit_criteria) {
        assumed.criteria.push_back({criterion, std::nullopt});
    }
    const bool same = facts.plan && facts.plan->content_hash == assumed.content_hash;
    for (policy::ApprovalFacts& approval : facts.approvals) {
        approval.hash_matches = approval.hash_matches && (same || approval.scope != policy::ApprovalScope::kPlan);
    }
    facts.plan = std::move(assumed);
}

void AssumeRecords(policy::PromotionFacts& facts, const wire::WhatIf& question) {
    for (const wire::AssumedApproval& assumed : question.approvals) {
        policy::ApprovalFacts approval;
        approval.id = policy::RecordId::Trusted("assumed-approval-" + std::to_string(facts.approvals.size()));
        approval.scope = assumed.scope;
        approval.role = assumed.role;
        approval.principal = AssumedPerson(static_cast<std::size_t>(assumed.role));
        approval.entitled = true;
        approval.hash_matches = true;
        approval.at = facts.now;
        facts.approvals.push_back(std::move(approval));
    }
    for (const wire::AssumedCheck& assumed : question.checks) {
        policy::CheckFacts check;
        check.id = policy::RecordId::Trusted("assumed-check-" + std::to_string(facts.checks.size()));
        check.control = assumed.control;
        check.key = assumed.key;
        check.outcome = assumed.outcome;
        check.tier = assumed.tier;
        check.channel = ChannelOfRecord(facts);
        check.performed_at = facts.now;
        check.recorded_at = facts.now;
        check.change_matches = true;
        check.has_evidence = true;
        check.has_reason = true;
        facts.checks.push_back(std::move(check));
    }
    for (policy::IncidentFacts& incident : facts.incidents) {
        if (std::ranges::find(question.incidents_resolved, incident.id.Text()) != question.incidents_resolved.end() &&
            incident.state != policy::IncidentState::kResolved) {
            incident.state = policy::IncidentState::kResolved;
            incident.resolved_at = facts.now;
        }
    }
    for (policy::HardStopFacts& stop : facts.hard_stops) {
        stop.open = stop.open && std::ranges::find(question.hard_stops_resolved, stop.id.Text()) ==
                                     question.hard_stops_resolved.end();
    }
    for (policy::RequirementFacts& standing : facts.requirements) {
        const policy::Requirement needed = standing.requirement;
        const std::string& id = needed.rollout ? needed.rollout->Text() : needed.programme->Text();
        if (std::ranges::find(question.requirements_met, id) != question.requirements_met.end()) {
            standing = {};
            standing.requirement = needed;
            standing.exists = true;
            standing.state = policy::RolloutState::kActive;
            standing.stage = needed.stage;
            standing.certified = true;
        }
    }
}

}  // namespace

Outcome<wire::VerdictDocument> EvaluateWhatIf(store::Database& database, MetricsSource& metrics,
                                              const policy::ReleaseId& release, policy::Channel to,
                                              const wire::WhatIf& question) {
    auto facts = database.Read([&](store::Tx& tx) {
        auto loaded = store::LoadPromotionFacts(tx, release, to, store::Lock::kNone);
        if (loaded && question.manifest) {
            AssumeManifest(tx, *loaded, *question.manifest);
        }
        if (loaded && question.plan) {
            AssumePlan(tx, *loaded, *question.plan);
        }
        return loaded;
    });
    if (!facts) {
        return Refused(NotFound("release", release.Text()));
    }
    AssumeRecords(*facts, question);
    facts->now = question.at.value_or(facts->now);
    MeasureCriteria(metrics, *facts, Freshness::kMayBeKept);
    wire::VerdictDocument verdict =
        wire::MakeVerdictDocument(*facts, policy::EvaluatePromotion(*facts), wire::FactsHash(*facts));
    verdict.what_if = true;
    return verdict;
}

}  // namespace app
