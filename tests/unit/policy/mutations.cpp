#include "tests/unit/policy/mutations.hpp"

#include "controller/policy/evidence.hpp"
#include "tests/support/good_release.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): a table of facts
using support::ApprovalOf;
using support::At;
using support::CheckOf;
using support::DropApproval;
using support::DropCheck;
using support::MemoOf;
using support::Person;
using support::SignatureOf;

using Spoil = void (*)(PromotionFacts&);

const std::vector<Channel> kAll = {Channel::kExperimental, Channel::kCandidate, Channel::kStable};
const std::vector<Channel> kIntoExperimental = {Channel::kExperimental};
const std::vector<Channel> kIntoCandidate = {Channel::kCandidate};
const std::vector<Channel> kIntoStable = {Channel::kStable};
const std::vector<Channel> kFromCandidateOn = {Channel::kCandidate, Channel::kStable};

class Table {
public:
    void Denied(std::string rule, std::string what, const std::vector<Channel>& transitions, Spoil spoil,
                Rules also = {}) {
        Add(std::move(rule), std::move(what), transitions, spoil, FindingKind::kDenied, std::move(also));
    }
    void Pending(std::string rule, std::string what, const std::vector<Channel>& transitions, Spoil spoil) {
        Add(std::move(rule), std::move(what), transitions, spoil, FindingKind::kPending, {});
    }
    void Indeterminate(std::string rule, std::string what, const std::vector<Channel>& transitions, Spoil spoil) {
        Add(std::move(rule), std::move(what), transitions, spoil, FindingKind::kIndeterminate, {});
    }
    void For(ReleaseClass classification) {
        classification_ = classification;
    }
    std::vector<Mutation> Take() {
        return std::move(mutations_);
    }

private:
    void Add(std::string rule, std::string what, const std::vector<Channel>& transitions, Spoil spoil, FindingKind kind,
             Rules also) {
        mutations_.push_back(
            {std::move(rule), std::move(what), classification_, transitions, spoil, kind, std::move(also)});
    }

    ReleaseClass classification_ = ReleaseClass::kWorkflow;
    std::vector<Mutation> mutations_;
};

IncidentFacts OpenIncidentOf(Severity severity, Time opened_at) {
    return {RecordId::Trusted("inc_1"), severity, IncidentState::kOpen, opened_at, std::nullopt};
}

template <HardStop kStop>
void RaiseHardStop(PromotionFacts& facts) {
    facts.hard_stops.push_back({RecordId::Trusted("hs_1"), kStop, "seen in a scan", "scanner", true});
}

template <Control kControl>
void Fail(PromotionFacts& facts) {
    CheckOf(facts, kControl).outcome = CheckOutcome::kFailed;
}
template <Control kControl>
void Drop(PromotionFacts& facts) {
    DropCheck(facts, kControl);
}

template <ExposureDrift kDrift>
void Drift(PromotionFacts& facts) {
    facts.drifts.push_back({InstanceId::Trusted("eu-1"), kDrift, {"tenant-9"}});
}

/// Stage 2 of a rollout, which is in stage 3 when it is active.
template <RolloutState kState>
void Require(PromotionFacts& facts) {
    RequirementFacts standing;
    standing.requirement.rollout = RolloutId::Trusted("tenancy");
    standing.requirement.stage = 2;
    standing.exists = true;
    standing.state = kState;
    if (kState != RolloutState::kPlanned) {
        standing.stage = 3;
    }
    facts.manifest.requirements.push_back(standing.requirement);
    facts.requirements.push_back(standing);
}

RequirementFacts& RequireProgramme(PromotionFacts& facts) {
    RequirementFacts standing;
    standing.requirement.programme = ProgrammeId::Trusted("parcels");
    standing.exists = true;
    standing.certified = true;
    facts.manifest.requirements.push_back(standing.requirement);
    return facts.requirements.emplace_back(standing);
}

