// The memo against the facts: the good memo of the good release, with one fact or one line changed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/good_release.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/render/lint_case.hpp"

namespace render_test {
namespace {

using policy::ApprovalScope;
using policy::Channel;
using policy::Role;
using render::LintFacts;
using testing::ElementsAreArray;

std::string MemoOfGoodRelease() {
    std::string memo = GoodMemoText();
    memo = Replaced(memo, "2025-03-03-roster-search", "2025-01-15-audit-filter-ui");
    memo = Replaced(memo, "Dan Lead, Dev Lead, 2025-03-27", "Dora Lead, Dev Lead, 2025-01-14");
    memo = Replaced(memo, "Quinn Tester, QA, 2025-03-27", "Quinn Tester, QA, 2025-01-14");
    memo = Replaced(memo, "Olga Owner, System Owner, 2025-03-27", "Sam Owner, System Owner, 2025-01-14");
    memo = Replaced(memo, "Olga Owner", "Sam Owner");
    memo = Replaced(memo, "Dan Lead", "Dora Lead");
    memo = Replaced(memo, "2025-03-27", "2025-02-06");
    return memo;
}

LintFacts GoodFacts() {
    LintFacts facts;
    facts.release = support::GoodRelease(Channel::kStable);
    facts.now = facts.release->now;
    const auto person = [](const char* id, const char* name, std::vector<Role> roles) {
        return render::LintPrincipal{support::Person(id), name, policy::PrincipalKind::kUser, true, std::move(roles)};
    };
    facts.principals = {
        person("ana", "Ana Author", {}), person("dora", "Dora Lead", {Role::kDevLead}),
        person("quinn", "Quinn Tester", {Role::kQa}), person("sam", "Sam Owner", {Role::kSystemOwner}),
        render::LintPrincipal{
            support::Person("build-bot"), "Build Bot", policy::PrincipalKind::kComponent, true, {Role::kPipeline}}};
    facts.promotions = {{Channel::kExperimental, support::EntersExperimental()},
                        {Channel::kCandidate, support::EntersCandidate()}};
    return facts;
}

struct FactChange {
    const char* name;
    std::vector<std::pair<std::string, std::string>> replace;
    std::function<void(LintFacts&)> change;
    std::vector<std::string> findings;
};

std::ostream& operator<<(std::ostream& out, const FactChange& change) {
    return out << change.name;
}

class ChangedFacts : public testing::TestWithParam<FactChange> {};

TEST_P(ChangedFacts, GiveExactlyTheirFindings) {
    std::string memo = MemoOfGoodRelease();
    for (const auto& [what, with] : GetParam().replace) {
        memo = Replaced(memo, what, with);
    }
    LintFacts facts = GoodFacts();
    if (GetParam().change) {
        GetParam().change(facts);
    }
    EXPECT_THAT(FindingsOf(memo, facts), ElementsAreArray(GetParam().findings)) << Explain(memo, facts) << memo;
}

const FactChange kReleaseChanges[] = {
    {"Nothing", {}, nullptr, {}},
    {"ReleaseUnknown",
     {},
     [](LintFacts& facts) {
         facts.release.reset();
         facts.promotions.clear();
     },
     {"3 contradiction MEM-7 release_unknown"}},
    {"OtherRelease",
     {{"2025-01-15-audit-filter-ui", "2025-01-15-audit-filter"}},
     nullptr,
     {"3 contradiction MEM-7 other_release"}},
    {"OtherClass",
     {{"Workflow change (non-destructive)", "UI-only"}},
     nullptr,
     {"4 contradiction CLS-1 class_differs"}},
    {"MemoInTheFuture",
     {},
     [](LintFacts& facts) { facts.now = At("2025-02-05T09:00:00Z"); },
     {"5 contradiction MEM-7 memo_in_future"}},
    {"MemoTomorrowInTheEast", {}, [](LintFacts& facts) { facts.now = At("2025-02-05T11:00:00Z"); }, {}},
    {"MemoBeforeCandidate",
     {{"2025-02-06", "2025-01-28"}, {" (2 weeks in experimental, 1 week in candidate)", ""}},
     nullptr,
     {"5 contradiction MEM-7 memo_before_channel"}},
    {"NotInCandidate",
     {},
     [](LintFacts& facts) {
         facts.release = support::GoodRelease(Channel::kCandidate);
         facts.promotions.pop_back();
         support::DropApproval(*facts.release, ApprovalScope::kCandidate, Role::kQa);
         facts.release->approvals.push_back(support::GivenApproval(ApprovalScope::kStable, Role::kSystemOwner, "sam"));
     },
     {"1 contradiction CHN-1 not_its_turn", "15 doubt CHN-2 stay_differs", "15 contradiction CHN-2 stay_never_was",
      "15 contradiction MEM-2 box_does_not_hold", "20 contradiction MEM-2 box_does_not_hold"}},
    {"AlreadyStable",
     {},
     [](LintFacts& facts) {
         facts.release->release.channel = Channel::kStable;
         facts.promotions.push_back({Channel::kStable, support::EntersStable()});
     },
     {"1 doubt CHN-1 already_there", "15 contradiction MEM-2 box_does_not_hold"}},
    {"RolledBack",
     {},
     [](LintFacts& facts) { facts.release->release.status = policy::ReleaseStatus::kRolledBack; },
     {"3 contradiction CHX-6 not_active"}},
    {"HardStopOpen",
     {},
     [](LintFacts& facts) {
         facts.release->hard_stops.push_back(
             {policy::RecordId::Trusted("hst_1"), policy::HardStop::kHst5, "fewer events than before", "quinn", true});
     },
     {"7 contradiction HST-5 hard_stop_open", "17 contradiction MEM-2 box_does_not_hold"}},
};

const FactChange kStayChanges[] = {
    {"StayClaimedTooLong", {{"2 weeks in experimental", "15 days in experimental"}}, nullptr, {}},
    {"StayClaimedMuchTooLong",
     {{"1 week in candidate", "11 days in candidate"}, {"2 weeks in experimental", "12 days in experimental"}},
     nullptr,
     {"15 doubt CHN-2 stay_differs", "15 contradiction CHN-2 stay_differs"}},
    {"StaysStatedInWeeks", {}, [](LintFacts& facts) { facts.promotions[0].at = At("2025-01-13T08:00:00Z"); }, {}},
    {"StayCutShort",
     {},
     [](LintFacts& facts) {
         facts.release->release.channel_entered_at = At("2025-02-03T09:00:00Z");
         facts.promotions[1].at = At("2025-02-03T09:00:00Z");
     },
     {"15 contradiction CHN-2 stay_differs", "15 contradiction MEM-2 box_does_not_hold"}},
};

const FactChange kBoxChanges[] = {
    {"ExitCriterionUnmet",
     {},
     [](LintFacts& facts) { support::DropCheck(*facts.release, policy::Control::kExitCriterion); },
     {"21 contradiction MEM-2 box_does_not_hold"}},
    {"DrillMissing",
     {},
     [](LintFacts& facts) { support::DropCheck(*facts.release, policy::Control::kKillSwitchDrill); },
     {"18 contradiction MEM-2 box_does_not_hold"}},
    {"BoxMissingAndDoesNotHold",
     {{"  - [x] Kill switch tested and functional\n", ""}},
     [](LintFacts& facts) { support::DropCheck(*facts.release, policy::Control::kKillSwitchDrill); },
     {"14 contradiction MEM-2 box_does_not_hold", "14 contradiction MEM-2 box_missing"}},
    {"BoxOpenButHolds",
     {{"[x] Observability", "[ ] Observability"}},
     nullptr,
     {"20 doubt MEM-2 box_open_but_holds", "20 contradiction MEM-2 go_with_open_box"}},
    {"IncidentRecorded",
     {},
     [](LintFacts& facts) {
         facts.release->incidents.push_back({policy::RecordId::Trusted("inc_1"), policy::Severity::kSev2,
                                             policy::IncidentState::kResolved, At("2025-01-16T09:00:00Z"),
                                             At("2025-01-16T12:00:00Z")});
     },
     {"16 contradiction MEM-2 incident_recorded"}},
    {"IncidentBeforeTheRelease",
     {},
     [](LintFacts& facts) {
         facts.release->incidents.push_back({policy::RecordId::Trusted("inc_1"), policy::Severity::kSev2,
                                             policy::IncidentState::kResolved, At("2025-01-02T09:00:00Z"),
                                             At("2025-01-03T12:00:00Z")});
     },
     {}},
};

const FactChange kPeopleChanges[] = {
    {"ApproverUnknown", {{"Quinn Tester", "Quentin Newman"}}, nullptr, {"11 contradiction SOD-4 person_unknown"}},
    {"ApproverById", {{"Quinn Tester", "quinn"}}, nullptr, {}},
    {"ApproverIsAComponent",
     {{"Quinn Tester", "Build Bot"}},
     nullptr,
     {"11 contradiction CLS-4 approval_not_recorded", "11 contradiction SOD-1 not_a_person"}},
    {"ApproverInactive",
     {},
     [](LintFacts& facts) { facts.principals[2].active = false; },
     {"11 contradiction SOD-4 person_inactive"}},
    {"RoleNotHeld",
     {},
     [](LintFacts& facts) { facts.principals[2].roles = {Role::kOperator}; },
     {"11 contradiction SOD-4 role_not_held"}},
    {"SignerLostTheRole",
     {},
     [](LintFacts& facts) { facts.principals[3].roles.clear(); },
     {"12 contradiction SOD-4 role_not_held", "30 contradiction SOD-4 role_not_held"}},
    {"ApprovalNotRecorded",
     {},
     [](LintFacts& facts) {
         std::erase_if(facts.release->approvals, [](const auto& each) { return each.role == Role::kQa; });
     },
     {"9 contradiction CLS-4 slot_open", "11 contradiction CLS-4 approval_not_recorded"}},
    {"ApprovalOverOlderContent",
     {},
     [](LintFacts& facts) {
         support::ApprovalOf(*facts.release, ApprovalScope::kStable, Role::kSystemOwner).hash_matches = false;
     },
     {"9 contradiction APR-1 slot_open", "12 contradiction CLS-4 approval_not_recorded"}},
    {"ApprovalDateDiffers", {{"QA, 2025-01-14", "QA, 2025-01-13"}}, nullptr, {"11 doubt MEM-7 approval_date_differs"}},
    {"SelfApproved",
     {},
     [](LintFacts& facts) { facts.release->release.author = support::Person("dora"); },
     {"9 doubt SOD-3 self_approved"}},
    {"PlanOwnerAlone",
     {},
     [](LintFacts& facts) { facts.release->plan->owner = "dora"; },
     {"9 doubt EXP-6 plan_owner_sole_approver"}},
};

const FactChange kRiskChanges[] = {
    {"RiskNotRecorded",
     {{"  - None", "  - Backups take longer: there is room"}},
     nullptr,
     {"24 contradiction MEM-4 risk_not_recorded"}},
    {"RiskRecorded",
     {{"  - None", "  - Backups will take longer: there is room"}},
     [](LintFacts& facts) {
         policy::RiskAcceptanceFacts risk;
         risk.risk = "The nightly backups take longer.";
         facts.release->risk_acceptances.push_back(risk);
     },
     {}},
    {"RecordedRiskNotListed",
     {},
     [](LintFacts& facts) {
         policy::RiskAcceptanceFacts risk;
         risk.risk = "The nightly backups take longer.";
         facts.release->risk_acceptances.push_back(risk);
     },
     {"23 doubt MEM-4 recorded_risk_not_listed"}},
    {"LimitDiffersFromPlan",
     {{"Search answered in 120ms (within 200ms threshold).",
       "The page took 250 ms longer to load (within 300 ms threshold)."}},
     nullptr,
     {"27 doubt CHX-2 limit_differs_from_plan"}},
};

std::string FactChangeName(const testing::TestParamInfo<FactChange>& info) {
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Release, ChangedFacts, testing::ValuesIn(kReleaseChanges), FactChangeName);
INSTANTIATE_TEST_SUITE_P(Stays, ChangedFacts, testing::ValuesIn(kStayChanges), FactChangeName);
INSTANTIATE_TEST_SUITE_P(Boxes, ChangedFacts, testing::ValuesIn(kBoxChanges), FactChangeName);
INSTANTIATE_TEST_SUITE_P(People, ChangedFacts, testing::ValuesIn(kPeopleChanges), FactChangeName);
INSTANTIATE_TEST_SUITE_P(Risks, ChangedFacts, testing::ValuesIn(kRiskChanges), FactChangeName);

std::string WorkedExample() {
    return support::ReadFile(std::string(PORTCULLIS_SOURCE_DIR) + "/manifests/examples/2025-01-29-go-memo.md");
}

TEST(LintWorkedExample, WithinItself) {
    const std::string memo = WorkedExample();
    EXPECT_THAT(FindingsOf(memo),
                ElementsAreArray({"9 contradiction CLS-4 approval_missing", "14 contradiction CHN-2 stays_do_not_fit"}))
        << Explain(memo);
}

/// As the example dates it: on the memo's day the release has just entered candidate; its owner alone approved the
/// plan.
TEST(LintWorkedExample, AgainstItsFacts) {
    const std::string memo = WorkedExample();
    LintFacts facts = GoodFacts();
    facts.principals = {
        render::LintPrincipal{
            support::Person("jane.doe"), "Jane Doe", policy::PrincipalKind::kUser, true, {Role::kDevLead}},
        render::LintPrincipal{
            support::Person("bob.smith"), "Bob Smith", policy::PrincipalKind::kUser, true, {Role::kSystemOwner}}};
    policy::PromotionFacts& release = *facts.release;
    release.release.author = support::Person("jane.doe");
    release.plan->owner = "jane.doe";
    std::erase_if(release.approvals, [](const auto& each) { return each.role == Role::kQa; });
    for (policy::ApprovalFacts& approval : release.approvals) {
        approval.principal = support::Person(approval.role == Role::kDevLead ? "jane.doe" : "bob.smith");
    }
    facts.promotions[1].at = At("2025-01-22T09:00:00Z");
    release.release.channel_entered_at = At("2025-01-22T09:00:00Z");
    release.now = facts.now = At("2025-01-29T08:00:00Z");
    const std::vector<std::string> found = FindingsOf(memo, facts);
    for (const char* expected : {"9 contradiction CLS-4 approval_missing", "9 contradiction CLS-4 slot_open",
                                 "9 doubt EXP-6 plan_owner_sole_approver", "9 doubt SOD-3 self_approved",
                                 "14 contradiction CHN-2 stays_do_not_fit", "14 contradiction CHN-2 stay_differs",
                                 "14 contradiction MEM-2 box_does_not_hold"}) {
        EXPECT_THAT(found, testing::Contains(expected)) << Explain(memo, facts);
    }
}

}  // namespace
}  // namespace render_test
