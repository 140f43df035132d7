#include "controller/wire/verdict_report.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "platform/base/text.hpp"
#include "tests/unit/wire/samples.hpp"
#include "tests/unit/wire/xml.hpp"

namespace wire {
namespace {

using platform::Json;

VerdictDocument Hostile() {
    VerdictDocument verdict = FullVerdict();
    verdict.release = HostileText();
    verdict.facts_hash = HostileText();
    for (FindingDocument& finding : verdict.findings) {
        finding.rule += HostileText();
        finding.message = HostileText();
        finding.remedy = HostileText();
        finding.subject = HostileText();
        finding.reference = HostileText();
    }
    return verdict;
}

VerdictDocument AllowedReport() {
    VerdictDocument verdict = FullVerdict();
    verdict.state = policy::VerdictState::kAllow;
    verdict.findings.clear();
    verdict.earliest.reset();
    return verdict;
}

bool IsPrintable(std::string_view text) {
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) {
            return false;
        }
    }
    return platform::IsValidUtf8(text);
}

TEST(JunitReportOf, CountsWhatItHolds) {
    const XmlDocument xml = ReadXml(JunitReport(FullVerdict()));
    ASSERT_EQ(xml.error, "");
    const auto suites = xml.Named("testsuite");
    ASSERT_EQ(suites.size(), 1U);
    EXPECT_EQ(suites[0].attributes.at("tests"), "5");
    EXPECT_EQ(suites[0].attributes.at("failures"), "3");  // the verdict, the denied and the pending finding
    EXPECT_EQ(suites[0].attributes.at("errors"), "1");
    EXPECT_EQ(suites[0].attributes.at("timestamp"), "2025-02-20T12:00:00");
    EXPECT_EQ(xml.Named("testcase").size(), 5U);
    EXPECT_EQ(xml.Named("failure").size(), 3U);
    EXPECT_EQ(xml.Named("error").size(), 1U);
    EXPECT_EQ(xml.Named("system-out").size(), 1U);
    EXPECT_EQ(xml.Named("failure")[1].attributes.at("message"), "query isolation failed");
    EXPECT_EQ(xml.Named("testcase")[1].attributes.at("classname"), "portcullis.HST-4");
}

TEST(JunitReportOf, IsWellFormedWhateverTheTextIs) {
    const XmlDocument xml = ReadXml(JunitReport(Hostile()));
    ASSERT_EQ(xml.error, "");
    // No text became an element, and what XML can hold came through as it was.
    EXPECT_EQ(xml.elements.size(), 2U + 5U + 5U);
    EXPECT_TRUE(xml.Named("script").empty());
    EXPECT_NE(xml.Named("failure")[1].attributes.at("message").find("</failure><x a=\"1\">]]>&amp;\r\n::error"),
              std::string::npos);
}

TEST(JunitReportOf, OnlyAllowPasses) {
    const XmlDocument allowed = ReadXml(JunitReport(AllowedReport()));
    EXPECT_EQ(allowed.Named("testsuite")[0].attributes.at("failures"), "0");
    EXPECT_EQ(allowed.Named("testsuite")[0].attributes.at("errors"), "0");
    EXPECT_EQ(allowed.Named("testcase").size(), 1U);
    for (const auto state :
         {policy::VerdictState::kDeny, policy::VerdictState::kPending, policy::VerdictState::kIndeterminate}) {
        VerdictDocument verdict = AllowedReport();
        verdict.state = state;
        const XmlDocument xml = ReadXml(JunitReport(verdict));
        EXPECT_EQ(xml.Named("failure").size() + xml.Named("error").size(), 1U);
        EXPECT_EQ(xml.Named("error").size(), state == policy::VerdictState::kIndeterminate ? 1U : 0U);
    }
}

TEST(MarkdownReportOf, ReadsAsATable) {
    EXPECT_EQ(MarkdownReport(FullVerdict()),
              "## Gate: 2025-02-01-ledger from experimental to candidate is denied\n\n"
              "**deny** \xC2\xB7 class mechanism \xC2\xB7 evaluated 2025-02-20T12:00:00.25Z \xC2\xB7 earliest by time "
              "alone 2025-02-24T09:00:00Z\n\n"
              "| Rule | Kind | Finding | Remedy |\n|---|---|---|---|\n"
              "| HST-4 **hard stop** | denied | query isolation failed | resolve it with evidence |\n"
              "| CHN-2 | pending | 3 of 7 days in experimental (ends 2025-02-24T09:00:00Z) | wait |\n"
              "| EXP-4 | indeterminate | the metrics source did not answer | ask again |\n"
              "| SOD-3 | doubt | approved by its author | ask somebody else as well |\n"
              "\nFacts ffffffffffffffff, rule catalogue 1.\n");
    EXPECT_NE(MarkdownReport(AllowedReport()).find("No findings."), std::string::npos);
}