void AddPeople(Table& table) {
    table.Denied("SOD-1", "an approval by a component", kAll, [](PromotionFacts& facts) {
        ApprovalOf(facts, ApprovalScope::kClass, Role::kQa).principal_kind = PrincipalKind::kComponent;
    });
    table.Denied("SOD-1", "a consent recorded by a component", kIntoExperimental, [](PromotionFacts& facts) {
        facts.plan->tenants[1].consent->recorded_by_kind = PrincipalKind::kComponent;
    });
    table.Denied("SOD-1", "a memo signature by a component", kIntoStable, [](PromotionFacts& facts) {
        SignatureOf(MemoOf(facts, Channel::kStable), Role::kDevLead).principal_kind = PrincipalKind::kComponent;
    });
    table.Denied("SOD-2", "one person as dev lead and as QA", kAll, [](PromotionFacts& facts) {
        ApprovalOf(facts, ApprovalScope::kClass, Role::kQa).principal = Person("dora");
    });
    table.Denied("SOD-2", "one person's two signatures", kIntoStable, [](PromotionFacts& facts) {
        SignatureOf(MemoOf(facts, Channel::kStable), Role::kDevLead).principal = Person("sam");
    });
    table.Denied("SOD-3", "the author's approval as QA", kAll, [](PromotionFacts& facts) {
        ApprovalOf(facts, ApprovalScope::kClass, Role::kQa).principal = Person("ana");
    });
    table.Pending("SOD-4", "an approver who lost the role", kAll,
                  [](PromotionFacts& facts) { ApprovalOf(facts, ApprovalScope::kClass, Role::kQa).entitled = false; });
    table.Pending("SOD-4", "a signatory who lost the role", kIntoStable, [](PromotionFacts& facts) {
        SignatureOf(MemoOf(facts, Channel::kStable), Role::kSystemOwner).entitled = false;
    });
    table.Pending("SOD-5", "an approval of older content", kAll, [](PromotionFacts& facts) {
        ApprovalOf(facts, ApprovalScope::kPlan, Role::kDevLead).hash_matches = false;
    });
    table.Pending("SOD-5", "a signature over other content", kIntoStable, [](PromotionFacts& facts) {
        SignatureOf(MemoOf(facts, Channel::kStable), Role::kDevLead).hash_matches = false;
    });
    table.For(ReleaseClass::kCapability);
    table.Denied("SOD-3", "the author's approval as dev lead of a capability", kAll, [](PromotionFacts& facts) {
        ApprovalOf(facts, ApprovalScope::kClass, Role::kDevLead).principal = Person("ana");
    });
    table.For(ReleaseClass::kMechanism);
    table.Denied("SOD-1", "a risk acceptance by a component", kAll,
                 [](PromotionFacts& facts) { facts.risk_acceptances[0].principal_kind = PrincipalKind::kComponent; });
    table.Denied("SOD-2", "the dev lead's risk acceptance", kIntoExperimental,
                 [](PromotionFacts& facts) { facts.risk_acceptances[0].principal = Person("dora"); }, {"SOD-2"});
    table.Denied("SOD-3", "the author's risk acceptance", kAll,
                 [](PromotionFacts& facts) { facts.risk_acceptances[0].principal = Person("ana"); });
    table.Pending("SOD-4", "a risk acceptance of somebody who lost the role", kAll,
                  [](PromotionFacts& facts) { facts.risk_acceptances[0].entitled = false; });
    table.Pending("SOD-5", "a risk acceptance of older content", kAll,
                  [](PromotionFacts& facts) { facts.risk_acceptances[0].hash_matches = false; });
    table.For(ReleaseClass::kWorkflow);
}

