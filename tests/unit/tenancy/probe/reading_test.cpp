// What is read from answers: counters, codes, words, and nothing secret.
#include <gtest/gtest.h>

#include "tenancy/probe/counters.hpp"
#include "tenancy/probe/organization_routes.hpp"
#include "tenancy/probe/visit.hpp"
#include "tenancy/probe/wording.hpp"

namespace tenancy_test {
namespace {

namespace probe = tenancy::probe;

TEST(Counters, SumByStatusAndKeepFiveOhOneApart) {
    const auto read = probe::ReadCounters(
        "# HELP pulse_http_requests_total Requests.\n# TYPE pulse_http_requests_total counter\n"
        "pulse_http_requests_total{method=\"GET\",route=\"/api/state\",status=\"200\"} 40\n"
        "pulse_http_requests_total{method=\"GET\",route=\"/api/orgs\",status=\"501\"} 7 1700000000000\n"
        "pulse_http_requests_total{status=\"503\",method=\"GET\",route=\"a}b\"} 2\r\n"
        "pulse_http_requests_total{my_status=\"500\",status=\"404\"} 1e1\n"
        "pulse_http_requests_total_by_other{status=\"500\"} 9\nup 1\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->requests, 59);
    EXPECT_EQ(read->errors_501, 7);
    EXPECT_EQ(read->errors_5xx, 2);
}

TEST(Counters, AreZeroInAProcessThatHasJustBegunAndUnknownInAnyOther) {
    EXPECT_TRUE(probe::ReadCounters("# TYPE pulse_http_requests_total counter\n"));
    for (const char* text :
         {"", "up 1\n", "<html>", "pulse_http_requests_total{status=\"200\"} many\n",
          "pulse_http_requests_total{status=\"200\" 4\n", "pulse_http_requests_total{code=\"200\"} 4\n",
          "pulse_http_requests_total{status=\"200\"} -4\n", "pulse_http_requests_total{status=\"200\"} NaN\n"}) {
        EXPECT_FALSE(probe::ReadCounters(text)) << text;
    }
}

TEST(OrganizationRoutes, AreTheNineteen) {
    EXPECT_EQ(probe::OrganizationRoutes().size(), 19U);
}

TEST(Codes, AreFoundUnderEitherName) {
    EXPECT_EQ(probe::CodeOf(R"({"error":"feature_disabled","message":"m"})"), "feature_disabled");
    EXPECT_EQ(probe::CodeOf(R"({"error":"Not found","code":"not_found"})"), "not_found");
    EXPECT_EQ(probe::CodeOf(R"({"error":"Authentication required"})"), "");
    EXPECT_EQ(probe::CodeOf("<html>"), "");
    EXPECT_EQ(probe::CodeOf(R"(["code"])"), "");
}

TEST(Wording, IsFoundInProseAndNamesAndNotInOtherWords) {
    for (const char* text : {"Your organization", "orgId", "/api/orgs", "pulse_org_id", "Members", "multi-tenant"}) {
        EXPECT_TRUE(probe::FindWording(text, probe::Surface::kPulsed)) << text;
    }
    for (const char* text : {"remember me", "Morgan", "shard", "forget", "steam"}) {
        EXPECT_FALSE(probe::FindWording(text, probe::Surface::kPulsed)) << text;
    }
    EXPECT_TRUE(probe::FindWording("<div id=\"org-switcher\">", probe::Surface::kPulse));
    EXPECT_TRUE(probe::FindWording("Organizations", probe::Surface::kPulse));
    EXPECT_FALSE(probe::FindWording("xmlns=\"http://www.w3.org/2000/svg\" for teams", probe::Surface::kPulse));
}

TEST(NamedFiles, AreThoseOfTheSameServer) {
    const auto files = probe::NamedFiles(
        "<link href=\"/assets/a.css\"><script src='/assets/b.js'></script> import x from \"./c.js\"; \"//far/d.js\" "
        "\"../e.js\" \"https://far/f.js\" \"/assets/a.css\" \"/assets/icon.png\" 'unended",
        "/assets/main.js");
    EXPECT_EQ(files, (std::vector<std::string>{"/assets/a.css", "/assets/b.js", "/assets/c.js"}));
}

TEST(Visits, NeverShowCredentials) {
    probe::Target target;
    target.canary = "c0ffee";
    target.tenant_canary = "decade";
    const probe::Visit visit(target);
    const std::string shown = visit.Shown("a c0ffee b decade\r\n\x1b[31m" + std::string(5'000, 'x'));
    EXPECT_EQ(shown.find("c0ffee"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("decade"), std::string::npos) << shown;
    EXPECT_EQ(shown.find('\x1b'), std::string::npos);
    EXPECT_LE(shown.size(), 300U);
}

}  // namespace
}  // namespace tenancy_test
