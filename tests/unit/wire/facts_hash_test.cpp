// A fact that does not reach the hash is a fact a verdict could change by without anybody seeing it: each field is
// changed once, and each must change the hash.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>

#include "controller/wire/verdict.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using Facts = policy::PromotionFacts;
using policy::PrincipalId;
using policy::RecordId;

const policy::Time kOther = At("2030-01-01T00:00:00Z");

struct FactChange {
    const char* name;
    std::function<void(Facts&)> apply;
};

std::vector<FactChange> ReleaseChanges() {
    return {
        {"to", [](Facts& f) { f.to = policy::Channel::kStable; }},
        {"id", [](Facts& f) { f.release.id = policy::ReleaseId::Trusted("x"); }},
        {"author", [](Facts& f) { f.release.author = PrincipalId::Trusted("x"); }},
        {"channel", [](Facts& f) { f.release.channel = policy::Channel::kDev; }},
        {"status", [](Facts& f) { f.release.status = policy::ReleaseStatus::kWithdrawn; }},
        {"channel_entered_at", [](Facts& f) { f.release.channel_entered_at = kOther; }},
        {"content_since", [](Facts& f) { f.release.content_since = kOther; }},
        {"promotion_begun", [](Facts& f) { f.release.promotion_begun = false; }},
        {"content_hash", [](Facts& f) { f.release.content_hash = "x"; }},
        {"change_hash", [](Facts& f) { f.release.change_hash = "x"; }},
        {"revision", [](Facts& f) { f.release.revision = 9; }},
        {"manifest", [](Facts& f) { f.manifest.rollback->procedure.pop_back(); }},
        {"no floor", [](Facts& f) { f.floor.reset(); }},
        {"floor", [](Facts& f) { f.floor->floor = policy::ReleaseClass::kWorkflow; }},
        {"floor path", [](Facts& f) { f.floor->path = "x"; }},
        {"floor pattern", [](Facts& f) { f.floor->pattern = "x"; }},
        {"floor topic", [](Facts& f) { f.floor->topic = "x"; }},
    };
}

