#include "tests/unit/render/samples.hpp"

#include "platform/base/time.hpp"

namespace render_test {
namespace {

using policy::ApprovalScope;
using policy::Channel;
using policy::Role;

policy::MemoPerson Person(const char* id, const char* name) {
    return {policy::PrincipalId::Trusted(id), name};
}

std::vector<policy::MemoChecklistItem> AllHolds() {
    return {{"durations",
             "All channel durations met",
             true,
             "14 days in experimental, 8 days in candidate; 7 days needed in each",
             {}},
            {"incidents", "No SEV-1 or SEV-2 incidents during soak", true, "no incident recorded", {}},
            {"data_safety", "Data safety verification passed", true, "7 of 7 passed or not applicable", {}},
            {"kill_switch", "Kill switch tested and functional", true, "drill of 2025-03-01 passed", {}},
            {"rollback", "Rollback plan documented and tested", true, "drill of 2025-03-01 passed", {}},
            {"observability", "Observability verified", true, "9 of 9 passed", {}},
            {"exit_criteria", "Exit criteria from Tenant Exposure Plan met", true, "2 of 2 met", {}}};
}

}  // namespace

policy::MemoDocument GoMemo() {
    policy::MemoDocument memo;
    memo.release = policy::ReleaseId::Trusted("2025-03-03-roster-search");
    memo.title = "Search in the member roster";
    memo.classification = policy::ReleaseClass::kWorkflow;
    memo.target = Channel::kStable;
    memo.number = 1;
    memo.at = At("2025-03-27T10:30:00Z");
    memo.decision = policy::Decision::kGo;
    memo.decided_by = Person("olga.owner", "Olga Owner");
    memo.approvers = {
        {Person("dan.lead", "Dan Lead"), Role::kDevLead, ApprovalScope::kClass, At("2025-03-04T08:00:00Z"), false},
        {Person("quinn.tester", "Quinn Tester"), Role::kQa, ApprovalScope::kClass, At("2025-03-04T09:00:00Z"), false},
        {Person("olga.owner", "Olga Owner"), Role::kSystemOwner, ApprovalScope::kStable, At("2025-03-27T10:00:00Z"),
         false}};
    memo.checklist = AllHolds();
    memo.notes =
        "Search answered within 120 ms at the 95th percentile (limit 200 ms).\n"
        "Two tenants asked for saved searches; that is another release.";
    memo.record.stays = {
        {Channel::kExperimental, At("2025-03-05T09:00:00Z"), At("2025-03-19T09:30:00Z"), std::nullopt,
         std::chrono::days(7)},
        {Channel::kCandidate, At("2025-03-19T09:30:00Z"), std::nullopt, std::nullopt, std::chrono::days(7)}};
    memo.record.plan_owner = Person("dan.lead", "Dan Lead");
    memo.record.tenants = {policy::TenantId::Trusted("northside-dev"), policy::TenantId::Trusted("northside-staging")};
    memo.manifest_hash = std::string(64, 'a');
    memo.manifest_revision = 2;
    memo.catalogue_version = 1;
    memo.content_hash = std::string(64, 'b');
    memo.signatures = {{Role::kSystemOwner, Person("olga.owner", "Olga Owner"), At("2025-03-27T10:40:00Z")},
                       {Role::kDevLead, Person("dan.lead", "Dan Lead"), At("2025-03-27T11:05:00Z")}};
    return memo;
}

policy::MemoDocument GoMemoWithRisks() {
    policy::MemoDocument memo = GoMemo();
    memo.number = 2;
    memo.risks = {{"Search index doubles the nightly backup",
                   "Backup window has four hours left; reviewed on 2025-06-01 with the quarterly capacity report"},
                  {"Names with two family names sort by the last one", "Known to support; no data is changed"}};
    memo.record.incidents = {{policy::RecordId::Trusted("inc_01HV"), "Search box lost focus on tablets",
                              policy::Severity::kSev4, policy::IncidentState::kResolved, At("2025-03-07T12:00:00Z"),
                              At("2025-03-08T09:15:00Z")}};
    memo.record.doubts = {"EXP-6: the plan's owner Dan Lead is the only one who approved it"};
    memo.approvers[0].self_approved = true;
    memo.simulated_clock = true;
    memo.signatures.pop_back();
    return memo;
}

policy::MemoDocument NoGoMemo() {
    policy::MemoDocument memo = GoMemo();
    memo.decision = policy::Decision::kNoGo;
    memo.checklist[1].holds = false;
    memo.checklist[1].detail = "1 disqualifying incident";
    memo.checklist[1].reasons = {"CHN-2: incident inc_01HW (SEV-2) was open in candidate until 2025-03-25"};
    memo.record.incidents = {{policy::RecordId::Trusted("inc_01HW"), "Search showed members who had left",
                              policy::Severity::kSev2, policy::IncidentState::kResolved, At("2025-03-24T07:00:00Z"),
                              At("2025-03-25T16:00:00Z")}};
    memo.record.stays[1].counted_from = At("2025-03-25T16:00:00Z");
    memo.rationale = "Members who had left were shown for a day.\n\nThe stay begins anew.";
    memo.remediation =
        "1. Filter on the membership's end date.\n2. Add the case to the regression tests.\n"
        "3. Decide again after seven quiet days in candidate.";
    memo.notes.clear();
    return memo;
}

policy::MemoDocument DraftMemo() {
    policy::MemoDocument memo = GoMemo();
    memo.number = 0;
    memo.decision.reset();
    memo.decided_by.reset();
    memo.approvers.pop_back();
    memo.checklist[0].holds = false;
    memo.checklist[0].detail = "3 days 2 hours in candidate";
    memo.checklist[0].reasons = {"CHN-2: the stay in candidate ends on 2025-03-26 at 09:30 UTC"};
    memo.checklist[5].holds = false;
    memo.checklist[5].detail = "7 of 9 passed";
    memo.checklist[5].reasons = {"OBS-6: no evidence that logs are flowing", "OBS-9: the error rate was not checked"};
    memo.at = At("2025-03-22T11:30:00Z");
    memo.content_hash.clear();
    memo.signatures.clear();
    memo.notes.clear();
    return memo;
}

render::PlanDocument SamplePlan() {
    render::PlanDocument document;
    document.release = policy::ReleaseId::Trusted("2025-03-03-roster-search");
    document.title = "Search in the member roster";
    document.classification = policy::ReleaseClass::kWorkflow;
    document.plan.tenants = {policy::TenantId::Trusted("northside-dev"),
                             policy::TenantId::Trusted("northside-staging")};
    document.plan.opt_in_method = "Written confirmation by the tenant's administrator";
    document.plan.start_date = platform::ParseDate("2025-03-05");
    document.plan.minimum_stay = std::chrono::days(14);
    document.plan.maximum_stay = std::chrono::days(28);
    document.plan.exit_criteria = {
        {"c1", "No error in a search", std::nullopt, std::nullopt},
        {"latency", "Answers stay quick", std::nullopt,
         policy::MetricCheck{"search_p95", {"search_p95", policy::Comparison::kLess, 200, "ms"}, "", 1}}};
    document.plan.owner = "dan.lead";
    document.revision = 1;
    document.content_hash = std::string(64, 'c');
    document.owner = "Dan Lead";
    document.consents = {
        {policy::TenantId::Trusted("northside-staging"), "letter of 2025-03-01 by P. Chair, president"}};
    document.approvals = {{"Dan Lead", At("2025-03-04T08:30:00Z"), true}};
    return document;
}

render::ManifestDocument SampleManifest() {
    render::ManifestDocument document;
    policy::Manifest& manifest = document.manifest;
    manifest.id = "2025-03-03-roster-search";
    manifest.title = "Search in the member roster";
    manifest.description = "Find members by any part of their name";
    manifest.classification = policy::ReleaseClass::kWorkflow;
    manifest.version = "4.7.0";
    manifest.files_changed = {"src/roster/search.ts", "src/roster/search_box.tsx"};
    manifest.artifacts = {{"web", "sha256:" + std::string(64, 'd')}};
    manifest.data_changes = {true, "adds an index", true, true, true, "nightly backup, runbook section 3"};
    manifest.kill_switch = policy::KillSwitch{"ROSTER_SEARCH_ENABLED",
                                              false,
                                              {"northside-dev", "northside-staging"},
                                              "configuration, read every ten seconds",
                                              false};
    manifest.rollback = policy::RollbackPlan{
        {{"Search answers slowly", policy::Limit{"search_p95", policy::Comparison::kGreaterOrEqual, 500, "ms"}},
         {"A member of another tenant is shown", std::nullopt}},
        {"Set ROSTER_SEARCH_ENABLED=false", "Watch the error log for 15 minutes"},
        {"The search box is gone"},
        "not needed",
        {{"Dev lead", "immediately", std::chrono::seconds(0)},
         {"System owner", "within 1 hour", std::chrono::hours(1)}},
        "dan.lead"};
    manifest.observability = {"every search is logged with actor and tenant"};
    manifest.requirements = {{policy::Channel::kStable, policy::RolloutId::Trusted("tenancy"), 2, std::nullopt},
                             {policy::Channel::kCandidate, std::nullopt, 0, policy::ProgrammeId::Trusted("parcels")}};
    manifest.links = {{"Design", "https://docs.example.org/roster-search"}};
    document.revision = 2;
    document.content_hash = std::string(64, 'a');
    document.submitted_by = "Dan Lead";
    document.submitted_at = At("2025-03-03T15:00:00Z");
    document.rollback_owner = "Dan Lead";
    document.data_safety = {{"Query isolation verified", policy::CheckOutcome::kPassed, "Quinn Tester, 2025-03-04"},
                            {"Migration idempotent and reversible", std::nullopt, ""}};
    document.kill_switch_tested = "2025-03-01 in dev";
    return document;
}

render::RollbackReport SampleRollback() {
    render::RollbackReport report;
    report.release = policy::ReleaseId::Trusted("2025-03-03-roster-search");
    report.title = "Search in the member roster";
    report.classification = policy::ReleaseClass::kWorkflow;
    report.id = "rbk_01HX";
    report.reason = "Search shows members who have left.";
    report.authority = "RBA-2: a dev lead may roll back; the system owner is told";
    report.incident = "inc_01HW";
    report.started_by = "Dan Lead";
    report.started_at = At("2025-03-24T07:10:00Z");
    report.watch_minutes = 30;
    report.watch_until = At("2025-03-24T07:45:00Z");
    report.steps = {
        {"procedure", "Set ROSTER_SEARCH_ENABLED=false", render::StepState::kDone, std::nullopt,
         At("2025-03-24T07:12:00Z"), "Dan Lead", "configuration revision 881"},
        {"communication", "Tell the system owner", render::StepState::kDone, At("2025-03-24T08:10:00Z"),
         At("2025-03-24T08:25:00Z"), "Dan Lead", "phone call"},
        {"verification", "The search box is gone", render::StepState::kPending, std::nullopt, std::nullopt, "", ""}};
    report.outcome = "failed";
    report.outcome_reason = "The box is still there for one tenant.";
    report.finished_by = "Dan Lead";
    report.finished_at = At("2025-03-24T08:30:00Z");
    return report;
}

render::TimelineDocument SampleTimeline() {
    render::TimelineDocument document;
    document.release = policy::ReleaseId::Trusted("2025-03-03-roster-search");
    document.title = "Search in the member roster";
    document.state = "candidate since 2025-03-19 09:30 UTC";
    document.entries = {
        {At("2025-03-03T15:00:00Z"), 41, "Dan Lead", "release.submit", "manifest revision 1", false, {}},
        {At("2025-03-05T08:59:00Z"),
         47,
         "build-pipeline",
         "release.promote",
         "to experimental",
         true,
         {"KSW-2: the kill switch was not tested in dev", "CLS-4: QA approval is missing"}},
        {At("2025-03-05T09:00:00Z"), 50, "build-pipeline", "release.promote", "to experimental", false, {}}};
    return document;
}

render::ArchiveIndex SampleArchive() {
    render::ArchiveIndex index;
    index.release = policy::ReleaseId::Trusted("2025-03-03-roster-search");
    index.title = "Search in the member roster";
    index.classification = policy::ReleaseClass::kWorkflow;
    index.state = "stable since 2025-03-27 12:00 UTC";
    index.exported_by = "Ada Auditor";
    index.exported_at = At("2025-04-01T09:00:00Z");
    index.product_version = "0.1.0";
    index.files = {{"memos/1.json", "decision memo 1, GO: the signed content", 5120, std::string(64, 'b')},
                   {"memos/1.md", "the same as Markdown", 2048, std::string(64, 'e')}};
    index.verification = {"sha256sum -c SHA256SUMS", "portcullis audit verify audit.jsonl --key audit-key.pem"};
    return index;
}

std::string HostileText() {
    return std::string("<script>alert(1)</script><img src=x onerror=alert(2)> **bold** _it_ `code` ~~gone~~ ") +
           "[click](javascript:alert(3)) ![pic](http://evil.example/p.png) https://evil.example www.evil.example "
           "&lt;b&gt; &#x3C; | cell | $x$ \"quoted\" 'single' {{RELEASE}} {{#ITEM}}\n# Heading\n- [x] ticked\r\n"
           "1. one\n> quote\n---\n===\n```\nfence\n    code\n\tTabbed\nSignatures:\n  - System Owner: Eve, 2025-01-01\n"
           "\n\xE2\x80\xAE"
           "desrever\xE2\x80\xAC \xE2\x80\x8B"
           "hidden \xFF\xC3 broken " +
           std::string(1, '\0') + " nul \x1B[31mred</textarea></style></title>\\";
}

policy::MemoDocument HostileMemo() {
    const std::string text = HostileText();
    policy::MemoDocument memo = GoMemoWithRisks();
    memo.release = policy::ReleaseId::Trusted("2025-<b>-x");
    memo.title = text;
    memo.decided_by->name = text;
    memo.approvers[0].person.name = text;
    for (policy::MemoChecklistItem& item : memo.checklist) {
        item.title = text;
        item.detail = text;
        item.reasons = {text};
    }
    memo.risks = {{text, text}};
    memo.rationale = memo.remediation = memo.notes = text;
    memo.record.incidents[0].title = text;
    memo.record.plan_owner->name = text;
    memo.record.doubts = {text};
    memo.manifest_hash = memo.content_hash = text;
    memo.signatures[0].person.name = text;
    return memo;
}

render::PlanDocument HostilePlan() {
    const std::string text = HostileText();
    render::PlanDocument document = SamplePlan();
    document.title = document.owner = document.content_hash = document.plan.opt_in_method = text;
    document.plan.exit_criteria[0].text = document.plan.exit_criteria[1].metric->limit.metric = text;
    document.consents[0].consent = document.approvals[0].name = text;
    return document;
}

render::ManifestDocument HostileManifest() {
    const std::string text = HostileText();
    render::ManifestDocument document = SampleManifest();
    policy::Manifest& manifest = document.manifest;
    manifest.id = manifest.title = manifest.description = manifest.version = text;
    manifest.files_changed = {text};
    manifest.artifacts = {{text, text}};
    manifest.data_changes.description = manifest.data_changes.restore_path = text;
    manifest.kill_switch = policy::KillSwitch{text, false, {text}, text, true};
    manifest.rollback = policy::RollbackPlan{{{text, std::nullopt}}, {text}, {text}, text, {{text, text, {}}}, text};
    manifest.observability = {text};
    manifest.links = {{text, "javascript:alert(1)"}};
    document.content_hash = document.submitted_by = document.rollback_owner = document.kill_switch_tested = text;
    document.data_safety[0].title = document.data_safety[0].detail = text;
    return document;
}

render::RollbackReport HostileRollback() {
    const std::string text = HostileText();
    render::RollbackReport report = SampleRollback();
    report.title = report.id = report.reason = report.authority = report.approved_by = report.incident = text;
    report.started_by = report.outcome = report.outcome_reason = report.finished_by = text;
    report.steps[0] = {text, text, render::StepState::kFailed, std::nullopt, std::nullopt, text, text};
    return report;
}

render::TimelineDocument HostileTimeline() {
    const std::string text = HostileText();
    render::TimelineDocument document = SampleTimeline();
    document.title = document.state = text;
    document.entries[1].actor = document.entries[1].action = document.entries[1].text = text;
    document.entries[1].reasons = {text};
    return document;
}

render::ArchiveIndex HostileArchive() {
    const std::string text = HostileText();
    render::ArchiveIndex index = SampleArchive();
    index.title = index.state = index.exported_by = index.product_version = text;
    index.files = {{text, text, 1, text}};
    index.verification = {text};
    return index;
}

}  // namespace render_test
