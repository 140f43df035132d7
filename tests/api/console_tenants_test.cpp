// The console's pages of tenants: the matrix, one tenant, its consents. What their HTML says and their forms do.
#include <gmock/gmock.h>

#include "tests/api/console_visit.hpp"
#include "tests/api/journey.hpp"

namespace api_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string ConsentOf(const std::string& tenant) {
    return As("rita.release").Get("/v1/tenants/" + tenant + "/consents").Expect(200).Body()["items"][0]["id"];
}

TEST(ConsoleTenants, MatrixSaysWhoReceivesWhatAndWhy) {
    Journey release;
    release.Reach("experimental");
    const std::string other = Unique("bystander");
    As("rita.release").Post("/v1/tenants", {{"id", other}, {"name", "By Stander"}, {"kind", "production"}}).Expect(201);
    ConsoleVisit rita("rita.release");
    const std::string on_plan = rita.Page("/tenants?q=" + release.Tenant() + "&release=" + release.Id());
    EXPECT_THAT(on_plan, HasSubstr("is on the exposure plan and consented"));
    const std::string off_plan = rita.Page("/tenants?q=" + other + "&release=" + release.Id());
    EXPECT_THAT(off_plan, HasSubstr(other + " is not on the exposure plan."));
    EXPECT_THAT(off_plan, HasSubstr("does not receive it"));
    // The same as the API says.
    const Json items = As("rita.release").Get(release.Path("/exposure")).Expect(200).Body()["items"];
    for (const Json& item : items) {
        if (item["tenant"] == other) {
            EXPECT_THAT(off_plan, HasSubstr(item["reason"].get<std::string>()));
        }
    }
}

TEST(ConsoleTenants, MatrixAndExposureSayWhatBecameOfTheConsent) {
    Journey release;
    release.Reach("experimental");
    const std::string& tenant = release.Tenant();
    ConsoleVisit rita("rita.release");
    const std::string matrix = "/tenants?q=" + tenant + "&release=" + release.Id();
    const std::string exposure = "/releases/" + release.Id() + "/exposure";
    const std::string link = "href=\"/console/tenants/" + tenant + "#consents\"";
    const std::string given = rita.Page(matrix);
    EXPECT_THAT(given, HasSubstr(link));
    EXPECT_THAT(given, HasSubstr("consent in force"));
    EXPECT_THAT(given, HasSubstr("href=\"/console" + exposure + "\""));
    const std::string planned = rita.Page(exposure);
    EXPECT_THAT(planned, HasSubstr("Planned against actual, tenant by tenant"));
    EXPECT_THAT(planned, HasSubstr(link));
    EXPECT_THAT(planned, HasSubstr("is on the exposure plan and consented"));
    EXPECT_THAT(planned, HasSubstr("hosted nowhere"));
    const auto withdrawn =
        rita.Send("/tenants/" + tenant + "/withdraw", {{"consent", ConsentOf(tenant)}, {"reason", "They asked."}});
    EXPECT_EQ(withdrawn.status, 303);
    EXPECT_THAT(rita.Page(matrix), HasSubstr("consent withdrawn"));
    EXPECT_THAT(rita.Page("/tenants/" + tenant), HasSubstr("<a href=\"#consents\">consent</a>"));
    EXPECT_THAT(rita.Page(exposure), Not(HasSubstr(link))) << "who withdrew is not to have it any more";
}

TEST(ConsoleTenants, BothSidesArePaged) {
    const Journey release;
    const std::string group = Unique("herd");
    for (int i = 0; i < 45; ++i) {
        As("rita.release")
            .Post("/v1/tenants",
                  {{"id", group + "-" + std::to_string(100 + i)}, {"name", "Herd"}, {"kind", "production"}})
            .Expect(201);
    }
    ConsoleVisit rita("rita.release");
    const std::string first = rita.Page("/tenants?q=" + group + "-&release=" + release.Id());
    EXPECT_THAT(first, HasSubstr(group + "-129"));
    EXPECT_THAT(first, Not(HasSubstr(group + "-130")));
    const std::string second =
        rita.Page("/tenants?q=" + group + "-&release=" + release.Id() + "&after=" + group + "-129");
    EXPECT_THAT(second, HasSubstr(group + "-144"));
    EXPECT_THAT(second, HasSubstr("From the beginning"));
    EXPECT_THAT(rita.Page("/tenants?q=no-such-tenant"), HasSubstr("No tenant is like that"));
}