std::vector<FactChange> PlanChanges() {
    const auto tenant = [](Facts& f) -> policy::TenantFacts& { return f.plan->tenants[0]; };
    const auto measured = [](Facts& f) -> policy::Measurement& { return *f.plan->criteria[1].measurement; };
    return {
        {"no plan", [](Facts& f) { f.plan.reset(); }},
        {"plan revision", [](Facts& f) { f.plan->revision = 9; }},
        {"plan hash", [](Facts& f) { f.plan->content_hash = "x"; }},
        {"opt-in", [](Facts& f) { f.plan->opt_in_method = "x"; }},
        {"start", [](Facts& f) { f.plan->start_date.reset(); }},
        {"minimum", [](Facts& f) { f.plan->minimum_stay = std::chrono::days(11); }},
        {"maximum", [](Facts& f) { f.plan->maximum_stay.reset(); }},
        {"owner", [](Facts& f) { f.plan->owner = "x"; }},
        {"tenants", [](Facts& f) { f.plan->tenants.clear(); }},
        {"tenant id", [=](Facts& f) { tenant(f).id = policy::TenantId::Trusted("x"); }},
        {"registered", [=](Facts& f) { tenant(f).registered = false; }},
        {"kind", [=](Facts& f) { tenant(f).kind = policy::TenantKind::kProduction; }},
        {"preference", [=](Facts& f) { tenant(f).preference = policy::ChannelPreference::kStableOnly; }},
        {"on_plan", [=](Facts& f) { tenant(f).on_plan = false; }},
        {"no consent", [=](Facts& f) { tenant(f).consent.reset(); }},
        {"consent id", [=](Facts& f) { tenant(f).consent->id = RecordId::Trusted("x"); }},
        {"recorded by", [=](Facts& f) { tenant(f).consent->recorded_by_kind = policy::PrincipalKind::kComponent; }},
        {"given by", [=](Facts& f) { tenant(f).consent->given_by = "x"; }},
        {"capacity", [=](Facts& f) { tenant(f).consent->capacity = "x"; }},
        {"consent evidence", [=](Facts& f) { tenant(f).consent->evidence = "x"; }},
        {"given at", [=](Facts& f) { tenant(f).consent->given_at = kOther; }},
        {"expires", [=](Facts& f) { tenant(f).consent->expires_at.reset(); }},
        {"withdrawn", [=](Facts& f) { tenant(f).consent->withdrawn_at.reset(); }},
        {"criteria", [](Facts& f) { f.plan->criteria.pop_back(); }},
        {"criterion key", [](Facts& f) { f.plan->criteria[0].criterion.key = "x"; }},
        {"criterion text", [](Facts& f) { f.plan->criteria[0].criterion.text = "x"; }},
        {"criterion limit", [](Facts& f) { f.plan->criteria[0].criterion.limit->threshold = 9; }},
        {"no limit", [](Facts& f) { f.plan->criteria[0].criterion.limit.reset(); }},
        {"no metric", [](Facts& f) { f.plan->criteria[1].criterion.metric.reset(); }},
        {"query", [](Facts& f) { f.plan->criteria[1].criterion.metric->query = "x"; }},
        {"metric limit", [](Facts& f) { f.plan->criteria[1].criterion.metric->limit.unit = "x"; }},
        {"samples query", [](Facts& f) { f.plan->criteria[1].criterion.metric->samples_query = "x"; }},
        {"min samples", [](Facts& f) { f.plan->criteria[1].criterion.metric->min_samples = 1; }},
        {"no measurement", [](Facts& f) { f.plan->criteria[1].measurement.reset(); }},
        {"measured state", [=](Facts& f) { measured(f).state = policy::MeasurementState::kUnmet; }},
        {"measured value", [=](Facts& f) { measured(f).value = 0.25; }},
        {"no value", [=](Facts& f) { measured(f).value.reset(); }},
        {"NaN", [=](Facts& f) { measured(f).value = std::numeric_limits<double>::quiet_NaN(); }},
        {"infinite", [=](Facts& f) { measured(f).value = std::numeric_limits<double>::infinity(); }},
        {"samples", [=](Facts& f) { measured(f).samples = 1; }},
        {"measured detail", [=](Facts& f) { measured(f).detail = "x"; }},
        {"measured at", [=](Facts& f) { measured(f).at = kOther; }},
    };
}