void AddClassification(Table& table) {
    table.Pending("CLS-4", "no QA approval of a workflow", kAll,
                  [](PromotionFacts& facts) { DropApproval(facts, ApprovalScope::kClass, Role::kQa); });
    table.Pending("CLS-4", "a revoked class approval", kAll, [](PromotionFacts& facts) {
        ApprovalOf(facts, ApprovalScope::kClass, Role::kDevLead).revoked = true;
    });
    table.Pending("CLS-5", "no system owner's acknowledgement of the lower class", kAll, [](PromotionFacts& facts) {
        facts.floor = ClassFloor{ReleaseClass::kMechanism, "src/audit/log.ts", "**/audit/**", "audit"};
        facts.approvals.push_back(support::GivenApproval(ApprovalScope::kClassFloor, Role::kDevLead, "dora"));
    });
    table.Pending("APR-1", "no dev lead's approval of the transition", kIntoExperimental,
                  [](PromotionFacts& facts) { DropApproval(facts, ApprovalScope::kExperimental, Role::kDevLead); });
    table.Pending("APR-1", "no QA approval of the transition", kIntoCandidate,
                  [](PromotionFacts& facts) { DropApproval(facts, ApprovalScope::kCandidate, Role::kQa); });
    table.Pending("APR-1", "no system owner's approval of the transition", kIntoStable,
                  [](PromotionFacts& facts) { DropApproval(facts, ApprovalScope::kStable, Role::kSystemOwner); });
    table.For(ReleaseClass::kMechanism);
    table.Pending("CLS-3", "no memo for candidate", kIntoCandidate, [](PromotionFacts& facts) { facts.memos.clear(); });
    table.Denied("CLS-3", "a NO-GO memo for candidate", kIntoCandidate,
                 [](PromotionFacts& facts) { MemoOf(facts, Channel::kCandidate).decision = Decision::kNoGo; });
    table.Pending("CLS-4", "no risk acceptance", kAll, [](PromotionFacts& facts) { facts.risk_acceptances.clear(); });
    table.Denied("CLS-4", "a risk acceptance that lapsed today", kAll,
                 [](PromotionFacts& facts) { facts.risk_acceptances[0].review_date = platform::DateOf(facts.now); });
    table.For(ReleaseClass::kWorkflow);
}

