// The console's pages that are read: the audit log and the rules. What their HTML says, for whom, without a browser.
#include <gmock/gmock.h>

#include "tests/api/console_visit.hpp"
#include "tests/api/journey.hpp"

namespace api_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kMarkup = "<script>alert('x')</script>";

TEST(ConsoleAudit, FollowsAnObjectAndShowsRefusals) {
    const Journey release;
    release.Promote("experimental").Expect(409);
    ConsoleVisit anna("anna.auditor");
    const std::string all = anna.Page("/audit?release=" + release.Id());
    EXPECT_THAT(all, HasSubstr("Following release <strong>" + release.Id()));
    EXPECT_THAT(all, HasSubstr("release.promote"));
    EXPECT_THAT(all, HasSubstr("release.submit"));
    const std::string refused = anna.Page("/audit?outcome=refused&release=" + release.Id());
    EXPECT_THAT(refused, HasSubstr("release.promote"));
    EXPECT_THAT(refused, Not(HasSubstr("release.submit")));
    const std::string before = anna.Page("/audit?until=2020-01-01T00:00&release=" + release.Id());
    EXPECT_THAT(before, HasSubstr("No entry is like that"));
}

TEST(ConsoleAudit, SaysWhatItCouldNotUnderstand) {
    ConsoleVisit anna("anna.auditor");
    EXPECT_THAT(anna.Page("/audit?since=yesterday"), HasSubstr("is no time"));
    EXPECT_THAT(anna.Page("/audit?after=7%3Bx"), HasSubstr("Entries, newest first"));
    anna.Page("/audit/export?from=none", 422);
}

TEST(ConsoleAudit, ChecksTheChainAndHandsItOut) {
    ConsoleVisit anna("anna.auditor");
    EXPECT_THAT(anna.Page("/audit/chain"), HasSubstr("The chain holds."));
    EXPECT_THAT(anna.Page("/audit/export?from=1&to=3"), HasSubstr("\"signature\""));
    EXPECT_THAT(anna.Page("/audit/key"), HasSubstr("BEGIN PUBLIC KEY"));
}

TEST(ConsoleAudit, IsForThoseWhoMayReadIt) {
    ConsoleVisit nora("nora.none");
    EXPECT_THAT(nora.Page("/audit", 403), HasSubstr("auditor"));
    nora.Page("/audit/chain", 403);
    nora.Page("/audit/export", 403);
    EXPECT_THAT(nora.Page("/rules"), Not(HasSubstr("href=\"/console/audit\"")));
}

TEST(ConsoleAudit, ShowsMarkupAsText) {
    const std::string id = Unique("marked");
    As("rita.release").Post("/v1/tenants", {{"id", id}, {"name", kMarkup}, {"kind", "dev"}}).Expect(201);
    ConsoleVisit anna("anna.auditor");
    const std::string page = anna.Page("/audit?tenant=" + id);
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert("));
    EXPECT_THAT(page, Not(HasSubstr(kMarkup)));
    EXPECT_THAT(anna.Page("/audit?actor=%3Cscript%3Ealert('x')%3C/script%3E"), Not(HasSubstr(kMarkup)));
}

TEST(ConsoleRules, EachRuleHasItsAnchor) {
    ConsoleVisit nora("nora.none");
    const std::string page = nora.Page("/rules");
    const Json rules = As("nora.none").Get("/v1/rules").Expect(200).Body()["items"];
    ASSERT_FALSE(rules.empty());
    for (const Json& rule : rules) {
        EXPECT_THAT(page, HasSubstr("id=\"" + rule["id"].get<std::string>() + "\""));
    }
}

TEST(ConsoleRules, AreFound) {
    ConsoleVisit nora("nora.none");
    const std::string found = nora.Page("/rules?q=freeze");
    EXPECT_THAT(found, HasSubstr("id=\"CHN-8\""));
    EXPECT_THAT(found, Not(HasSubstr("id=\"HST-1\"")));
    EXPECT_THAT(nora.Page("/rules?q=nosuchrule"), HasSubstr("No rule is like that"));
    const std::string hard = nora.Page("/rules?hard=true");
    EXPECT_THAT(hard, HasSubstr("id=\"HST-7\""));
    EXPECT_THAT(hard, Not(HasSubstr("id=\"CHN-8\"")));
}

}  // namespace
}  // namespace api_test