std::vector<FactChange> RecordChanges() {
    return {
        {"approvals", [](Facts& f) { f.approvals.clear(); }},
        {"approval id", [](Facts& f) { f.approvals[0].id = RecordId::Trusted("x"); }},
        {"approval scope", [](Facts& f) { f.approvals[0].scope = policy::ApprovalScope::kClass; }},
        {"approval role", [](Facts& f) { f.approvals[0].role = policy::Role::kQa; }},
        {"approver", [](Facts& f) { f.approvals[0].principal = PrincipalId::Trusted("x"); }},
        {"approver kind", [](Facts& f) { f.approvals[0].principal_kind = policy::PrincipalKind::kComponent; }},
        {"approver entitled", [](Facts& f) { f.approvals[0].entitled = false; }},
        {"approval hash", [](Facts& f) { f.approvals[0].hash_matches = false; }},
        {"approval revoked", [](Facts& f) { f.approvals[0].revoked = true; }},
        {"approval at", [](Facts& f) { f.approvals[0].at = kOther; }},
        {"checks", [](Facts& f) { f.checks.clear(); }},
        {"check id", [](Facts& f) { f.checks[0].id = RecordId::Trusted("x"); }},
        {"control", [](Facts& f) { f.checks[0].control = policy::Control::kDsv2; }},
        {"check key", [](Facts& f) { f.checks[0].key = "x"; }},
        {"outcome", [](Facts& f) { f.checks[0].outcome = policy::CheckOutcome::kFailed; }},
        {"tier", [](Facts& f) { f.checks[0].tier = policy::EvidenceTier::kRehearsal; }},
        {"check channel", [](Facts& f) { f.checks[0].channel = policy::Channel::kDev; }},
        {"performed", [](Facts& f) { f.checks[0].performed_at = kOther; }},
        {"recorded", [](Facts& f) { f.checks[0].recorded_at = kOther; }},
        {"change matches", [](Facts& f) { f.checks[0].change_matches = false; }},
        {"has evidence", [](Facts& f) { f.checks[0].has_evidence = false; }},
        {"has reason", [](Facts& f) { f.checks[0].has_reason = false; }},
        {"check resolved", [](Facts& f) { f.checks[0].resolved = true; }},
        {"incidents", [](Facts& f) { f.incidents.clear(); }},
        {"incident id", [](Facts& f) { f.incidents[0].id = RecordId::Trusted("x"); }},
        {"severity", [](Facts& f) { f.incidents[0].severity = policy::Severity::kSev1; }},
        {"incident state", [](Facts& f) { f.incidents[0].state = policy::IncidentState::kOpen; }},
        {"opened", [](Facts& f) { f.incidents[0].opened_at = kOther; }},
        {"incident resolved", [](Facts& f) { f.incidents[0].resolved_at.reset(); }},
        {"incident through", [](Facts& f) { f.incidents[0].through = "tenant x"; }},
        {"evaluations", [](Facts& f) { f.evaluations.clear(); }},
        {"evaluation id", [](Facts& f) { f.evaluations[0].id = RecordId::Trusted("x"); }},
        {"evaluation incident", [](Facts& f) { f.evaluations[0].incident = RecordId::Trusted("x"); }},
        {"decided", [](Facts& f) { f.evaluations[0].decided = false; }},
        {"hard stops", [](Facts& f) { f.hard_stops.clear(); }},
        {"stop id", [](Facts& f) { f.hard_stops[0].id = RecordId::Trusted("x"); }},
        {"stop rule", [](Facts& f) { f.hard_stops[0].rule = policy::HardStop::kHst5; }},
        {"stop reason", [](Facts& f) { f.hard_stops[0].reason = "x"; }},
        {"raised by", [](Facts& f) { f.hard_stops[0].raised_by = "x"; }},
        {"stop open", [](Facts& f) { f.hard_stops[0].open = true; }},
    };
}