TEST(ConsoleTenants, AreRegisteredAndKeepWhatWasTyped) {
    ConsoleVisit rita("rita.release");
    const std::string id = Unique("typed");
    rita.Page("/tenants");
    const auto refused = rita.Send("/tenants", {{"id", "No Id!"}, {"name", "Kept name"}, {"kind", "staging"}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("value=\"Kept name\""));
    EXPECT_THAT(refused.body, HasSubstr("Nothing was changed"));
    EXPECT_EQ(rita.Send("/tenants", {{"id", id}, {"name", "Typed"}, {"kind", "staging"}}).status, 303);
    EXPECT_EQ(As("rita.release").Get("/v1/tenants/" + id).Expect(200).Body()["kind"], "staging");
}

TEST(ConsoleTenants, ConsentIsGivenAndWithdrawn) {
    Journey release;
    release.Reach("experimental");
    ConsoleVisit rita("rita.release");
    const std::string path = "/tenants/" + release.Tenant();
    EXPECT_THAT(rita.Page(path), HasSubstr("in force"));
    const std::string consent = ConsentOf(release.Tenant());
    const auto unsaid = rita.Send(path + "/withdraw", {{"consent", consent}, {"reason", " "}});
    EXPECT_EQ(unsaid.status, 422);
    EXPECT_THAT(unsaid.body, HasSubstr("reason"));
    const auto done = rita.Send(path + "/withdraw", {{"consent", consent}, {"reason", "They <b>asked</b> for it."}});
    EXPECT_EQ(done.status, 303);
    const std::string page = rita.Page(path);
    EXPECT_THAT(page, HasSubstr("They &lt;b&gt;asked&lt;/b&gt; for it."));
    EXPECT_THAT(page, HasSubstr("withdrew its consent"));
    const auto again = rita.Send(
        path + "/consents",
        {{"release", release.Id()}, {"given_by", "Omar"}, {"capacity", "administrator"}, {"evidence", "Ticket 119"}});
    EXPECT_EQ(again.status, 303);
    EXPECT_THAT(rita.Page(path), HasSubstr("is on the exposure plan and consented (Omar"));
}

TEST(ConsoleTenants, ASecondEditorIsToldAndKeepsWhatWasTyped) {
    const std::string id = Unique("contested");
    As("rita.release").Post("/v1/tenants", {{"id", id}, {"name", "First"}, {"kind", "dev"}}).Expect(201);
    ConsoleVisit rita("rita.release");
    ConsoleVisit otto("otto.operator");
    const std::string path = "/tenants/" + id;
    rita.Page(path);
    otto.Page(path);
    const std::string seen = rita.Version();
    ASSERT_EQ(seen, otto.Version());
    const auto change = [&](ConsoleVisit& who, const std::string& name, const std::string& version) {
        return who.Send(
            path,
            {{"version", version}, {"name", name}, {"kind", "dev"}, {"channel_preference", "any"}, {"active", "true"}});
    };
    EXPECT_EQ(change(rita, "By Rita", seen).status, 303);
    const auto late = change(otto, "By Otto", seen);
    EXPECT_EQ(late.status, 412);
    EXPECT_THAT(late.body, HasSubstr("Meanwhile somebody changed it: it is By Rita"));
    EXPECT_THAT(late.body, HasSubstr("value=\"By Otto\""));
    EXPECT_EQ(change(otto, "By Otto", otto.Version()).status, 303);
    EXPECT_EQ(As("rita.release").Get("/v1/tenants/" + id).Expect(200).Body()["name"], "By Otto");
}

TEST(ConsoleTenants, WhoMayNotIsToldWhoMay) {
    const Journey release;
    ConsoleVisit nora("nora.none");
    const std::string path = "/tenants/" + release.Tenant();
    const std::string page = nora.Page(path);
    EXPECT_THAT(page, Not(HasSubstr("Withdraw it")));
    EXPECT_THAT(page, HasSubstr("release_manager"));
    const auto refused =
        nora.Send(path + "/withdraw", {{"consent", ConsentOf(release.Tenant())}, {"reason", "because I can"}});
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(nora.Page(path), HasSubstr("in force"));
    nora.Page("/tenants/no-such-tenant", 404);
}

}  // namespace
}  // namespace api_test