void AddChannels(Table& table) {
    table.Denied("CHN-1", "a channel skipped", kFromCandidateOn, [](PromotionFacts& facts) {
        facts.release.channel = Channel::kDev;
        facts.plan->maximum_stay.reset();
    });
    table.Pending("CHN-2", "a microsecond missing", kFromCandidateOn, [](PromotionFacts& facts) {
        const Duration needed =
            facts.release.channel == Channel::kExperimental ? *facts.plan->minimum_stay : Duration(Days{7});
        facts.release.channel_entered_at = facts.now - needed + Duration{1};
        if (facts.release.channel == Channel::kCandidate) {
            CheckOf(facts, Control::kCandidateMetrics).performed_at = facts.now;
        }
    });
    table.Denied("CHN-3", "a plan shorter than the minimum", kAll,
                 [](PromotionFacts& facts) { facts.plan->minimum_stay = Days{7} - Duration{1}; });
    table.Denied("CHN-4", "a maximum stay that has passed", kIntoCandidate, [](PromotionFacts& facts) {
        facts.plan->maximum_stay = facts.now - facts.release.channel_entered_at - Duration{1};
        facts.plan->minimum_stay = Days{7};
    });
    table.Denied("CHN-5", "an open SEV-1", kAll, [](PromotionFacts& facts) {
        facts.incidents.push_back(OpenIncidentOf(Severity::kSev1, facts.now - std::chrono::hours{1}));
    });
    table.Denied("CHN-5", "an undecided rollback evaluation", kAll, [](PromotionFacts& facts) {
        facts.evaluations.push_back({RecordId::Trusted("rbe_1"), RecordId::Trusted("inc_1"), false});
    });
    table.Pending("CHN-8", "a freeze of everything", kAll, [](PromotionFacts& facts) {
        facts.freezes.push_back({RecordId::Trusted("frz_1"), FreezeScope::kGlobal, std::nullopt, std::nullopt,
                                 facts.now, facts.now + std::chrono::hours{1}, "holidays"});
    });
    table.Denied("CHN-9", "no exit criteria", kAll, [](PromotionFacts& facts) { facts.plan->criteria.clear(); });
    table.Pending("CHX-1", "no test run", kAll, Drop<Control::kTests>);
    table.Denied("CHX-1", "a failed regression run", kAll, Fail<Control::kRegressions>);
    table.Denied("CHX-2", "a metric criterion unmet", kFromCandidateOn,
                 [](PromotionFacts& facts) { facts.plan->criteria[1].measurement->state = MeasurementState::kUnmet; });
    table.Pending("CHX-2", "a criterion nobody judged", kFromCandidateOn, Drop<Control::kExitCriterion>);
    table.Denied("CHX-2", "a criterion judged unmet", kFromCandidateOn, Fail<Control::kExitCriterion>);
    table.Denied("CHX-3", "an open SEV-2", kFromCandidateOn, [](PromotionFacts& facts) {
        facts.incidents.push_back(OpenIncidentOf(Severity::kSev2, facts.now - std::chrono::hours{1}));
    });
    table.Denied("CHX-3", "an open SEV-4 in candidate", kIntoStable, [](PromotionFacts& facts) {
        facts.incidents.push_back(OpenIncidentOf(Severity::kSev4, facts.now - std::chrono::hours{1}));
    });
    table.Pending("CHX-4", "no feedback", kFromCandidateOn, Drop<Control::kFeedback>);
    table.Pending("CHX-5", "no metrics of the candidate stay", kIntoStable, Drop<Control::kCandidateMetrics>);
    table.Denied("CHX-6", "a withdrawn release", kAll,
                 [](PromotionFacts& facts) { facts.release.status = ReleaseStatus::kWithdrawn; });
    table.Denied("CHX-7", "an instance that exposes it to others", kAll, Drift<ExposureDrift::kExposed>);
    table.Denied("CHX-7", "an instance that does not do what it was told", kAll, Drift<ExposureDrift::kMissing>);
    table.Denied("CHX-7", "an instance whose word is not what was seen", kAll, Drift<ExposureDrift::kContradicted>);
    table.Denied("CHX-7", "a tenant that nobody hosts any more", kAll, Drift<ExposureDrift::kGone>);
    table.Indeterminate("CHX-7", "an instance that cannot be looked at", kAll, Drift<ExposureDrift::kUnseen>);
    table.Pending("CHX-7", "an instance that was not told yet", kAll, Drift<ExposureDrift::kNotOrdered>);
    table.Denied("CHX-7", "an organization that is no tenant", kFromCandidateOn, Drift<ExposureDrift::kUnknown>);
    table.Indeterminate("CHX-7", "an instance that never said what it hosts", kAll, Drift<ExposureDrift::kSilent>);
    table.Denied("CHX-8", "a rollout that was reversed", kAll, Require<RolloutState::kReversed>);
    table.Denied("CHX-8", "a rollout that has ended", kAll, Require<RolloutState::kEnded>);
    table.Pending("CHX-8", "a rollout in no stage", kAll, Require<RolloutState::kPlanned>);
    table.Denied("CHX-8", "a rollout that there is not", kAll, [](PromotionFacts& facts) {
        Require<RolloutState::kActive>(facts);
        facts.requirements.back().exists = false;
    });
    table.Denied("CHX-8", "a rollout whose flag was killed", kAll, [](PromotionFacts& facts) {
        Require<RolloutState::kActive>(facts);
        facts.requirements.back().killed_by = RecordId::Trusted("op_1");
    });
    table.Indeterminate("CHX-8", "a rollout of which a question is open", kAll, [](PromotionFacts& facts) {
        Require<RolloutState::kActive>(facts);
        facts.requirements.back().evaluation = RecordId::Trusted("rev_1");
    });
    table.Indeterminate("CHX-8", "a rollout that nobody looked at", kAll, [](PromotionFacts& facts) {
        Require<RolloutState::kActive>(facts);
        facts.requirements.clear();
    });
    table.Pending("CHX-9", "a programme that is not certified", kAll,
                  [](PromotionFacts& facts) { RequireProgramme(facts).certified = false; });
    table.Denied("CHX-9", "a programme that there is not", kAll,
                 [](PromotionFacts& facts) { RequireProgramme(facts).exists = false; });
    table.Indeterminate("CHX-9", "a programme that nobody looked at", kAll, [](PromotionFacts& facts) {
        RequireProgramme(facts);
        facts.requirements.clear();
    });
}