TEST(MarkdownReportOf, StaysATableWhateverTheTextIs) {
    const std::string report = MarkdownReport(Hostile());
    EXPECT_TRUE(IsPrintable(report));
    int rows = 0;
    for (const std::string_view line : platform::Split(report, '\n')) {
        if (line.substr(0, 1) != "|") {
            continue;
        }
        ++rows;
        int bars = 0;
        for (std::size_t i = 0; i < line.size(); ++i) {
            bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
        }
        EXPECT_EQ(bars, 5) << line;
    }
    EXPECT_EQ(rows, 6);
    EXPECT_EQ(report.find('<'), std::string::npos);
    EXPECT_EQ(report.find("@someone"), std::string::npos);
    EXPECT_EQ(report.find("[l]("), std::string::npos);
}

TEST(MarkdownReportOf, SaysWhatKindOfAnswerItIs) {
    VerdictDocument verdict = AllowedReport();
    verdict.what_if = true;
    verdict.simulated_clock = true;
    const std::string report = MarkdownReport(verdict);
    EXPECT_NE(report.find("what-if, nothing was changed"), std::string::npos);
    EXPECT_NE(report.find("simulated clock"), std::string::npos);
}

TEST(SarifReportOf, HasARuleForEachRuleAndAResultForEachFinding) {
    VerdictDocument verdict = FullVerdict();
    verdict.findings.push_back(verdict.findings[0]);
    const Json sarif = Json::parse(SarifReport(verdict));
    EXPECT_EQ(sarif["version"], "2.1.0");
    ASSERT_EQ(sarif["runs"].size(), 1U);
    const Json& run = sarif["runs"][0];
    const Json& rules = run["tool"]["driver"]["rules"];
    ASSERT_EQ(rules.size(), 4U);
    ASSERT_EQ(run["results"].size(), 5U);
    for (const Json& result : run["results"]) {
        EXPECT_EQ(rules[result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
        EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
        EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "releases/2025-02-01-ledger");
    }
    EXPECT_EQ(run["results"][0]["level"], "error");
    EXPECT_EQ(run["results"][1]["level"], "warning");
    EXPECT_EQ(run["results"][2]["level"], "error");
    EXPECT_EQ(run["results"][3]["level"], "note");
    EXPECT_EQ(run["results"][0]["properties"]["hardStop"], true);
    EXPECT_EQ(run["properties"]["decision"], "deny");
    EXPECT_EQ(run["invocations"][0]["executionSuccessful"], true);
}

TEST(SarifReportOf, IsJsonWhateverTheTextIs) {
    const auto sarif = platform::ParseJson(SarifReport(Hostile()));
    ASSERT_TRUE(sarif) << ErrorText(sarif.error());
    const auto uri = (*sarif)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                         .get<std::string>();
    EXPECT_EQ(uri.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/"),
              std::string::npos);
}

TEST(GithubReportOf, IsOneCommandForEachFinding) {
    EXPECT_EQ(GithubReport(FullVerdict()),
              "::error title=HST-4 (hard stop)::query isolation failed - resolve it with evidence\n"
              "::warning title=CHN-2::3 of 7 days in experimental - wait - ends 2025-02-24T09:00:00Z\n"
              "::error title=EXP-4::the metrics source did not answer - ask again\n"
              "::notice title=SOD-3::approved by its author - ask somebody else as well\n"
              "deny: 2025-02-01-ledger from experimental to candidate is denied (1 denied, 1 pending, 1 indeterminate, "
              "1 doubt)\n");
}

TEST(GithubReportOf, LetsNoTextStartACommand) {
    const std::string report = GithubReport(Hostile());
    EXPECT_TRUE(IsPrintable(report));
    const auto lines = platform::Split(report, '\n');
    ASSERT_EQ(lines.size(), 6U);  // four findings, the answer, and nothing after the last line break
    EXPECT_EQ(lines[0].rfind("::error title=", 0), 0U);
    EXPECT_NE(lines[4].rfind("::", 0), 0U);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(lines[static_cast<std::size_t>(i)].find("%0A"), std::string::npos)
            << lines[static_cast<std::size_t>(i)];
    }
    // A property ends at the first "::": the rule's text must not have one.
    const std::string_view property = lines[0].substr(0, lines[0].find("::", 2));
    EXPECT_EQ(std::count(property.begin() + 2, property.end(), ':'), 0);
    EXPECT_EQ(std::count(property.begin(), property.end(), ','), 0);
}

TEST(VerdictLineOf, SaysTheAnswerInOneLine) {
    EXPECT_EQ(VerdictLine(AllowedReport()), "allow: 2025-02-01-ledger from experimental to candidate is allowed");
    VerdictDocument verdict = AllowedReport();
    verdict.state = policy::VerdictState::kPending;
    EXPECT_EQ(VerdictLine(verdict), "pending: 2025-02-01-ledger from experimental to candidate is not allowed yet");
    verdict.state = policy::VerdictState::kIndeterminate;
    EXPECT_EQ(VerdictLine(verdict),
              "indeterminate: 2025-02-01-ledger from experimental to candidate could not be decided");
    EXPECT_EQ(VerdictLine(Hostile()).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace wire
