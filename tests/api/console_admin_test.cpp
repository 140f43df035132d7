// The console's pages of freezes, people and tokens, and of a release's exposure: what their HTML says, their forms do.
#include <gmock/gmock.h>

#include "tests/api/console_visit.hpp"
#include "tests/api/journey.hpp"

namespace api_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ConsoleExposure, SaysWhatIsPlanned) {
    Journey release;
    release.Reach("experimental");
    ConsoleVisit rita("rita.release");
    const std::string page = rita.Page("/releases/" + release.Id() + "/exposure");
    EXPECT_THAT(page, HasSubstr(Journey::kFlag));
    EXPECT_THAT(page, HasSubstr("<dt>Receive it</dt><dd>2</dd>"));
    EXPECT_THAT(page, HasSubstr("No instance is registered yet"));
    rita.Page("/releases/no-such-release/exposure", 404);
}

TEST(ConsoleFreezes, AreBegunAndEnded) {
    const std::string tenant = Unique("frozen");
    As("rita.release").Post("/v1/tenants", {{"id", tenant}, {"name", "Frozen"}, {"kind", "dev"}}).Expect(201);
    ConsoleVisit rita("rita.release");
    ConsoleVisit::Fields typed{{"scope", "tenant"},
                               {"tenant", tenant},
                               {"channel", "stable"},
                               {"zone", "Europe/Nowhere"},
                               {"starts", "2040-12-20T18:00"},
                               {"ends", "2041-01-03T08:00"},
                               {"recurrence", "none"},
                               {"reason", "The <b>end</b> of the year"}};
    const auto refused = rita.Send("/freezes", typed);
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("is no time zone"));
    EXPECT_THAT(refused.body, HasSubstr("2040-12-20T18:00"));
    typed[3].second = "Europe/Berlin";
    EXPECT_EQ(rita.Send("/freezes", typed).status, 303);
    const std::string page = rita.Page("/freezes");
    EXPECT_THAT(page, HasSubstr("releases that tenant " + tenant + " receives"));
    EXPECT_THAT(page, HasSubstr("The &lt;b&gt;end&lt;/b&gt; of the year"));
    std::string id;
    for (const Json& freeze : As("rita.release").All("/v1/freezes")) {
        id = freeze.value("tenant", "") == tenant ? freeze["id"].get<std::string>() : id;
    }
    const auto end = [&](const std::string& reason, const std::string& version) {
        return rita.Send("/freezes/end", {{"freeze", id}, {"version", version}, {"reason", reason}});
    };
    EXPECT_EQ(end("", "1").status, 422);
    EXPECT_EQ(end("seen by nobody", "7").status, 412);
    EXPECT_EQ(end("Not needed after all", "1").status, 303);
    EXPECT_THAT(rita.Page("/freezes?all=true"), HasSubstr("ended early"));
    ConsoleVisit nora("nora.none");
    EXPECT_THAT(nora.Page("/freezes"), Not(HasSubstr("End it now")));
    EXPECT_EQ(nora.Send("/freezes", typed).status, 403);
}

TEST(ConsoleDrills, AreApprovedByOneAndOrderedByAnother) {
    ConsoleVisit sam("sam.owner");
    const auto nothing = sam.Send("/drills/approve", {{"instances", "no-such-instance"}, {"reason", "monthly"}});
    EXPECT_GE(nothing.status, 400);
    EXPECT_THAT(nothing.body, HasSubstr("no-such-instance"));
    ConsoleVisit otto("otto.operator");
    const auto refused =
        otto.Send("/drills", {{"instances", "no-such-instance"}, {"mode", "hot"}, {"reason", "x <b>"}});
    EXPECT_GE(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("Nothing was changed"));
    EXPECT_THAT(refused.body, HasSubstr("x &lt;b&gt;"));
    EXPECT_EQ(otto.Send("/drills/approve", {{"instances", "any"}, {"reason", "monthly"}}).status, 403);
    EXPECT_EQ(otto.Send("/drills/stop", {{"drill", "drl_unknown"}, {"reason", "enough"}}).status, 404);
    ConsoleVisit nora("nora.none");
    EXPECT_THAT(nora.Page("/drills"), Not(HasSubstr("Run the drill")));
}

TEST(ConsolePeople, ATokenIsShownOnceAndRevoked) {
    const std::string id = Unique("robot");
    As("ada.admin")
        .Post("/v1/principals", {{"id", id}, {"kind", "component"}, {"display_name", "<i>Robot</i>"}})
        .Expect(201);
    ConsoleVisit ada("ada.admin");
    EXPECT_THAT(ada.Page("/people?q=" + id), HasSubstr("&lt;i&gt;Robot&lt;/i&gt;"));
    const auto made = ada.Send("/people/" + id + "/tokens", {{"name", "nightly run"}});
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string secret = "pcl_" + Between(made.body, "pcl_", "<");
    EXPECT_EQ(WithToken(secret).Get("/v1/whoami").Expect(200).Body()["id"], id);
    const std::string page = ada.Page("/people/" + id);
    EXPECT_THAT(page, Not(HasSubstr(secret)));
    EXPECT_THAT(page, HasSubstr("nightly run"));
    const std::string token = Between(page, R"(name="token" value=")", "\"");
    EXPECT_EQ(ada.Send("/people/" + id + "/revoke", {{"token", token}}).status, 303);
    WithToken(secret).Get("/v1/whoami").ExpectProblem(401, "auth.unauthenticated");
}

TEST(ConsolePeople, AreSetInactiveByAdministratorsOnly) {
    const std::string id = Unique("leaver");
    As("ada.admin").Post("/v1/principals", {{"id", id}, {"kind", "user"}, {"display_name", "Leaver"}}).Expect(201);
    ConsoleVisit ada("ada.admin");
    ada.Page("/people/" + id);
    const std::string version = ada.Version();
    const std::string path = "/people/" + id + "/active";
    EXPECT_EQ(ada.Send(path, {{"active", "false"}, {"version", "999"}}).status, 412);
    EXPECT_EQ(ada.Send(path, {{"active", "false"}, {"version", version}}).status, 303);
    EXPECT_EQ(As("ada.admin").Get("/v1/principals/" + id).Expect(200).Body()["active"], false);
    ConsoleVisit rita("rita.release");
    rita.Page("/people", 403);
    rita.Page("/people/" + id, 403);
    EXPECT_EQ(rita.Send(path, {{"active", "true"}, {"version", "2"}}).status, 403);
}

}  // namespace
}  // namespace api_test
