// Memos as people lay them out: correct ones in which nothing is found, and careless ones in which all is found at
// once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "platform/base/clock.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/render/lint_case.hpp"

namespace render_test {
namespace {

using testing::ElementsAreArray;
using testing::IsEmpty;

std::string MemoFile(const std::string& name) {
    return support::ReadFile(std::string(PORTCULLIS_SOURCE_DIR) + "/tests/golden/memos/" + name);
}

class GoodLayout : public testing::TestWithParam<const char*> {};

TEST_P(GoodLayout, HasNoFindings) {
    const std::string memo = MemoFile(GetParam());
    EXPECT_THAT(FindingsOf(memo), IsEmpty()) << Explain(memo) << memo;
}

INSTANTIATE_TEST_SUITE_P(Files, GoodLayout,
                         testing::Values("good_markdown_headings.md", "good_tables.md", "good_check_marks.txt",
                                         "good_other_order.md", "good_no_go.md", "good_for_candidate.txt"),
                         [](const auto& test) {
                             const std::string name = test.param;
                             return name.substr(0, name.find('.'));
                         });

struct Writing {
    const char* name;
    std::function<std::string(std::string)> write;
};

std::ostream& operator<<(std::ostream& out, const Writing& writing) {
    return out << writing.name;
}

/// Puts `mark` before every line.
std::string EveryLine(const std::string& text, const std::string& mark) {
    return mark + Replaced(text.substr(0, text.size() - 1), "\n", "\n" + mark) + "\n";
}

class Rewritten : public testing::TestWithParam<Writing> {};

TEST_P(Rewritten, StaysTheSameMemo) {
    const std::string memo = GetParam().write(GoodMemoText());
    EXPECT_THAT(FindingsOf(memo), IsEmpty()) << Explain(memo) << memo;
    const render::ParsedMemo read = render::ParseMemo(memo);
    EXPECT_EQ(read.release.text, "2025-03-03-roster-search");
    EXPECT_EQ(read.Class(), policy::ReleaseClass::kWorkflow);
    EXPECT_EQ(read.date.date, platform::ParseDate("2025-03-27"));
    EXPECT_EQ(read.Decided(), policy::Decision::kGo);
    ASSERT_EQ(read.approvers.size(), 3U);
    EXPECT_EQ(read.approvers[1].name, "Quinn Tester");
    EXPECT_EQ(read.checklist.size(), 7U);
    EXPECT_EQ(read.stays.size(), 2U);
    ASSERT_EQ(read.signatures.size(), 2U);
    EXPECT_EQ(read.signatures[1].name, "Dan Lead");
    EXPECT_EQ(read.signatures[1].date, platform::ParseDate("2025-03-27"));
}

const Writing kWritings[] = {
    {"AsItIs", [](const std::string& memo) { return memo; }},
    {"WindowsLineEnds", [](const std::string& memo) { return Replaced(memo, "\n", "\r\n"); }},
    {"OldMacLineEnds", [](const std::string& memo) { return Replaced(memo, "\n", "\r"); }},
    {"ByteOrderMark", [](const std::string& memo) { return "\xEF\xBB\xBF" + memo; }},
    {"Fenced", [](const std::string& memo) { return "```\n" + memo + "```\n"; }},
    {"FencedWithTildes", [](const std::string& memo) { return "Here is the memo.\n\n~~~text\n" + memo + "~~~\n"; }},
    {"Quoted", [](const std::string& memo) { return EveryLine(memo, "> "); }},
    {"Indented", [](const std::string& memo) { return EveryLine(memo, "        "); }},
    {"IndentedWithTabs", [](const std::string& memo) { return EveryLine(memo, "\t"); }},
    {"UpperCaseLabels",
     [](std::string memo) {
         memo = Replaced(memo, "Release:", "RELEASE:");
         memo = Replaced(memo, "Approvers:", "APPROVERS:");
         memo = Replaced(memo, "Checklist:", "CHECKLIST:");
         return Replaced(memo, "Signatures:", "SIGNATURES:");
     }},
    {"LowerCaseAll",
     [](std::string memo) {
         memo = Replaced(memo, "DECISION: GO", "decision: go");
         memo = Replaced(memo, "Classification: Workflow", "classification: workflow");
         return Replaced(memo, "Date:", "date:");
     }},
    {"BoldLabels",
     [](std::string memo) {
         for (const char* label :
              {"Release", "Classification", "Date", "Approvers", "Checklist", "Notes", "Signatures"}) {
             memo = Replaced(memo, "\n" + std::string(label) + ":", "\n**" + std::string(label) + ":**");
         }
         return Replaced(memo, "DECISION: GO", "**DECISION**: __GO__");
     }},
    {"Headings",
     [](std::string memo) {
         for (const char* label : {"Approvers", "Checklist", "Known Risks Accepted", "Notes", "Signatures"}) {
             memo = Replaced(memo, "\n" + std::string(label) + ":", "\n### " + std::string(label) + " ###\n");
         }
         return Replaced(memo, "GO/NO-GO DECISION MEMO", "# GO/NO-GO DECISION MEMO");
     }},
    {"BulletedHead",
     [](std::string memo) {
         for (const char* label : {"Release", "Classification", "Date"}) {
             memo = Replaced(memo, "\n" + std::string(label) + ":", "\n* " + std::string(label) + ":");
         }
         return memo;
     }},
    {"OtherBullets", [](const std::string& memo) { return Replaced(memo, "  - ", "  + "); }},
    {"UnicodeBullets", [](const std::string& memo) { return Replaced(memo, "  - ", "\xE2\x80\xA2 "); }},
    {"NumberedLists", [](const std::string& memo) { return Replaced(memo, "  - ", "  3. "); }},
    {"NoBullets", [](const std::string& memo) { return Replaced(memo, "  - ", "  "); }},
    {"CapitalTicks", [](const std::string& memo) { return Replaced(memo, "[x]", "[X]"); }},
    {"BallotBoxes", [](const std::string& memo) { return Replaced(memo, "- [x]", "\xE2\x98\x91"); }},
    {"CheckMarkEmoji", [](const std::string& memo) { return Replaced(memo, "[x]", "\xE2\x9C\x85"); }},
    {"AnswersInWords",
     [](std::string memo) {
         memo = Replaced(memo, "[x] ", "");
         for (const char* end :
              {"candidate)", "during soak", "passed", "functional", "and tested", "logged)", "Plan met"}) {
             memo = Replaced(memo, std::string(end) + "\n", std::string(end) + ": yes\n");
         }
         return memo;
     }},
    {"UnicodeDashes",
     [](std::string memo) {
         memo = Replaced(memo, "SEV-1",
                         "SEV\xE2\x80\x91"
                         "1");
         memo = Replaced(memo, "2025-03-27",
                         "2025\xE2\x80\x93"
                         "03\xE2\x80\x93"
                         "27");
         return Replaced(memo, "non-destructive",
                         "non\xE2\x80\x91"
                         "destructive");
     }},
    {"DashesBetweenFields",
     [](std::string memo) {
         memo = Replaced(memo, ", Dev Lead, ", " \xE2\x80\x94 Dev Lead \xE2\x80\x94 ");
         return Replaced(memo, ", QA, ", " - QA - ");
     }},
    {"RolesInBrackets", [](const std::string& memo) { return Replaced(memo, "Tester, QA, ", "Tester (QA), "); }},
    {"RoleFirst",
     [](const std::string& memo) { return Replaced(memo, "Quinn Tester, QA, ", "Quality Assurance: Quinn Tester, "); }},
    {"LongDates", [](const std::string& memo) { return Replaced(memo, "2025-03-27", "27 March 2025"); }},
    {"AmericanDates",
     [](const std::string& memo) { return Replaced(memo, "2025-03-27", "Thursday, March 27th, 2025"); }},
    {"SlashDates", [](const std::string& memo) { return Replaced(memo, "2025-03-27", "03/27/2025"); }},
    {"DottedDates", [](const std::string& memo) { return Replaced(memo, "2025-03-27", "27.3.2025"); }},
    {"DatesWithTimes",
     [](const std::string& memo) { return Replaced(memo, "Date: 2025-03-27", "Date: 2025-03-27T10:30:00Z"); }},
    {"Apart", [](const std::string& memo) { return Replaced(memo, "\n", "\n\n"); }},
    {"Rules", [](const std::string& memo) { return Replaced(memo, "\n\n", "\n\n---\n\n"); }},
    {"TrailingSpaces", [](const std::string& memo) { return Replaced(memo, "\n", "  \n"); }},
    {"MarkdownLineEnds", [](const std::string& memo) { return Replaced(memo, "\nDate:", "\\\nDate:"); }},
    {"NoBreakSpaces",
     [](const std::string& memo) {
         return Replaced(memo, "Dan Lead",
                         "Dan\xC2\xA0"
                         "Lead");
     }},
    {"LetterBefore", [](const std::string& memo) { return "Dear all,\nhere is what we decided:\n\n" + memo; }},
    {"LetterAfter",
     [](const std::string& memo) { return memo + "\n## See also\n\n- [Checklist](./list.md)\n- [ ] Buy cake\n"; }},
    {"ManifestBefore",
     [](const std::string& memo) {
         return "## Release Manifest\n\nRelease ID: 2025-03-03-roster-search\nClassification: Workflow change\n"
                "Files Changed: a.ts\n\n## Data Safety Verification\n\n- [ ] No data migration required\n\n" +
                memo;
     }},
};
INSTANTIATE_TEST_SUITE_P(Forms, Rewritten, testing::ValuesIn(kWritings),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(GoodMemo, FamilyNameFirstIsTheSamePerson) {
    const std::string memo = Replaced(GoodMemoText(), "Dev Lead: Dan Lead", "Dev Lead: Lead, Dan");
    EXPECT_THAT(FindingsOf(memo), IsEmpty()) << Explain(memo);
}

TEST(CarelessMemos, TemplateAsItIs) {
    const std::string memo = MemoFile("template.txt");
    EXPECT_THAT(
        FindingsOf(memo),
        ElementsAreArray({"3 unreadable MEM-7 unfilled", "4 unreadable MEM-7 unfilled", "5 unreadable MEM-7 unfilled",
                          "7 contradiction MEM-7 decision_unedited", "10 unreadable MEM-7 unfilled",
                          "11 unreadable MEM-7 unfilled", "23 unreadable MEM-7 unfilled",
                          "24 unreadable MEM-7 unfilled", "27 unreadable MEM-7 unfilled",
                          "29 contradiction MEM-5 not_signed", "29 contradiction MEM-5 not_signed"}))
        << Explain(memo);
}

TEST(CarelessMemos, EverythingWrong) {
    const std::string memo = MemoFile("bad_everything.md");
    EXPECT_THAT(FindingsOf(memo), ElementsAreArray({"4 contradiction CLS-1 class_words_differ",
                                                    "5 contradiction MEM-7 date_other_weekday",
                                                    "7 doubt MEM-7 decision_conditional",
                                                    "9 doubt SOD-2 single_approver",
                                                    "11 contradiction MEM-7 approval_after_memo",
                                                    "12 contradiction SOD-2 same_person_two_roles",
                                                    "14 contradiction MEM-2 box_missing",
                                                    "16 contradiction CHN-2 stay_too_short",
                                                    "16 contradiction CHN-2 stays_do_not_fit",
                                                    "18 contradiction MEM-2 go_with_open_box",
                                                    "19 doubt KSW-6 test_is_old",
                                                    "21 contradiction MEM-2 go_with_open_box",
                                                    "21 unreadable MEM-7 box_unclear",
                                                    "25 contradiction MEM-4 none_and_risks",
                                                    "26 contradiction MEM-4 risk_without_rationale",
                                                    "30 contradiction MEM-7 limit_not_kept",
                                                    "30 contradiction MEM-7 units_incomparable",
                                                    "31 doubt EVD-2 test_without_date",
                                                    "31 doubt MEM-7 incident_spoken_of",
                                                    "33 contradiction MEM-5 not_signed",
                                                    "35 contradiction MEM-5 signature_before_approval",
                                                    "35 contradiction MEM-5 signature_before_memo"}))
        << Explain(memo);
}

TEST(CarelessMemos, SmallThings) {
    const std::string memo = MemoFile("bad_small_things.txt");
    EXPECT_THAT(
        FindingsOf(memo),
        ElementsAreArray({"4 contradiction MEM-7 said_twice", "6 unreadable MEM-7 date_ambiguous",
                          "10 contradiction APR-1 approval_missing", "10 contradiction CLS-4 approval_missing",
                          "11 doubt MEM-7 approval_without_date", "12 unreadable MEM-7 approver_without_name",
                          "13 unreadable MEM-7 role_unknown", "15 contradiction MEM-2 box_missing",
                          "20 unreadable MEM-7 no_box", "26 unreadable MEM-7 unfilled", "29 doubt MEM-7 units_differ",
                          "32 doubt MEM-5 signature_without_date", "32 contradiction MEM-7 date_impossible",
                          "33 contradiction MEM-5 signature_other_person"}))
        << Explain(memo);
}

void ExpectBoundedAndSorted(const std::string& text) {
    const auto findings = render::LintMemo(render::ParseMemo(text), std::nullopt);
    RC_ASSERT(findings.size() <= 500U);
    int line = 1;
    for (const render::LintFinding& finding : findings) {
        RC_ASSERT(finding.line >= line);
        line = finding.line;
        RC_ASSERT(!finding.message.empty());
        RC_ASSERT(!finding.remedy.empty());
    }
}

RC_GTEST_PROP(AnyText, IsReadWithoutHarm, (const std::string& text)) {
    ExpectBoundedAndSorted(text);
}

/// Pieces of memos in any order, with bytes changed, cut and repeated: far likelier to reach odd corners than noise.
RC_GTEST_PROP(AnyText, ShuffledMemosAreReadWithoutHarm, ()) {
    const std::string good = GoodMemoText() + MemoFile("bad_everything.md") + MemoFile("good_tables.md");
    std::string text;
    const int pieces = *rc::gen::inRange(1, 12);
    for (int i = 0; i < pieces; ++i) {
        const auto start = *rc::gen::inRange<std::size_t>(0, good.size());
        const auto length = *rc::gen::inRange<std::size_t>(0, 400);
        text += good.substr(start, length);
    }
    const int changes = *rc::gen::inRange(0, 8);
    for (int i = 0; i < changes && !text.empty(); ++i) {
        text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    }
    ExpectBoundedAndSorted(text);
}

TEST(HostileText, LargestInputsEndSoon) {
    for (const char* piece :
         {"[", "- [x] ", "Approvers:\n- a\n", "1 day in ", "85ms (within ", "* ", "[a](", "~~", "|", ">", "2025-01-",
          "\xF0\x9F", "Sev-1 ", "Notes:\n[", "1 2 3 . . . ", "experimental: 1 ", "<", "\\"}) {
        std::string text = "GO/NO-GO DECISION MEMO\nNotes:\n";
        while (text.size() + std::string_view(piece).size() <= 64 * 1024) {
            text += piece;
        }
        const platform::Stopwatch watch;
        EXPECT_FALSE(render::LintMemo(render::ParseMemo(text), std::nullopt).empty());
        EXPECT_LT(watch.Elapsed(), std::chrono::seconds(5)) << piece;
    }
}

}  // namespace
}  // namespace render_test