std::vector<FactChange> DecisionChanges() {
    const auto signature = [](Facts& f) -> policy::SignatureFacts& { return f.memos[0].signatures[0]; };
    return {
        {"risks", [](Facts& f) { f.risk_acceptances.clear(); }},
        {"risk id", [](Facts& f) { f.risk_acceptances[0].id = RecordId::Trusted("x"); }},
        {"risk principal", [](Facts& f) { f.risk_acceptances[0].principal = PrincipalId::Trusted("x"); }},
        {"risk kind", [](Facts& f) { f.risk_acceptances[0].principal_kind = policy::PrincipalKind::kComponent; }},
        {"risk entitled", [](Facts& f) { f.risk_acceptances[0].entitled = false; }},
        {"risk hash", [](Facts& f) { f.risk_acceptances[0].hash_matches = false; }},
        {"risk revoked", [](Facts& f) { f.risk_acceptances[0].revoked = true; }},
        {"risk text", [](Facts& f) { f.risk_acceptances[0].risk = "x"; }},
        {"rationale", [](Facts& f) { f.risk_acceptances[0].rationale = "x"; }},
        {"review", [](Facts& f) { f.risk_acceptances[0].review_date.reset(); }},
        {"memos", [](Facts& f) { f.memos.clear(); }},
        {"memo number", [](Facts& f) { f.memos[0].number = 9; }},
        {"memo target", [](Facts& f) { f.memos[0].target = policy::Channel::kStable; }},
        {"memo decision", [](Facts& f) { f.memos[0].decision = policy::Decision::kNoGo; }},
        {"memo manifest", [](Facts& f) { f.memos[0].manifest_matches = false; }},
        {"memo decided", [](Facts& f) { f.memos[0].decided_at = kOther; }},
        {"signatures", [](Facts& f) { f.memos[0].signatures.clear(); }},
        {"signature role", [=](Facts& f) { signature(f).role = policy::Role::kDevLead; }},
        {"signer", [=](Facts& f) { signature(f).principal = PrincipalId::Trusted("x"); }},
        {"signer kind", [=](Facts& f) { signature(f).principal_kind = policy::PrincipalKind::kComponent; }},
        {"signer entitled", [=](Facts& f) { signature(f).entitled = false; }},
        {"signed hash", [=](Facts& f) { signature(f).hash_matches = false; }},
        {"signed at", [=](Facts& f) { signature(f).at = kOther; }},
        {"freezes", [](Facts& f) { f.freezes.clear(); }},
        {"freeze id", [](Facts& f) { f.freezes[0].id = RecordId::Trusted("x"); }},
        {"freeze scope", [](Facts& f) { f.freezes[0].scope = policy::FreezeScope::kGlobal; }},
        {"freeze channel", [](Facts& f) { f.freezes[0].channel.reset(); }},
        {"freeze tenant", [](Facts& f) { f.freezes[0].tenant.reset(); }},
        {"freeze starts", [](Facts& f) { f.freezes[0].starts_at = kOther; }},
        {"freeze ends", [](Facts& f) { f.freezes[0].ends_at = kOther; }},
        {"freeze reason", [](Facts& f) { f.freezes[0].reason = "x"; }},
        {"drifts", [](Facts& f) { f.drifts.clear(); }},
        {"drift instance", [](Facts& f) { f.drifts[0].instance = policy::InstanceId::Trusted("x"); }},
        {"drift kind", [](Facts& f) { f.drifts[0].kind = policy::ExposureDrift::kSilent; }},
        {"drift tenants", [](Facts& f) { f.drifts[0].tenants.clear(); }},
        {"flag killed", [](Facts& f) { f.flag_killed_by.reset(); }},
        {"requirements", [](Facts& f) { f.requirements.clear(); }},
        {"required rollout", [](Facts& f) { f.requirements[0].requirement.rollout = policy::RolloutId::Trusted("x"); }},
        {"required stage", [](Facts& f) { f.requirements[0].requirement.stage = 3; }},
        {"required programme",
         [](Facts& f) { f.requirements[0].requirement.programme = policy::ProgrammeId::Trusted("x"); }},
        {"required for", [](Facts& f) { f.requirements[0].requirement.from = policy::Channel::kCandidate; }},
        {"requirement exists", [](Facts& f) { f.requirements[0].exists = false; }},
        {"rollout state", [](Facts& f) { f.requirements[0].state = policy::RolloutState::kEnded; }},
        {"rollout stage", [](Facts& f) { f.requirements[0].stage.reset(); }},
        {"rollout evaluation", [](Facts& f) { f.requirements[0].evaluation.reset(); }},
        {"rollout killed", [](Facts& f) { f.requirements[0].killed_by.reset(); }},
        {"programme certified", [](Facts& f) { f.requirements[0].certified = true; }},
    };
}

TEST(FactsHashOf, EachFactIsPartOfIt) {
    const std::string hash = FactsHash(FullFacts());
    EXPECT_EQ(hash.size(), 64U);
    std::set<std::string> seen{hash};
    for (const auto& changes : {ReleaseChanges(), PlanChanges(), RecordChanges(), DecisionChanges()}) {
        for (const FactChange& change : changes) {
            Facts facts = FullFacts();
            change.apply(facts);
            EXPECT_TRUE(seen.insert(FactsHash(facts)).second) << change.name;
        }
    }
}

TEST(FactsHashOf, TimeIsNotPartOfIt) {
    Facts facts = FullFacts();
    facts.now = kOther;
    EXPECT_EQ(FactsHash(facts), FactsHash(FullFacts()));
}

TEST(FactsHashOf, TakesAnyTextAndNothing) {
    EXPECT_EQ(FactsHash({}).size(), 64U);
    Facts facts = FullFacts();
    facts.hard_stops[0].reason = HostileText();
    facts.release.id = policy::ReleaseId::Trusted(HostileText());
    EXPECT_EQ(FactsHash(facts).size(), 64U);
}

}  // namespace
}  // namespace wire