void AddPlan(Table& table) {
    table.Pending("EXP-1", "no plan", kAll, [](PromotionFacts& facts) { facts.plan.reset(); });
    table.Denied("EXP-1", "a plan without tenants", kAll, [](PromotionFacts& facts) { facts.plan->tenants.clear(); });
    table.Denied("EXP-2", "no opt-in method", kAll, [](PromotionFacts& facts) { facts.plan->opt_in_method = " "; });
    table.Pending("EXP-2", "a tenant without consent", kIntoExperimental,
                  [](PromotionFacts& facts) { facts.plan->tenants[1].consent.reset(); });
    table.Denied("EXP-2", "a withdrawn consent", kIntoExperimental,
                 [](PromotionFacts& facts) { facts.plan->tenants[1].consent->withdrawn_at = facts.now; });
    table.Denied("EXP-3", "no start date", kAll, [](PromotionFacts& facts) { facts.plan->start_date.reset(); });
    table.Denied("EXP-3", "no minimum duration", kAll, [](PromotionFacts& facts) { facts.plan->minimum_stay.reset(); });
    table.Pending("EXP-3", "a start date that has not come", kIntoExperimental,
                  [](PromotionFacts& facts) { facts.plan->start_date = support::On("2025-01-16"); });
    table.Denied("EXP-4", "an exit criterion that says nothing", kAll,
                 [](PromotionFacts& facts) { facts.plan->criteria[0].criterion.text.clear(); });
    table.Denied("EXP-5", "no owner", kAll, [](PromotionFacts& facts) { facts.plan->owner.clear(); });
    table.Pending("EXP-6", "no approval of the plan", kAll,
                  [](PromotionFacts& facts) { DropApproval(facts, ApprovalScope::kPlan, Role::kDevLead); });
    table.Denied("EXP-7", "a band between exit limit and rollback trigger", kAll,
                 [](PromotionFacts& facts) { facts.manifest.rollback->triggers[0].limit->threshold = 500; });
}

void AddSafetyAndObservability(Table& table) {
    table.Pending("DSV-1", "not verified", kFromCandidateOn, Drop<Control::kDsv1>);
    table.Denied("DSV-1", "failed", kFromCandidateOn, Fail<Control::kDsv1>, {"HST-4"});
    table.Pending("DSV-2", "not verified", kFromCandidateOn, Drop<Control::kDsv2>);
    table.Pending("DSV-3", "not verified", kFromCandidateOn, Drop<Control::kDsv3>);
    table.Pending("DSV-4", "not verified", kFromCandidateOn, Drop<Control::kDsv4>);
    table.Pending("DSV-5", "not verified", kFromCandidateOn, Drop<Control::kDsv5>);
    table.Denied("DSV-5", "failed", kFromCandidateOn, Fail<Control::kDsv5>);
    table.Pending("DSV-6", "not verified", kFromCandidateOn, Drop<Control::kDsv6>);
    table.Pending("DSV-7", "not verified", kFromCandidateOn, Drop<Control::kDsv7>);
    table.Pending("OBS-1", "not verified", kFromCandidateOn, Drop<Control::kObs1>);
    table.Pending("OBS-2", "not verified", kFromCandidateOn, Drop<Control::kObs2>);
    table.Pending("OBS-3", "not verified", kFromCandidateOn, Drop<Control::kObs3>);
    table.Pending("OBS-4", "no baseline", kIntoExperimental, Drop<Control::kObs4>);
    table.Denied("OBS-4", "a baseline that came too late", kFromCandidateOn,
                 [](PromotionFacts& facts) { CheckOf(facts, Control::kObs4).channel = Channel::kExperimental; });
    table.Pending("OBS-5", "not verified", kFromCandidateOn, Drop<Control::kObs5>);
    table.Pending("OBS-6", "not verified", kFromCandidateOn, Drop<Control::kObs6>);
    table.Denied("OBS-7", "a regression", kFromCandidateOn, Fail<Control::kObs7>);
    table.Pending("OBS-8", "not verified", kFromCandidateOn, Drop<Control::kObs8>);
    table.Pending("OBS-9", "seen in dev only", kFromCandidateOn,
                  [](PromotionFacts& facts) { CheckOf(facts, Control::kObs9).channel = Channel::kDev; });
    table.For(ReleaseClass::kMechanism);
    table.Denied("DSV-6", "a migration that is not idempotent", kFromCandidateOn,
                 [](PromotionFacts& facts) { facts.manifest.data_changes.idempotent = false; });
    table.Denied("DSV-6", "a migration said to be beside the point", kFromCandidateOn, [](PromotionFacts& facts) {
        CheckOf(facts, Control::kDsv6).outcome = CheckOutcome::kNotApplicable;
        CheckOf(facts, Control::kDsv6).has_reason = true;
    });
    table.For(ReleaseClass::kWorkflow);
}

