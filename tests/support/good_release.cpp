#include "tests/support/good_release.hpp"

#include <algorithm>
#include <stdexcept>

namespace support {
namespace {

using policy::ApprovalScope;
using policy::Channel;
using policy::Control;
using policy::ReleaseClass;
using policy::Role;

constexpr std::string_view kFlag = "AUDIT_FILTER_UI_ENABLED";

policy::RecordId Record(std::string_view prefix, std::string_view of) {
    return policy::RecordId::Trusted(std::string(prefix) + "_" + std::string(of));
}

policy::EvidenceTier TierFor(Control control) {
    switch (control) {
        case Control::kTests:
        case Control::kRegressions:
        case Control::kDsv1:
        case Control::kDsv2:
        case Control::kDsv3:
            return policy::EvidenceTier::kTest;
        case Control::kKillSwitchDrill:
        case Control::kRollbackDrill:
        case Control::kRestoreDrill:
            return policy::EvidenceTier::kRehearsal;
        case Control::kCandidateMetrics:
        case Control::kObs6:
        case Control::kObs7:
        case Control::kObs8:
        case Control::kObs9:
            return policy::EvidenceTier::kManagedRuntime;
        default:
            return policy::EvidenceTier::kDocumented;
    }
}

void AddChecks(policy::PromotionFacts& facts, Channel to) {
    const auto add = [&facts](std::initializer_list<Control> controls, Channel channel, policy::Time at) {
        for (const Control control : controls) {
            facts.checks.push_back(PassedCheck(control, channel, at));
        }
    };
    add({Control::kTests, Control::kRegressions, Control::kKillSwitchDrill, Control::kRollbackDrill,
         Control::kRestoreDrill, Control::kDsv1, Control::kDsv2, Control::kDsv3, Control::kDsv4, Control::kDsv5,
         Control::kDsv6, Control::kDsv7, Control::kObs1, Control::kObs2, Control::kObs3, Control::kObs4,
         Control::kObs5},
        Channel::kDev, At("2025-01-14T10:00:00Z"));
    if (to >= Channel::kCandidate) {
        add({Control::kFeedback, Control::kObs6, Control::kObs7, Control::kObs8, Control::kObs9},
            Channel::kExperimental, At("2025-01-28T10:00:00Z"));
        policy::CheckFacts judged =
            PassedCheck(Control::kExitCriterion, Channel::kExperimental, At("2025-01-28T11:00:00Z"));
        judged.key = "filter-errors";
        facts.checks.push_back(judged);
    }
    if (to == Channel::kStable) {
        add({Control::kCandidateMetrics}, Channel::kCandidate, At("2025-02-05T10:00:00Z"));
    }
}

void AddApprovals(policy::PromotionFacts& facts, ReleaseClass classification, Channel to) {
    const auto add = [&facts](ApprovalScope scope, Role role) {
        const std::string_view person = role == Role::kDevLead ? "dora" : role == Role::kQa ? "quinn" : "sam";
        facts.approvals.push_back(GivenApproval(scope, role, person));
    };
    switch (classification) {
        case ReleaseClass::kUiOnly:
            add(ApprovalScope::kClass, Role::kDevLead);
            break;
        case ReleaseClass::kWorkflow:
            add(ApprovalScope::kClass, Role::kDevLead);
            add(ApprovalScope::kClass, Role::kQa);
            break;
        case ReleaseClass::kCapability:
            add(ApprovalScope::kClass, Role::kDevLead);
            add(ApprovalScope::kClass, Role::kSystemOwner);
            break;
        case ReleaseClass::kMechanism:
            add(ApprovalScope::kClass, Role::kSystemOwner);
            break;
    }
    add(ApprovalScope::kPlan, Role::kDevLead);
    add(ApprovalScope::kExperimental, Role::kDevLead);
    if (to >= Channel::kCandidate) {
        add(ApprovalScope::kCandidate, Role::kDevLead);
        add(ApprovalScope::kCandidate, Role::kQa);
    }
    if (to == Channel::kStable) {
        add(ApprovalScope::kStable, Role::kSystemOwner);
    }
}

policy::PlanFacts PlanFactsOf(const policy::ExposurePlan& plan, std::size_t tenants, policy::Time now) {
    policy::PlanFacts facts;
    facts.revision = 1;
    facts.content_hash = std::string(64, 'b');
    facts.opt_in_method = plan.opt_in_method;
    facts.start_date = plan.start_date;
    facts.minimum_stay = plan.minimum_stay;
    facts.maximum_stay = plan.maximum_stay;
    facts.owner = plan.owner;
    for (std::size_t i = 0; i < tenants; ++i) {
        facts.tenants.push_back(ConsentingTenant("tenant-" + std::to_string(i + 1)));
    }
    for (const policy::ExitCriterion& criterion : plan.exit_criteria) {
        policy::CriterionFacts& added = facts.criteria.emplace_back();
        added.criterion = criterion;
        if (criterion.metric) {
            added.measurement = policy::Measurement{policy::MeasurementState::kMet, 85.0, 340, "1 series, 340 samples",
                                                    now - std::chrono::minutes{1}};
        }
    }
    return facts;
}

policy::ReleaseFacts ReleaseFactsOf(Channel channel) {
    policy::ReleaseFacts release;
    release.id = policy::ReleaseId::Trusted("2025-01-15-audit-filter-ui");
    release.author = Person("ana");
    release.channel = channel;
    release.content_since = At("2025-01-13T09:00:00Z");
    release.promotion_begun = channel != Channel::kDev;
    release.content_hash = std::string(64, 'a');
    release.change_hash = std::string(64, 'c');
    release.revision = 3;
    release.channel_entered_at = channel == Channel::kDev            ? At("2025-01-13T09:00:00Z")
                                 : channel == Channel::kExperimental ? EntersExperimental()
                                                                     : EntersCandidate();
    return release;
}

policy::RiskAcceptanceFacts AcceptedRiskOfSam() {
    policy::RiskAcceptanceFacts acceptance;
    acceptance.id = Record("rsk", "migration");
    acceptance.principal = Person("sam");
    acceptance.entitled = true;
    acceptance.hash_matches = true;
    acceptance.risk = "The migration takes longer than rehearsed.";
    acceptance.rationale = "It is online and can be stopped.";
    acceptance.review_date = On("2025-06-01");
    return acceptance;
}

}  // namespace

policy::Time At(std::string_view text) {
    const auto time = platform::ParseTime(text);
    if (!time) {
        throw std::invalid_argument("no time: " + std::string(text));
    }
    return *time;
}

policy::Date On(std::string_view text) {
    const auto date = platform::ParseDate(text);
    if (!date) {
        throw std::invalid_argument("no date: " + std::string(text));
    }
    return *date;
}

policy::PrincipalId Person(std::string_view name) {
    return policy::PrincipalId::Trusted(std::string(name));
}

policy::Time EntersExperimental() {
    return At("2025-01-15T09:00:00Z");
}

policy::Time EntersCandidate() {
    return At("2025-01-29T09:00:00Z");
}

policy::Time EntersStable() {
    return At("2025-02-06T09:00:00Z");
}

policy::Manifest GoodManifest(ReleaseClass classification) {
    policy::Manifest manifest;
    manifest.id = "2025-01-15-audit-filter-ui";
    manifest.title = "Filters for a panel";
    manifest.description = "Narrows a panel down to a range of dates.";
    manifest.classification = classification;
    manifest.version = "2025.1.15";
    manifest.files_changed = {"src/components/admin/Panel.tsx"};
    manifest.artifacts = {{"web", "sha256:" + std::string(64, '1')}};
    manifest.kill_switch = policy::KillSwitch{std::string(kFlag), false, {"tenant-1"}, "Read with each request", false};
    policy::RollbackPlan rollback;
    rollback.triggers = {{"Loading takes 200 ms longer, or more",
                          policy::Limit{"page_load_increase", policy::Comparison::kGreaterOrEqual, 200, "ms"}}};
    rollback.procedure = {"Set " + std::string(kFlag) + " to false",
                          "Revert commit 4e07408 when the flag does not help"};
    rollback.verification = {"The filters are not visible"};
    rollback.communication = {{"Dev lead", "immediately", policy::Duration::zero()}};
    rollback.owner = "dora";
    if (classification == ReleaseClass::kMechanism) {
        manifest.data_changes =
            policy::DataChanges{true, "A new table", true, true, true, "Restore runbook, steps 1 to 9"};
        rollback.data_recovery = "Restore from the backup taken before the migration";
    }
    manifest.rollback = rollback;
    manifest.observability = {"Each use is logged with actor and tenant"};
    return manifest;
}

policy::ExposurePlan GoodPlan() {
    policy::ExposurePlan plan;
    plan.tenants = {policy::TenantId::Trusted("tenant-1"), policy::TenantId::Trusted("tenant-2")};
    plan.opt_in_method = "Written confirmation by the person who runs the tenant";
    plan.start_date = On("2025-01-15");
    plan.minimum_stay = policy::Days{14};
    plan.maximum_stay = policy::Days{28};
    policy::ExitCriterion judged;
    judged.key = "filter-errors";
    judged.text = "No filter query ends in an error";
    policy::ExitCriterion measured;
    measured.key = "page-load";
    measured.text = "The page takes less than 200 ms longer to load";
    measured.metric = policy::MetricCheck{
        "max(page_load_increase)", {"page_load_increase", policy::Comparison::kLess, 200, "ms"}, "", 100};
    plan.exit_criteria = {judged, measured};
    plan.owner = "sam";
    return plan;
}

policy::TenantFacts ConsentingTenant(std::string_view id) {
    policy::TenantFacts tenant;
    tenant.id = policy::TenantId::Trusted(std::string(id));
    tenant.registered = true;
    tenant.kind = policy::TenantKind::kStaging;
    tenant.on_plan = true;
    tenant.consent = policy::ConsentFacts{Record("con", id),
                                          policy::PrincipalKind::kUser,
                                          "Omar Haddad",
                                          "administrator of the tenant",
                                          "Ticket 118",
                                          At("2025-01-14T10:30:00Z"),
                                          At("2025-12-31T00:00:00Z"),
                                          std::nullopt};
    return tenant;
}

policy::CheckFacts PassedCheck(Control control, Channel channel, policy::Time at) {
    policy::CheckFacts check;
    check.id = Record("chk", platform::EnumText(control));
    check.control = control;
    check.outcome = policy::CheckOutcome::kPassed;
    check.tier = TierFor(control);
    check.channel = channel;
    check.performed_at = at;
    check.recorded_at = at;
    check.change_matches = true;
    check.has_evidence = true;
    return check;
}

policy::ApprovalFacts GivenApproval(ApprovalScope scope, Role role, std::string_view person) {
    policy::ApprovalFacts approval;
    approval.id = Record("apr", std::string(platform::EnumText(scope)) + "-" + std::string(platform::EnumText(role)));
    approval.scope = scope;
    approval.role = role;
    approval.principal = Person(person);
    approval.entitled = true;
    approval.hash_matches = true;
    approval.at = At("2025-01-14T12:00:00Z");
    return approval;
}

policy::MemoFacts SignedMemo(Channel target) {
    policy::MemoFacts memo;
    memo.number = target == Channel::kStable ? 2 : 1;
    memo.target = target;
    memo.decision = policy::Decision::kGo;
    memo.manifest_matches = true;
    memo.decided_at = (target == Channel::kStable ? EntersStable() : EntersCandidate()) - std::chrono::hours{2};
    const auto sign = [&memo](Role role, std::string_view person) {
        memo.signatures.push_back(
            {role, Person(person), policy::PrincipalKind::kUser, true, true, memo.decided_at + std::chrono::hours{1}});
    };
    sign(Role::kSystemOwner, "sam");
    sign(Role::kDevLead, "dora");
    return memo;
}

policy::PromotionFacts GoodRelease(Channel to, ReleaseClass classification, std::size_t tenants) {
    policy::PromotionFacts facts;
    facts.to = to;
    facts.now = to == Channel::kStable      ? EntersStable()
                : to == Channel::kCandidate ? EntersCandidate()
                                            : EntersExperimental();
    facts.release = ReleaseFactsOf(to == Channel::kStable      ? Channel::kCandidate
                                   : to == Channel::kCandidate ? Channel::kExperimental
                                                               : Channel::kDev);
    facts.manifest = GoodManifest(classification);
    facts.plan = PlanFactsOf(GoodPlan(), tenants, facts.now);
    AddApprovals(facts, classification, to);
    AddChecks(facts, to);
    if (classification == ReleaseClass::kMechanism) {
        facts.risk_acceptances = {AcceptedRiskOfSam()};
        if (to >= Channel::kCandidate) {
            facts.memos.push_back(SignedMemo(Channel::kCandidate));
        }
    }
    if (to == Channel::kStable) {
        facts.memos.push_back(SignedMemo(Channel::kStable));
    }
    return facts;
}

policy::CheckFacts& CheckOf(policy::PromotionFacts& facts, Control control) {
    for (policy::CheckFacts& check : facts.checks) {
        if (check.control == control) {
            return check;
        }
    }
    throw std::out_of_range("no check for " + std::string(platform::EnumText(control)));
}

policy::ApprovalFacts& ApprovalOf(policy::PromotionFacts& facts, ApprovalScope scope, Role role) {
    for (policy::ApprovalFacts& approval : facts.approvals) {
        if (approval.scope == scope && approval.role == role) {
            return approval;
        }
    }
    throw std::out_of_range("no approval for " + std::string(platform::EnumText(scope)));
}

policy::MemoFacts& MemoOf(policy::PromotionFacts& facts, Channel target) {
    for (policy::MemoFacts& memo : facts.memos) {
        if (memo.target == target) {
            return memo;
        }
    }
    throw std::out_of_range("no memo for " + std::string(platform::EnumText(target)));
}

policy::SignatureFacts& SignatureOf(policy::MemoFacts& memo, Role role) {
    for (policy::SignatureFacts& signature : memo.signatures) {
        if (signature.role == role) {
            return signature;
        }
    }
    throw std::out_of_range("no signature as " + std::string(platform::EnumText(role)));
}

void DropCheck(policy::PromotionFacts& facts, Control control) {
    std::erase_if(facts.checks, [control](const policy::CheckFacts& check) { return check.control == control; });
}

void DropApproval(policy::PromotionFacts& facts, ApprovalScope scope, Role role) {
    std::erase_if(facts.approvals, [scope, role](const policy::ApprovalFacts& approval) {
        return approval.scope == scope && approval.role == role;
    });
}

}  // namespace support
