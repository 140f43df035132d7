// The rows of the rule table, in the order of the design: people, classification, channels, plan, data safety and
// observability, hard stops, kill switch and rollback, memo, incidents, evidence, audit.
//
// To add a rule: write its check in the file of its section, declare it in checks.hpp, add its row here, write its two
// tests (Rule_<ID>, refused_ and allowed_), its mutation in the table of tests/unit/policy, and print docs/rules.md.

#include <array>

#include "controller/policy/catalogue.hpp"
#include "controller/policy/checks.hpp"

namespace policy {
namespace {

constexpr std::string_view kSection3 = "specification, section 3";
constexpr std::string_view kSection4 = "specification, section 4";
constexpr std::string_view kSection5 = "specification, section 5";
constexpr std::string_view kSection6 = "specification, section 6";
constexpr std::string_view kSection7 = "specification, section 7";
constexpr std::string_view kSection8 = "specification, section 8";
constexpr std::string_view kSection9 = "specification, section 9";
constexpr std::string_view kPeople = "rules of the design, people and components";
constexpr std::string_view kIncidents = "incident response runbook, severities and response";
constexpr std::string_view kEvidence = "rules of the design, evidence";
constexpr std::string_view kPackets = "rules of the design, programmes and packets";
constexpr std::string_view kStages = "operational runbook, staged rollout";
constexpr std::string_view kNotifications = "rules of the design, notifications";
constexpr std::string_view kAudit = "rules of the design, audit";

constexpr std::optional<Channel> kEveryTransition = std::nullopt;
constexpr std::optional<Channel> kFromExperimental = Channel::kExperimental;
constexpr std::optional<Channel> kFromCandidate = Channel::kCandidate;
constexpr std::optional<Channel> kFromStable = Channel::kStable;

constexpr CheckList kHeldElsewhere = {};

constexpr Rule Row(std::string_view id, std::string_view title, std::string_view reference,
                   std::optional<Channel> from_transition_to, CheckList checks, std::string_view enforced_by = {}) {
    return Rule{id, title, reference, false, from_transition_to, checks, enforced_by};
}

constexpr Rule HardStopRow(std::string_view id, std::string_view title, Check<PromotionFacts> check) {
    return Rule{id, title, kSection6, true, kEveryTransition, {check}, "promotions_judged"};
}

constexpr std::array<Rule, 120> kRows = {{
    Row("ATT-1", "Every admin action is attributed to a named user.", kSection8, kEveryTransition, {CheckAtt1},
        "audit entries name an existing principal"),
    Row("ATT-2", "Every automated action is attributed to a component.", kSection8, kEveryTransition, {CheckAtt2},
        "audit entries name an existing principal"),
    Row("ATT-3", "What concerns a tenant carries its id in the log and in the audit.", kSection8, kEveryTransition,
        {CheckAtt3}),
    Row("ATT-4", "Deployments, promotions, exposures and kills carry the release id.", kSection8, kEveryTransition,
        {CheckAtt4}),
    Row("SOD-1", "Approvals, memo signatures, risk acceptances and consents are given by users, never by components.",
        kPeople, kEveryTransition,
        {CheckSod1, CheckSod1Approval, CheckSod1Consent, CheckSod1Acceptance, CheckSod1Signature, CheckSod1Judgement},
        "approvals_by_entitled_people, memo_signatures_by_entitled_people"),
    Row("SOD-2", "One person fills at most one role of one decision.", kPeople, kEveryTransition,
        {CheckSod2, CheckSod2Approval, CheckSod2Signature}),
    Row("SOD-3",
        "The author of a manifest approves nothing of their own, except as dev lead for ui_only and workflow, which is "
        "shown.",
        kPeople, kEveryTransition, {CheckSod3, CheckSod3Approval}),
    Row("SOD-4", "Entitlement counts when an approval is used, not only when it was given.", kPeople, kEveryTransition,
        {CheckSod4, CheckSod4Approval, CheckSod4Acceptance, CheckSod4Signature},
        "approvals_by_entitled_people, promotions_judged"),
    Row("SOD-5", "An approval is for the content it was given for; a later change voids it, visibly.", kPeople,
        kEveryTransition, {CheckSod5, CheckSod5Approval}, "promotions_judged"),
    Row("SOD-6",
        "Nobody grants a role to themselves; dev_lead, qa and system_owner take a proposal and another person's "
        "confirmation.",
        kPeople, kEveryTransition, {CheckSod6}, "role_grants_not_to_oneself, role_grants_two_people"),
    Row("CLS-1", "A release is classified before it enters any channel beyond dev.", kSection3, kEveryTransition,
        kHeldElsewhere, "the check of HST-1, which is the same rule"),
    Row("CLS-2", "The class cannot change once promotion has begun.", kSection3, kEveryTransition, {CheckCls2},
        "releases_class_locked"),
    Row("CLS-3", "A mechanism release needs its own signed GO memo before candidate.", kSection3, kFromCandidate,
        {CheckCls3}, "promotions_judged"),
    Row("CLS-4", "The class's approvals are given, and for mechanism the risk is explicitly accepted.", kSection3,
        kFromExperimental, {CheckCls4, CheckCls4Approval, CheckCls4Acceptance}, "promotions_judged"),
    Row("CLS-5",
        "A class below what the changed paths suggest is acknowledged in writing by a dev lead and a system owner.",
        kSection3, kFromExperimental, {CheckCls5, CheckCls5Approval}),
    Row("CLS-6", "Artifacts, files, data changes, kill switch flag and version are frozen once promotion has begun.",
        kSection3, kEveryTransition, {CheckCls6}, "manifest_revisions_class_locked"),
    Row("APR-1", "The transition's own approvals are given.", kSection9, kFromExperimental,
        {CheckApr1, CheckApr1Approval}, "promotions_judged"),
    Row("CHN-1", "Channels are taken in order, and none is skipped.", kSection4, kEveryTransition, {CheckChn1},
        "promotions_judged"),
    Row("CHN-2",
        "The minimum stay is continuous time in the channel with the same content; a disqualifying incident restarts "
        "it.",
        kSection4, kEveryTransition, {CheckChn2}, "promotions_judged"),
    Row("CHN-3", "The plan may lengthen the minimum stay, never shorten it.", kSection5, kFromExperimental,
        {CheckChn3, CheckChn3Plan}, "plan_revisions_minimum_stay, promotions_judged"),
    Row("CHN-4", "An exposure beyond the plan's maximum goes no further until the plan is extended and approved again.",
        kSection5, kEveryTransition, {CheckChn4}),
    Row("CHN-5", "An open SEV-1 stops every promotion, and its rollback evaluation is decided by a person.", kSection4,
        kEveryTransition, {CheckChn5, CheckChn5Rollout},
        "promotions_judged, incidents_open_evaluation, rollout_moves_nothing_triggered"),
    Row("CHN-6", "Eligibility is decided per tenant, with a reason for every inclusion and exclusion.", kSection4,
        kEveryTransition, kHeldElsewhere, "policy::DecideEligibility, the one source of exposure"),
    Row("CHN-7",
        "A tenant may leave experimental at any time; stable_only means not before stable; nobody opts out of stable.",
        kSection4, kEveryTransition, {CheckChn7}, "policy::DecideEligibility; consents_withdrawn_once"),
    Row("CHN-8", "A freeze window stops promotions, never a kill or a rollback.", kSection4, kEveryTransition,
        {CheckChn8}, "promotions_judged"),
    Row("CHN-9", "An empty list of criteria is invalid, not met.", kSection5, kFromExperimental,
        {CheckChn9, CheckChn9Plan}),
    Row("CHX-1", "Dev is left with all tests passed and no regressions.", kSection4, kFromExperimental, {CheckChx1}),
    Row("CHX-2", "Experimental is left with every exit criterion of the plan met.", kSection4, kFromCandidate,
        {CheckChx2}),
    Row("CHX-3", "No channel is left while an incident is open that disqualifies the stay.", kSection4,
        kEveryTransition, {CheckChx3}, "promotions_judged"),
    Row("CHX-4", "Experimental is left with the tenants' feedback recorded.", kSection4, kFromCandidate,
        {&CheckControl<Control::kFeedback>}),
    Row("CHX-5", "Candidate is left with its metrics within bounds, recorded during the stay.", kSection4, kFromStable,
        {&CheckControl<Control::kCandidateMetrics>}),
    Row("CHX-6", "Only an active release is promoted.", kSection4, kEveryTransition, {CheckChx6}, "promotions_judged"),
    Row("CHX-7",
        "Instances expose a release to the tenants it is for and to nobody else; while what they report differs, it is "
        "not promoted.",
        kSection4, kEveryTransition, {CheckChx7}, "promotions_judged, desired_states_only_eligible"),
    Row("CHX-8",
        "A release that needs a stage of a rollout waits until the rollout is in it and nothing questions that.",
        kStages, kFromExperimental, {CheckChx8}, "promotions_judged"),
    Row("CHX-9", "A release that needs a programme waits until it is certified.", kPackets, kFromExperimental,
        {CheckChx9}, "promotions_judged"),
    Row("EXP-1", "An exposure plan lists the tenants that will receive the release.", kSection5, kFromExperimental,
        {CheckExp1, CheckExp1Plan}),
    Row("EXP-2", "The plan says how tenants opt in, and every tenant on it has its own consent that holds.", kSection5,
        kFromExperimental, {CheckExp2, CheckExp2Plan, CheckExp2Consent}, "promotions_judged"),
    Row("EXP-3", "The plan has a start date and a minimum duration, and a maximum that leaves room for it.", kSection5,
        kFromExperimental, {CheckExp3, CheckExp3Plan}),
    Row("EXP-4", "Every exit criterion of the plan says something that can be judged.", kSection5, kFromExperimental,
        {CheckExp4, CheckExp4Plan, CheckExp4Judgement}),
    Row("EXP-5", "The plan has an owner.", kSection5, kFromExperimental, {CheckExp5, CheckExp5Plan}),
    Row("EXP-6", "A dev lead has approved the plan.", kSection5, kFromExperimental, {CheckExp6, CheckExp6Approval},
        "promotions_judged"),
    Row("EXP-7", "Between an exit limit and the rollback trigger on the same metric is no band that neither covers.",
        kSection5, kFromExperimental, {CheckExp7, CheckExp7Plan}),
    Row("DSV-1", "Query isolation is verified.", kSection6, kFromCandidate, {&CheckControl<Control::kDsv1>}),
    Row("DSV-2", "All new queries carry the tenant id.", kSection6, kFromCandidate, {&CheckControl<Control::kDsv2>}),
    Row("DSV-3", "No mutable state is shared between tenants.", kSection6, kFromCandidate,
        {&CheckControl<Control::kDsv3>}),
    Row("DSV-4", "Audit entries carry the tenant id.", kSection6, kFromCandidate, {&CheckControl<Control::kDsv4>}),
    Row("DSV-5", "Backup and restore are unchanged, or updated.", kSection6, kFromCandidate,
        {&CheckControl<Control::kDsv5>}),
    Row("DSV-6", "Migrations are idempotent and reversible.", kSection6, kFromCandidate, {CheckDsv6}),
    Row("DSV-7", "No production data is used in dev or experimental.", kSection6, kFromCandidate,
        {&CheckControl<Control::kDsv7>}),
    Row("OBS-1", "New actions are logged with actor and tenant.", kSection8, kFromCandidate,
        {&CheckControl<Control::kObs1>}),
    Row("OBS-2", "New errors are logged with stack trace and context.", kSection8, kFromCandidate,
        {&CheckControl<Control::kObs2>}),
    Row("OBS-3", "The release version is in all log entries.", kSection8, kFromCandidate,
        {&CheckControl<Control::kObs3>}),
    Row("OBS-4", "A metrics baseline was recorded before experimental.", kSection8, kFromExperimental,
        {&CheckControl<Control::kObs4>}),
    Row("OBS-5", "Alert thresholds are defined.", kSection8, kFromCandidate, {&CheckControl<Control::kObs5>}),
    Row("OBS-6", "Logs flow from experimental tenants.", kSection8, kFromCandidate, {&CheckControl<Control::kObs6>}),
    Row("OBS-7", "Metrics are within bounds.", kSection8, kFromCandidate, {&CheckControl<Control::kObs7>}),
    Row("OBS-8", "No action is unattributed.", kSection8, kFromCandidate, {&CheckControl<Control::kObs8>}),
    Row("OBS-9", "The error rate is not above its threshold.", kSection8, kFromCandidate,
        {&CheckControl<Control::kObs9>}),
    HardStopRow("HST-1", "Unclear classification.", CheckHst1),
    HardStopRow("HST-2", "No rollback path.", CheckHst2),
    HardStopRow("HST-3", "Unknown restore path for affected data.", CheckHst3),
    HardStopRow("HST-4", "Cross-tenant access risk.", CheckHst4),
    HardStopRow("HST-5", "Audit logging regression.", CheckHst5),
    HardStopRow("HST-6", "Kill switch not configured.", CheckHst6),
    HardStopRow("HST-7", "Data migration not reversible.", CheckHst7),
    Row("HSX-1",
        "A raised hard stop is closed by a written resolution that cites it, with evidence, by another person.",
        kSection6, kEveryTransition, {CheckHsx1},
        "hard_stops_another_person, hard_stops_resolved_with_evidence, hard_stops_resolved_once"),
    Row("KSW-1", "The kill switch works without a deployment.", kSection7, kFromExperimental, {CheckKsw1}),
    Row("KSW-2", "A kill switch drill passed in dev before experimental.", kSection7, kFromExperimental, {CheckKsw2},
        "drills_written_once"),
    Row("KSW-3", "Every activation is in the audit trail.", kSection7, kEveryTransition, kHeldElsewhere,
        "the activation and its audit entry are one transaction; audit_append_only, operations_append_only"),
    Row("KSW-4", "The drill shows that switching loses no data.", kSection7, kFromExperimental, {CheckKsw4}),
    Row("KSW-5", "The manifest documents how the switch is activated.", kSection7, kFromExperimental, {CheckKsw5}),
    Row("KSW-6", "A drill older than 30 days is stale.", kSection7, kFromExperimental, {CheckKsw6}),
    Row("KSW-7", "A kill needs a reason and a named actor, and nothing else stops it.", kSection7, kEveryTransition,
        {CheckKsw7},
        "operations_governed, operations_open_review, kill_reviews_completed_once, desired_states_only_forward, "
        "desired_states_only_forward_anew"),
    Row("KSW-8", "Switching back on is a governed decision, not a toggle.", kSection7, kEveryTransition,
        {CheckKsw8, CheckKsw8Promotion, CheckKsw8Rollout},
        "operations_governed, operations_journalled, switch_approvals_by_system_owner, operations_of_flags_governed, "
        "flag_approvals_by_system_owner, promotions_judged, drills_governed, drill_approvals_by_system_owner, "
        "operations_of_drills, operation_targets_of_drills, desired_states_as_ordered, desired_states_as_ordered_anew, "
        "operation_instances_newest, rollout_moves_nothing_triggered"),
    Row("RBK-1", "The rollback plan says what triggers it.", kSection7, kFromExperimental, {CheckRbk1}),
    Row("RBK-2", "Every step of the rollback procedure says what to do.", kSection7, kFromExperimental, {CheckRbk2}),
    Row("RBK-3", "The rollback plan says how its success is verified.", kSection7, kFromExperimental, {CheckRbk3}),
    Row("RBK-4", "The rollback plan says how changed data is recovered.", kSection7, kFromExperimental, {CheckRbk4}),
    Row("RBK-5", "The rollback plan says whom to tell, and when.", kSection7, kFromExperimental, {CheckRbk5}),
    Row("RBK-6", "The rollback plan has an owner.", kSection7, kFromExperimental, {CheckRbk6}),
    Row("RBX-1", "The rollback fits the class: revert, flag, switch and flag, or full plan with a restore drill.",
        kSection3, kFromExperimental, {CheckRbx1}),
    Row("RBX-2", "The rollback plan was rehearsed before stable.", kSection9, kFromStable,
        {&CheckControl<Control::kRollbackDrill>}),
    Row("RBA-1", "ui_only: a dev lead may roll back.", kSection7, kEveryTransition, {CheckRba1}),
    Row("RBA-2", "workflow: a dev lead may roll back; the system owner is notified.", kSection7, kEveryTransition,
        {CheckRba2}),
    Row("RBA-3", "capability: a system owner approves the rollback.", kSection7, kEveryTransition, {CheckRba3}),
    Row("RBA-4", "mechanism: a system owner approves the rollback, and an incident is named.", kSection7,
        kEveryTransition, {CheckRba4}),
    Row("MEM-1", "Nothing reaches stable without a signed GO memo.", kSection9, kFromStable, {CheckMem1},
        "promotions_judged"),
    Row("MEM-2", "The memo's checklist is computed; GO is refused unless every box holds.", kSection9, kEveryTransition,
        {CheckMem2}, "memos_go_over_facts"),
    Row("MEM-3", "NO-GO has a rationale and a remediation plan.", kSection9, kEveryTransition, {CheckMem3}),
    Row("MEM-4", "Every accepted risk is named with its rationale.", kSection9, kEveryTransition, {CheckMem4}),
    Row("MEM-5", "A system owner and a dev lead sign the memo's content hash, two people.", kSection9, kEveryTransition,
        {CheckMem5}, "memo_signatures_by_entitled_people, promotions_judged"),
    Row("MEM-6", "A decided memo is never changed or deleted; a later decision is a new memo.", kSection9,
        kEveryTransition, kHeldElsewhere, "memos_append_only"),
    Row("MEM-7", "A hand-written memo is read and every contradiction in it listed.", kSection9, kEveryTransition,
        kHeldElsewhere, "the memo linter"),
    Row("INC-1", "Response clocks run from opening: P1 15 minutes, P2 1 hour, P3 4 hours, P4 next business day.",
        kIncidents, kEveryTransition, kHeldElsewhere,
        "incidents_timed, incidents_late; breaches are recorded and shown"),
    Row("INC-2", "Severity is raised by anyone and lowered only with evidence.", kIncidents, kEveryTransition,
        {CheckInc2}),
    Row("NTF-1", "There are at most 64 active webhooks: each is spoken to at once.", kNotifications, kEveryTransition,
        kHeldElsewhere, "webhooks_guarded"),
    Row("EVD-1", "Evidence is of at least the tier the control asks for.", kEvidence, kEveryTransition, {CheckEvd1}),
    Row("EVD-2", "Evidence is no older than the control allows, and not from the future.", kEvidence, kEveryTransition,
        {CheckEvd2, CheckEvd2Record}, "checks_not_in_the_future"),
    Row("EVD-3", "A later failing item takes eligibility back.", kEvidence, kEveryTransition,
        {CheckEvd3, CheckEvd3Certification}, "programmes_newest_audit_green"),
    Row("EVD-4",
        "Different verdicts for one control contradict; the red item is closed only by a resolution that cites it.",
        kEvidence, kEveryTransition, {CheckEvd4}, "check_resolutions_by_people, check_resolutions_append_only"),
    Row("EVD-5", "No samples is inconclusive, which blocks.", kEvidence, kEveryTransition, {CheckEvd5}),
    Row("EVD-6",
        "What passed carries evidence; a command passed only if it ended in time, with 0, and printed something.",
        kEvidence, kEveryTransition, {CheckEvd6}),
    Row("EVD-7", "Not applicable needs a reason, and is no answer to tests, drills, feedback and exit criteria.",
        kEvidence, kEveryTransition, {CheckEvd7}),
    Row("PKT-1", "A packet is done only when every box of its checklist is ticked.", kPackets, kEveryTransition,
        {CheckPkt1}, "packets_done_by_review, packet_items_open_until_done"),
    Row("PKT-2",
        "Somebody else than the implementer reviews a packet, records P0, P1 and P2, and there are runs of commands.",
        kPackets, kEveryTransition, {CheckPkt2, CheckPkt2Start},
        "packet_reviews_by_the_reviewer, packets_reviewer_is_another"),
    Row("PKT-3",
        "No packet is done while the last run of a test timed out, printed nothing, was cut, failed or is missing.",
        kPackets, kEveryTransition, {CheckPkt3}, "packets_done_by_review, packet_items_tests_are_run"),
    Row("PKT-4", "A failed review asks for changes, with findings, and keeps the checklist open.", kPackets,
        kEveryTransition, {CheckPkt4}, "packet_reviews_by_the_reviewer, packets_done_by_review"),
    Row("PKT-5", "A programme shows when anything in it was last changed.", kPackets, kEveryTransition, kHeldElsewhere,
        "programmes_definition_of_done, which stamps every change"),
    Row("PKT-6", "After an approval the hash of a checkpoint commit is recorded before the next packet starts.",
        kPackets, kEveryTransition, {CheckPkt6, CheckPkt6Certification},
        "packets_done_by_review, packets_checkpoint_is_a_commit"),
    Row("PKT-7", "Milestones follow their packets; a programme is certified only when its definition of done holds.",
        kPackets, kEveryTransition, {CheckPkt7}, "programmes_definition_of_done, programme_done_items_met_once"),
    Row("STG-1", "A stage is for as many organizations as its cap allows: dev and test, 1, 5, all.", kStages,
        kEveryTransition, {CheckStg1}, "rollout_organizations_capped, rollout_stages_cap, rollout_moves_capped"),
    Row("STG-2",
        "A stage is entered when all success metrics of the stages before are met and no high risk is unresolved.",
        kStages, kEveryTransition, {CheckStg2}, "rollout_moves_after_success, rollout_measurements_judged"),
    Row("STG-3", "Checkpoints have owners and times; one that is missed or open blocks the next stage.", kStages,
        kEveryTransition, {CheckStg3, CheckStg3Completion},
        "rollout_moves_after_checkpoints, rollout_checkpoints_by_owner"),
    Row("STG-4", "What a rollback trigger asks is decided by a person before the rollout goes on.", kStages,
        kEveryTransition, {CheckStg4}, "rollout_moves_nothing_triggered, rollout_evaluations_decided_by_people"),
    Row("STG-5", "Stages are taken in order, each after its soak: 48 hours of stage 1, 7 days of stage 2.", kStages,
        kEveryTransition, {CheckStg5}, "rollout_moves_in_order, rollout_stages_soak"),
    Row("STG-6", "A stage that needs a release in a channel, or a certified programme, waits for it.", kStages,
        kEveryTransition, {CheckStg6}, "rollout_moves_as_required"),
    Row("STG-7",
        "Instances give a rollout's capability to the organizations of its stage and to nobody else; while what they "
        "report differs, no stage is entered.",
        kStages, kEveryTransition, {CheckStg7}, "rollout_moves_as_reported"),
    Row("AUD-1", "The audit log is append-only and written in the transaction it records, refusals included.", kAudit,
        kEveryTransition, kHeldElsewhere, "audit_append_only"),
    Row("AUD-2", "Audit entries are chained by hash, and signed checkpoints make truncation visible.", kAudit,
        kEveryTransition, kHeldElsewhere, "audit_chained, audit_checkpoints_of_the_chain; the offline verifier"),
    Row("AUD-3", "UPDATE, DELETE and TRUNCATE of the audit log are refused for every role the application uses.",
        kAudit, kEveryTransition, kHeldElsewhere, "audit_append_only; the application's role has no such right"),
}};

}  // namespace

std::span<const Rule> Catalogue() {
    return kRows;
}

}  // namespace policy