void AddHardStops(Table& table) {
    table.Denied("HST-1", "no class", kAll, [](PromotionFacts& facts) { facts.manifest.classification.reset(); });
    table.Denied("HST-1", "raised", kAll, RaiseHardStop<HardStop::kHst1>);
    table.Denied("HST-2", "no rollback plan", kAll, [](PromotionFacts& facts) { facts.manifest.rollback.reset(); });
    table.Denied("HST-2", "no procedure", kAll,
                 [](PromotionFacts& facts) { facts.manifest.rollback->procedure = {" "}; });
    table.Denied("HST-2", "raised", kAll, RaiseHardStop<HardStop::kHst2>);
    table.Denied("HST-3", "raised", kAll, RaiseHardStop<HardStop::kHst3>);
    table.Denied("HST-4", "raised", kAll, RaiseHardStop<HardStop::kHst4>);
    table.Denied("HST-4", "a failed isolation test before candidate", kIntoExperimental, Fail<Control::kDsv2>);
    table.Denied("HST-5", "raised", kAll, RaiseHardStop<HardStop::kHst5>);
    table.Denied("HST-5", "audit entries without tenant before candidate", kIntoExperimental, Fail<Control::kDsv4>);
    table.Denied("HST-6", "no kill switch", kAll, [](PromotionFacts& facts) { facts.manifest.kill_switch.reset(); });
    table.Denied("HST-6", "a kill switch without a flag", kAll,
                 [](PromotionFacts& facts) { facts.manifest.kill_switch->flag.clear(); });
    table.Denied("HST-6", "raised", kAll, RaiseHardStop<HardStop::kHst6>);
    table.Denied("HST-7", "raised", kAll, RaiseHardStop<HardStop::kHst7>);
    table.Denied("HST-7", "a migration check failed before candidate", kIntoExperimental, Fail<Control::kDsv6>);
    table.For(ReleaseClass::kMechanism);
    table.Denied("HST-3", "no restore path", kAll,
                 [](PromotionFacts& facts) { facts.manifest.data_changes.restore_path.clear(); });
    table.Denied("HST-7", "a migration that is not reversible", kAll,
                 [](PromotionFacts& facts) { facts.manifest.data_changes.reversible = false; });
    table.For(ReleaseClass::kWorkflow);
}

void AddKillSwitchAndRollback(Table& table) {
    table.Denied("KSW-1", "a switch that needs a deployment", kAll,
                 [](PromotionFacts& facts) { facts.manifest.kill_switch->needs_deployment = true; });
    table.Pending("KSW-2", "no drill", kAll, Drop<Control::kKillSwitchDrill>);
    table.Denied("KSW-2", "a drill, but not in dev", kFromCandidateOn, [](PromotionFacts& facts) {
        CheckOf(facts, Control::kKillSwitchDrill).channel = Channel::kExperimental;
    });
    table.Denied("KSW-2", "a failed drill", kAll, Fail<Control::kKillSwitchDrill>);
    table.Pending("KSW-4", "a drill that shows nothing", kAll,
                  [](PromotionFacts& facts) { CheckOf(facts, Control::kKillSwitchDrill).has_evidence = false; });
    table.Denied("KSW-5", "an undocumented activation", kAll,
                 [](PromotionFacts& facts) { facts.manifest.kill_switch->activation.clear(); });
    table.Denied("KSW-6", "a stale drill", kAll, [](PromotionFacts& facts) {
        CheckOf(facts, Control::kKillSwitchDrill).performed_at = facts.now - kMaximumDrillAge - Duration{1};
    });
    table.Denied("KSW-8", "a killed flag", kAll,
                 [](PromotionFacts& facts) { facts.flag_killed_by = RecordId::Trusted("op_1"); });
    table.Denied("RBK-1", "no trigger", kAll, [](PromotionFacts& facts) { facts.manifest.rollback->triggers.clear(); });
    table.Denied("RBK-2", "a step that says nothing", kAll,
                 [](PromotionFacts& facts) { facts.manifest.rollback->procedure.emplace_back("  "); });
    table.Denied("RBK-3", "no verification", kAll,
                 [](PromotionFacts& facts) { facts.manifest.rollback->verification.clear(); });
    table.Denied("RBK-5", "nobody is told", kAll,
                 [](PromotionFacts& facts) { facts.manifest.rollback->communication.clear(); });
    table.Denied("RBK-6", "no owner", kAll, [](PromotionFacts& facts) { facts.manifest.rollback->owner.clear(); });
    table.Pending("RBX-2", "no rollback drill", kIntoStable, Drop<Control::kRollbackDrill>);
    table.For(ReleaseClass::kUiOnly);
    table.Denied("RBX-1", "no commit to revert", kAll,
                 [](PromotionFacts& facts) { facts.manifest.rollback->procedure.pop_back(); });
    table.For(ReleaseClass::kCapability);
    table.Denied("RBX-1", "a capability that is on by default", kAll,
                 [](PromotionFacts& facts) { facts.manifest.kill_switch->default_on = true; });
    table.For(ReleaseClass::kMechanism);
    table.Denied("RBK-4", "no recovery of changed data", kAll,
                 [](PromotionFacts& facts) { facts.manifest.rollback->data_recovery.clear(); });
    table.Pending("RBX-1", "no restore drill", kFromCandidateOn, Drop<Control::kRestoreDrill>);
    table.For(ReleaseClass::kWorkflow);
}

