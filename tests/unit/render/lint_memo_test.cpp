// The memo against itself: the good memo with one thing changed gives exactly the findings of that change.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "controller/policy/catalogue.hpp"
#include "controller/render/memo.hpp"
#include "tests/unit/render/lint_case.hpp"
#include "tests/unit/render/samples.hpp"

namespace render_test {
namespace {

using testing::ElementsAreArray;
using testing::IsEmpty;

struct Change {
    const char* name;
    std::vector<std::pair<std::string, std::string>> replace;
    std::vector<std::string> findings;
};

std::ostream& operator<<(std::ostream& out, const Change& change) {
    return out << change.name;
}

class ChangedMemo : public testing::TestWithParam<Change> {};

TEST_P(ChangedMemo, GivesExactlyItsFindings) {
    std::string memo = GoodMemoText();
    for (const auto& [what, with] : GetParam().replace) {
        memo = Replaced(memo, what, with);
    }
    EXPECT_THAT(FindingsOf(memo), ElementsAreArray(GetParam().findings)) << Explain(memo) << memo;
}

const Change kHeadChanges[] = {
    {"Nothing", {}, {}},
    {"ReleaseMalformed", {{"2025-03-03-roster-search", "roster search/v2"}}, {"3 unreadable MEM-7 release_malformed"}},
    {"ReleaseMissing", {{"Release: 2025-03-03-roster-search\n", "\n"}}, {"1 unreadable MEM-7 release_missing"}},
    {"ReleaseLeftFromTemplate", {{"2025-03-03-roster-search", "[release-id]"}}, {"3 unreadable MEM-7 unfilled"}},
    {"ReleaseTwice",
     {{"Date: 2025-03-27", "Release: 2025-03-03-roster-sort\nDate: 2025-03-27"}},
     {"5 contradiction MEM-7 said_twice"}},
    {"ClassUnknown", {{"Workflow change (non-destructive)", "Minor tweak"}}, {"4 contradiction CLS-1 class_unknown"}},
    {"ClassMissing",
     {{"Classification: Workflow change (non-destructive)\n", "\n"}},
     {"1 unreadable MEM-7 class_missing"}},
    {"ClassUnclear",
     {{"Workflow change (non-destructive)", "UI-only / Workflow change"}},
     {"4 contradiction CLS-1 class_unclear"}},
    {"ClassWordsOfAnother", {{"(non-destructive)", "(high risk)"}}, {"4 contradiction CLS-1 class_words_differ"}},
    {"ClassDestructive", {{"(non-destructive)", "(destructive)"}}, {"4 contradiction CLS-1 class_words_differ"}},
    {"DateMissing", {{"Date: 2025-03-27\n", "\n"}}, {"1 unreadable MEM-7 date_missing"}},
    {"DateImpossible", {{"Date: 2025-03-27", "Date: 2025-02-30"}}, {"5 contradiction MEM-7 date_impossible"}},
    {"DateAmbiguous", {{"Date: 2025-03-27", "Date: 03/04/2025"}}, {"5 unreadable MEM-7 date_ambiguous"}},
    {"DateUnreadable", {{"Date: 2025-03-27", "Date: end of March"}}, {"5 unreadable MEM-7 date_unreadable"}},
    {"WeekdayWrong",
     {{"Date: 2025-03-27", "Date: Monday, March 27, 2025"}},
     {"5 contradiction MEM-7 date_other_weekday"}},
    {"MemoBeforeRelease", {{"2025-03-27", "2025-02-27"}}, {"5 contradiction MEM-7 memo_before_release"}},
    {"TargetNeedsNoMemo",
     {{"DECISION: GO", "Target Channel: experimental\nDECISION: GO"},
      {"Olga Owner, System Owner, 2025-03-27", "-"},
      {"  - -\n", "\n"}},
     {"7 contradiction MEM-1 target_needs_no_memo"}},
};

const Change kDecisionChanges[] = {
    {"Unedited", {{"DECISION: GO", "DECISION: GO / NO-GO"}}, {"7 contradiction MEM-7 decision_unedited"}},
    {"Missing", {{"DECISION: GO\n", "\n"}}, {"1 unreadable MEM-7 decision_missing"}},
    {"Unclear", {{"DECISION: GO", "DECISION: proceed"}}, {"7 unreadable MEM-7 decision_unclear"}},
    {"LeftFromTemplate", {{"DECISION: GO", "DECISION: [decision]"}}, {"7 unreadable MEM-7 unfilled"}},
    {"Conditional", {{"DECISION: GO", "DECISION: GO pending the QA report"}}, {"7 doubt MEM-7 decision_conditional"}},
    {"TwoDecisions",
     {{"DECISION: GO\n", "DECISION: GO\nDECISION: NO-GO\n"}},
     {"8 contradiction MEM-7 decisions_differ"}},
    {"NoGoWithoutReasons",
     {{"DECISION: GO", "DECISION: NO-GO"}},
     {"7 contradiction MEM-3 no_rationale", "7 contradiction MEM-3 no_remediation"}},
    {"NoGoWithoutRemediation",
     {{"DECISION: GO", "DECISION: NO-GO"}, {"Notes:", "Rationale:\n  Search showed members who had left.\n\nNotes:"}},
     {"7 contradiction MEM-3 no_remediation"}},
    {"NoGoWithReasonsInTheNotes",
     {{"DECISION: GO", "DECISION: NO-GO"},
      {"Notes:\n",
       "Notes:\n  Rationale: members who had left were shown\n  Remediation plan: filter them, test again\n"},
      {"[x] No SEV-1", "[ ] No SEV-1"}},
     {}},
    {"NoGoUnsigned",
     {{"DECISION: GO", "DECISION: NO-GO"},
      {"Notes:\n", "Rationale: not ready\nRemediation: finish it\nNotes:\n"},
      {"Olga Owner, 2025-03-27\n  - Dev Lead: Dan Lead, 2025-03-27",
       "_________________ Date: _______\n  - Dev Lead: ___ Date: ___"}},
     {"31 doubt MEM-5 not_signed", "31 doubt MEM-5 not_signed"}},
};

const Change kChecklistChanges[] = {
    {"OpenBox", {{"[x] Observability", "[ ] Observability"}}, {"20 contradiction MEM-2 go_with_open_box"}},
    {"TwoOpenBoxes",
     {{"[x] Observability", "[ ] Observability"}, {"[x] Kill", "[] Kill"}},
     {"18 contradiction MEM-2 go_with_open_box", "20 contradiction MEM-2 go_with_open_box"}},
    {"UnclearBox",
     {{"[x] Observability", "[~] Observability"}},
     {"20 contradiction MEM-2 go_with_open_box", "20 unreadable MEM-7 box_unclear"}},
    {"MissingBox", {{"  - [x] Rollback plan documented and tested\n", ""}}, {"14 contradiction MEM-2 box_missing"}},
    {"NoBox",
     {{"  - [x] Rollback plan", "  - Rollback plan"}},
     {"14 contradiction MEM-2 box_missing", "19 unreadable MEM-7 no_box"}},
    {"BoxTwice",
     {{"  - [x] Data safety verification passed\n",
       "  - [x] Data safety verification passed\n  - [ ] Data safety verification passed\n"}},
     {"18 contradiction MEM-2 box_twice", "18 contradiction MEM-2 go_with_open_box"}},
    {"EmptyChecklist",
     {{"  - [x] All channel durations met (2 weeks in experimental, 1 week in candidate)\n"
       "  - [x] No SEV-1 or SEV-2 incidents during soak\n"
       "  - [x] Data safety verification passed\n"
       "  - [x] Kill switch tested and functional\n"
       "  - [x] Rollback plan documented and tested\n"
       "  - [x] Observability verified (all searches logged)\n"
       "  - [x] Exit criteria from Tenant Exposure Plan met\n",
       ""}},
     {"14 contradiction MEM-2 checklist_empty"}},
    {"ExtraOpenBox",
     {{"  - [x] Observability", "  - [ ] Support team told\n  - [x] Observability"}},
     {"20 contradiction MEM-2 go_with_open_box"}},
};

const Change kMemoPeopleChanges[] = {
    {"ClassApprovalMissing", {{"  - Quinn Tester, QA, 2025-03-27\n", ""}}, {"9 contradiction CLS-4 approval_missing"}},
    {"OwnerApprovalMissing",
     {{"  - Olga Owner, System Owner, 2025-03-27\n", ""}},
     {"9 contradiction APR-1 approval_missing"}},
    {"CapabilityNeedsNoQa",
     {{"Workflow change (non-destructive)", "Capability exposure (guarded)"},
      {"  - Quinn Tester, QA, 2025-03-27\n", ""}},
     {}},
    {"UiOnlyNeedsNoQa",
     {{"Workflow change (non-destructive)", "UI-only"}, {"  - Quinn Tester, QA, 2025-03-27\n", ""}},
     {}},
    {"MechanismNeedsARisk",
     {{"Workflow change (non-destructive)", "Mechanism change (high risk)"}},
     {"23 contradiction CLS-4 mechanism_without_risk"}},
    {"MechanismWithRisk",
     {{"Workflow change (non-destructive)", "Mechanism change (high risk)"},
      {"  - None", "  - Index rebuild locks the table: two seconds, at night"}},
     {}},
    {"OnePersonTwoApprovals", {{"Quinn Tester, QA", "Dan Lead, QA"}}, {"11 contradiction SOD-2 same_person_two_roles"}},
    {"OnePersonTwoRolesOnOneLine",
     {{"  - Quinn Tester, QA, 2025-03-27\n", ""}, {"Dan Lead, Dev Lead, 2025", "Dan Lead, Dev Lead and QA, 2025"}},
     {"10 contradiction SOD-2 person_with_two_roles"}},
    {"RoleUnknown",
     {{"Quinn Tester, QA", "Quinn Tester, Chief of Staff"}},
     {"9 contradiction CLS-4 approval_missing", "11 unreadable MEM-7 role_unknown"}},
    {"RoleMissing",
     {{"Olga Owner, System Owner, 2025-03-27\n", "Olga Owner, 2025-03-27\n"}},
     {"9 contradiction APR-1 approval_missing", "12 unreadable MEM-7 role_missing"}},
    {"NameMissing",
     {{"  - Quinn Tester, QA, 2025-03-27", "  - QA, 2025-03-27"}},
     {"9 contradiction CLS-4 approval_missing", "11 unreadable MEM-7 approver_without_name"}},
    {"ApproverLeftFromTemplate",
     {{"Quinn Tester, QA, 2025-03-27", "[Name], [Role], [Date]"}},
     {"9 contradiction CLS-4 approval_missing", "11 unreadable MEM-7 unfilled"}},
    {"ApprovalWithoutDate", {{"QA, 2025-03-27", "QA"}}, {"11 doubt MEM-7 approval_without_date"}},
    {"ApprovalAfterMemo",
     {{"QA, 2025-03-27", "QA, 2025-03-29"}},
     {"11 contradiction MEM-7 approval_after_memo", "30 contradiction MEM-5 signature_before_approval",
      "31 contradiction MEM-5 signature_before_approval"}},
    {"SingleApprover",
     {{"Workflow change (non-destructive)", "Mechanism change (high risk)"},
      {"  - None", "  - Index rebuild locks the table: two seconds, at night"},
      {"  - Dan Lead, Dev Lead, 2025-03-27\n  - Quinn Tester, QA, 2025-03-27\n", ""}},
     {"9 doubt SOD-2 single_approver"}},
};

const Change kSignatureChanges[] = {
    {"DevLeadUnsigned",
     {{"Dev Lead: Dan Lead, 2025-03-27\n", "Dev Lead: _________________ Date: _______\n"}},
     {"29 contradiction MEM-5 not_signed"}},
    {"NoneSigned",
     {{"Signatures:\n  - System Owner: Olga Owner, 2025-03-27\n  - Dev Lead: Dan Lead, 2025-03-27\n", ""}},
     {"1 contradiction MEM-5 not_signed", "1 contradiction MEM-5 not_signed"}},
    {"OnePersonSignsTwice",
     {{"Dev Lead: Dan Lead", "Dev Lead: Olga Owner"}},
     {"31 contradiction MEM-5 signature_other_person", "31 contradiction SOD-2 same_person_two_roles"}},
    {"OtherPersonSigns",
     {{"Dev Lead: Dan Lead", "Dev Lead: Dora Leader"}},
     {"31 contradiction MEM-5 signature_other_person"}},
    {"SignedBeforeMemo",
     {{"Owner: Olga Owner, 2025-03-27", "Owner: Olga Owner, 2025-03-20"}},
     {"30 contradiction MEM-5 signature_before_approval", "30 contradiction MEM-5 signature_before_memo"}},
    {"SignedAfterMemo",
     {{"Owner: Olga Owner, 2025-03-27", "Owner: Olga Owner, 2025-03-28"}},
     {"30 doubt MEM-5 signature_after_memo"}},
    {"SignedWithoutDate",
     {{"Owner: Olga Owner, 2025-03-27", "Owner: Olga Owner"}},
     {"30 doubt MEM-5 signature_without_date"}},
};

const Change kMemoRiskChanges[] = {
    {"RiskWithoutRationale", {{"  - None", "  - Backup grows"}}, {"24 contradiction MEM-4 risk_without_rationale"}},
    {"RiskWithEmptyRationale",
     {{"  - None", "  - Backup grows: n/a"}},
     {"24 contradiction MEM-4 risk_without_rationale"}},
    {"RiskLeftFromTemplate", {{"  - None", "  - [Risk 1]: [Rationale]"}}, {"24 unreadable MEM-7 unfilled"}},
    {"NoneAndRisk",
     {{"  - None", "  - None\n  - Backup grows: there is room"}},
     {"24 contradiction MEM-4 none_and_risks"}},
    {"RisksMissing", {{"Known Risks Accepted:\n  - None\n", ""}}, {"1 doubt MEM-4 risks_missing"}},
    {"RiskWithRationale", {{"  - None", "  - Backup grows: there is room"}}, {}},
};

const Change kClaimChanges[] = {
    {"StaysDoNotFit", {{"2025-03-27", "2025-03-17"}}, {"15 contradiction CHN-2 stays_do_not_fit"}},
    {"StaysInDays",
     {{"2 weeks in experimental, 1 week in candidate", "20d in experimental; candidate: 9 days"}},
     {"15 contradiction CHN-2 stays_do_not_fit"}},
    {"OneStayNamed",
     {{"2 weeks in experimental, 1 week in candidate", "three weeks in experimental"}},
     {"15 contradiction CHN-2 stays_do_not_fit"}},
    {"NoStayNamedButNoTime",
     {{" (2 weeks in experimental, 1 week in candidate)", ""}, {"2025-03-27", "2025-03-13"}},
     {"5 contradiction CHN-2 stays_do_not_fit"}},
    {"NoStayNamed", {{" (2 weeks in experimental, 1 week in candidate)", ""}}, {}},
    {"StayTooShort", {{"1 week in candidate", "3 days in candidate"}}, {"15 contradiction CHN-2 stay_too_short"}},
    {"StaysDiffer",
     {{"Search answered", "After 10 days in experimental, search answered"}},
     {"27 contradiction CHN-2 stays_differ"}},
    {"NeededStayIsNoClaim",
     {{"1 week in candidate", "1 week in candidate; at least 7 days needed in each, minimum 14 days in experimental"}},
     {}},
    {"LimitBroken", {{"in 120ms", "in 250ms"}}, {"27 contradiction MEM-7 limit_not_kept"}},
    {"LimitBrokenInOtherUnit", {{"in 120ms", "in 0.4 s"}}, {"27 contradiction MEM-7 limit_not_kept"}},
    {"LimitInOtherUnit", {{"in 120ms", "in 0.1 s"}}, {"27 doubt MEM-7 units_differ"}},
    {"LimitOfSomethingElse", {{"in 120ms", "in 3%"}}, {"27 contradiction MEM-7 units_incomparable"}},
    {"LimitWithoutUnit", {{"in 120ms", "in 120"}}, {"27 doubt MEM-7 unit_missing"}},
    {"LimitAsASign",
     {{"120ms (within 200ms threshold)", "error rate 6 % (limit < 5 %)"}},
     {"27 contradiction MEM-7 limit_not_kept"}},
    {"LimitExceededAndGo",
     {{"in 120ms (within 200ms threshold)", "in 250 ms, which exceeds the threshold of 200 ms"}},
     {"27 doubt MEM-7 limit_exceeded"}},
    {"FiguresThatAreNoLimits",
     {{"Search answered in 120ms",
       "We watched 2 tenants for 14 days over 3 weekends; 2 of 5 asked for more within 2 hours. "
       "Median 80 ms, 95th percentile 120 ms"}},
     {}},
    {"TestWithoutDate",
     {{"Search answered", "The kill switch was tested in staging. Search answered"}},
     {"27 doubt EVD-2 test_without_date"}},
    {"TestWithDate", {{"Search answered", "The kill switch was tested in staging on 2025-03-10. Search answered"}}, {}},
    {"TestAfterMemo",
     {{"tested and functional", "tested and functional (drill on 29 March 2025)"}},
     {"18 contradiction MEM-7 test_after_memo"}},
    {"TestIsOld",
     {{"tested and functional", "tested and functional (drill on 2025-01-07)"}},
     {"18 doubt KSW-6 test_is_old"}},
    {"IncidentSpokenOf",
     {{"Search answered", "A SEV-2 on 2025-03-14 was closed the same day.\n  Search answered"}},
     {"27 doubt MEM-7 incident_spoken_of"}},
    {"IncidentDenied",
     {{"Search answered", "No errors, no SEV-1 or SEV-2. SEV-1 incidents: none.\n  Search answered"}},
     {}},
    {"NotesLeftFromTemplate",
     {{"  Search answered in 120ms (within 200ms threshold).", "[Any additional context]"}},
     {"27 unreadable MEM-7 unfilled"}},
    {"ToBeDone",
     {{"Search answered", "Owner of the follow-up: TBD. Search answered"}},
     {"27 unreadable MEM-7 unfilled"}},
    {"PlanOwnerAlone",
     {{"GO/NO-GO DECISION MEMO\n",
       "Start Date: 2025-03-05\nOwner: Dan Lead, Dev Lead\nApproved By: Dan Lead, 2025-03-04\n\nGO/NO-GO DECISION "
       "MEMO\n"}},
     {"3 doubt EXP-6 plan_owner_sole_approver"}},
    {"PlanStartCounts",
     {{"GO/NO-GO DECISION MEMO\n", "Start Date: 2025-03-12\nMinimum Duration: 2 weeks\n\nGO/NO-GO DECISION MEMO\n"}},
     {"18 contradiction CHN-2 stays_do_not_fit"}},
    {"PlanLengthensTheStay",
     {{"GO/NO-GO DECISION MEMO\n", "Minimum Duration: 3 weeks\n\nGO/NO-GO DECISION MEMO\n"}},
     {"17 contradiction CHN-2 stay_too_short"}},
};

std::string ChangeName(const testing::TestParamInfo<Change>& info) {
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Head, ChangedMemo, testing::ValuesIn(kHeadChanges), ChangeName);
INSTANTIATE_TEST_SUITE_P(Decision, ChangedMemo, testing::ValuesIn(kDecisionChanges), ChangeName);
INSTANTIATE_TEST_SUITE_P(Checklist, ChangedMemo, testing::ValuesIn(kChecklistChanges), ChangeName);
INSTANTIATE_TEST_SUITE_P(People, ChangedMemo, testing::ValuesIn(kMemoPeopleChanges), ChangeName);
INSTANTIATE_TEST_SUITE_P(Signatures, ChangedMemo, testing::ValuesIn(kSignatureChanges), ChangeName);
INSTANTIATE_TEST_SUITE_P(Risks, ChangedMemo, testing::ValuesIn(kMemoRiskChanges), ChangeName);
INSTANTIATE_TEST_SUITE_P(Claims, ChangedMemo, testing::ValuesIn(kClaimChanges), ChangeName);

TEST(LintMemo, EveryRuleIsInTheCatalogue) {
    std::set<std::string> rules;
    for (const auto& changes : {std::vector<Change>(std::begin(kHeadChanges), std::end(kHeadChanges)),
                                std::vector<Change>(std::begin(kDecisionChanges), std::end(kDecisionChanges)),
                                std::vector<Change>(std::begin(kChecklistChanges), std::end(kChecklistChanges)),
                                std::vector<Change>(std::begin(kMemoPeopleChanges), std::end(kMemoPeopleChanges)),
                                std::vector<Change>(std::begin(kSignatureChanges), std::end(kSignatureChanges)),
                                std::vector<Change>(std::begin(kMemoRiskChanges), std::end(kMemoRiskChanges)),
                                std::vector<Change>(std::begin(kClaimChanges), std::end(kClaimChanges))}) {
        for (const Change& change : changes) {
            for (const std::string& finding : change.findings) {
                const std::size_t begin = finding.find(' ', finding.find(' ') + 1) + 1;
                rules.insert(finding.substr(begin, finding.find(' ', begin) - begin));
            }
        }
    }
    for (const std::string& rule : rules) {
        EXPECT_NE(policy::FindRule(rule), nullptr) << rule;
    }
}

TEST(Rule_MEM_7, refused_where_the_memo_contradicts_itself) {
    const std::string memo = Replaced(Replaced(GoodMemoText(), "Date: 2025-03-27", "Date: Monday, March 27, 2025"),
                                      "[x] Observability", "[ ] Observability");
    EXPECT_THAT(FindingsOf(memo), ElementsAreArray({"5 contradiction MEM-7 date_other_weekday",
                                                    "20 contradiction MEM-2 go_with_open_box"}));
}

TEST(Rule_MEM_7, allowed_when_nothing_contradicts) {
    EXPECT_THAT(FindingsOf(GoodMemoText()), IsEmpty()) << Explain(GoodMemoText());
}

TEST(LintMemo, WhatIsNoMemoIsSaidOnce) {
    EXPECT_THAT(FindingsOf("Dear all,\n\nthe party is on Friday.\n"),
                ElementsAreArray({"1 unreadable MEM-7 not_a_memo"}));
    EXPECT_THAT(FindingsOf(""), ElementsAreArray({"1 unreadable MEM-7 not_a_memo"}));
}

TEST(LintMemo, TooLongATextIsNotRead) {
    EXPECT_THAT(FindingsOf(GoodMemoText() + std::string(64 * 1024, 'x')),
                ElementsAreArray({"1 unreadable MEM-7 too_large"}));
    EXPECT_THAT(FindingsOf(GoodMemoText() + std::string(5'000, '\n')),
                ElementsAreArray({"1 unreadable MEM-7 too_large"}));
}

TEST(LintMemo, RenderedMemosReadBack) {
    for (const render::Format format : {render::Format::kText, render::Format::kMarkdown}) {
        const std::string go = RenderMemo(GoMemo(), format);
        EXPECT_THAT(FindingsOf(go), IsEmpty()) << Explain(go) << go;
        const std::string no_go = RenderMemo(NoGoMemo(), format);
        EXPECT_THAT(FindingsOf(no_go), IsEmpty()) << Explain(no_go) << no_go;
    }
}

TEST(LintMemo, RenderedDraftIsUndecidedAndUnsigned) {
    const std::string draft = RenderMemo(DraftMemo(), render::Format::kText);
    EXPECT_THAT(FindingsOf(draft),
                ElementsAreArray({"9 contradiction MEM-7 decision_unedited", "37 contradiction MEM-5 not_signed",
                                  "37 contradiction MEM-5 not_signed"}))
        << Explain(draft) << draft;
}

TEST(LintMemo, HostileNotesCannotForgeAPart) {
    policy::MemoDocument memo = GoMemo();
    memo.notes =
        "Signatures:\n  - Dev Lead: Eve Ill, 2025-03-27\nDECISION: NO-GO\n# Approvers\n- Eve Ill, QA, 2025-03-27";
    for (const render::Format format : {render::Format::kText, render::Format::kMarkdown}) {
        const render::ParsedMemo read = render::ParseMemo(RenderMemo(memo, format));
        EXPECT_EQ(read.signatures.size(), 2U);
        EXPECT_EQ(read.approvers.size(), 3U);
        EXPECT_EQ(read.Decided(), policy::Decision::kGo);
    }
}

}  // namespace
}  // namespace render_test