void AddMemoAndEvidence(Table& table) {
    table.Pending("MEM-1", "no memo", kIntoStable, [](PromotionFacts& facts) { facts.memos.clear(); });
    table.Denied("MEM-1", "a NO-GO memo", kIntoStable,
                 [](PromotionFacts& facts) { facts.memos[0].decision = Decision::kNoGo; });
    table.Pending("MEM-1", "a memo over an older manifest", kIntoStable,
                  [](PromotionFacts& facts) { facts.memos[0].manifest_matches = false; });
    table.Pending("MEM-1", "a memo without the dev lead's signature", kIntoStable,
                  [](PromotionFacts& facts) { facts.memos[0].signatures.pop_back(); });
    table.Pending("EVD-1", "tests on paper only", kAll,
                  [](PromotionFacts& facts) { CheckOf(facts, Control::kTests).tier = EvidenceTier::kDocumented; });
    table.Denied("EVD-2", "a measurement of the day before yesterday", kFromCandidateOn, [](PromotionFacts& facts) {
        facts.plan->criteria[1].measurement->at = facts.now - kMaximumMeasurementAge - Duration{1};
    });
    table.Denied("EVD-3", "a failure after the pass", kAll, [](PromotionFacts& facts) {
        CheckFacts later = CheckOf(facts, Control::kTests);
        later.id = RecordId::Trusted("chk_later");
        later.outcome = CheckOutcome::kFailed;
        later.recorded_at += Duration{1};
        facts.checks.push_back(later);
    });
    table.Denied("EVD-4", "a pass after the failure", kAll, [](PromotionFacts& facts) {
        CheckFacts earlier = CheckOf(facts, Control::kTests);
        earlier.id = RecordId::Trusted("chk_earlier");
        earlier.outcome = CheckOutcome::kFailed;
        earlier.recorded_at -= Duration{1};
        facts.checks.push_back(earlier);
    });
    table.Indeterminate("EVD-5", "an inconclusive drill", kAll, [](PromotionFacts& facts) {
        CheckOf(facts, Control::kKillSwitchDrill).outcome = CheckOutcome::kInconclusive;
    });
    table.Indeterminate("EVD-5", "a metrics source that did not answer", kFromCandidateOn,
                        [](PromotionFacts& facts) { facts.plan->criteria[1].measurement.reset(); });
    table.Indeterminate("EVD-5", "a sample too few", kFromCandidateOn,
                        [](PromotionFacts& facts) { facts.plan->criteria[1].measurement->samples = 99; });
}

}  // namespace

const std::vector<Mutation>& Mutations() {
    static const std::vector<Mutation> mutations = [] {
        Table table;
        AddPeople(table);
        AddClassification(table);
        AddChannels(table);
        AddPlan(table);
        AddSafetyAndObservability(table);
        AddHardStops(table);
        AddKillSwitchAndRollback(table);
        AddMemoAndEvidence(table);
        return table.Take();
    }();
    return mutations;
}

}  // namespace policy_test
