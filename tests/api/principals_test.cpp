// People, components, roles (SOD-6), tokens, and who the caller is.
#include "tests/api/harness.hpp"

namespace api_test {
namespace {

Reply Register(const std::string& id, const std::string& kind = "user") {
    return As("ada.admin").Post("/v1/principals", {{"id", id}, {"kind", kind}, {"display_name", "Person " + id}});
}

Reply Propose(std::string_view admin, const std::string& id, const std::string& role) {
    return As(admin).Post("/v1/principals/" + id + "/roles", {{"role", role}});
}

std::string Grant(const Reply& grant, const std::string& verb) {
    return "/v1/role-grants/" + grant.Id() + ":" + verb;
}

/// A new user with a first token.
Caller NewUser(const std::string& id, Reply* token = nullptr) {
    Register(id).Expect(201);
    const Reply issued = As("ada.admin").Post("/v1/tokens", {{"name", "first"}, {"principal", id}});
    issued.Expect(201);
    if (token != nullptr) {
        *token = issued;
    }
    return WithToken(issued.Body().value("token", ""));
}

TEST(Principals, AdminRegistersOne) {
    const std::string id = Unique("kim");
    const Reply made =
        As("ada.admin")
            .Post("/v1/principals",
                  {{"id", id}, {"kind", "user"}, {"display_name", "Kim Möller"}, {"email", "kim@example.org"}});
    made.Expect(201);
    EXPECT_EQ(made.Header("location"), "/v1/principals/" + id);
    EXPECT_EQ(made.Body()["roles"], Json::array());
    EXPECT_EQ(As("nora.none").Get("/v1/principals/" + id).Body(), made.Body());
    Register(id).ExpectProblem(409, "conflict.exists");
    As("rita.release")
        .Post("/v1/principals", {{"id", Unique("x")}, {"kind", "user"}, {"display_name", "X"}})
        .ExpectProblem(403, "auth.role_missing")
        .Mentioning("admin");
    As("ada.admin")
        .Post("/v1/principals", {{"id", "-x"}, {"kind", "robot"}, {"display_name", ""}, {"email", "nobody"}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/id", "/kind", "/display_name", "/email"});
}

TEST(Principals, DeactivatedOneCannotCallAnyMore) {
    const std::string id = Unique("kim");
    const Caller kim = NewUser(id);
    kim.Get("/v1/whoami").Expect(200);
    const Reply shown = As("ada.admin").Get("/v1/principals/" + id);
    As("ada.admin").IfMatch(shown.Etag()).Patch("/v1/principals/" + id, {{"active", false}}).Expect(200);
    kim.Get("/v1/whoami").ExpectProblem(401, "auth.unauthenticated");
    As("ada.admin")
        .IfMatch(shown.Etag())
        .Patch("/v1/principals/" + id, {{"active", true}})
        .ExpectProblem(412, "conflict.version");
    As("ada.admin").Post("/v1/tokens", {{"name", "x"}, {"principal", id}}).ExpectProblem(409, "conflict.state");
}

TEST(Principals, ListKnowsRolesAndKinds) {
    const auto holders = As("nora.none").All("/v1/principals?role=qa&limit=1");
    ASSERT_GE(holders.size(), 2U);  // quinn.qa and max.all
    for (const Json& holder : holders) {
        EXPECT_NE(holder["roles"].dump().find("qa"), std::string::npos);
    }
    EXPECT_EQ(As("nora.none").All("/v1/principals?kind=component&q=pipeline").size(), 1U);
    As("nora.none").Get("/v1/principals/nobody").ExpectProblem(404, "not_found.resource");
}

TEST(Roles, ApproverRolesNeedASecondPerson) {
    const std::string id = Unique("lead");
    Register(id).Expect(201);
    const Reply proposed = Propose("ada.admin", id, "dev_lead");
    proposed.Expect(201);
    EXPECT_EQ(proposed.Body()["status"], "proposed");
    EXPECT_EQ(As("nora.none").Get("/v1/principals/" + id).Body()["roles"], Json::array());

    As("ada.admin")
        .Post(Grant(proposed, "confirm"))
        .ExpectProblem(403, "auth.separation_of_duties")
        .ExpectRules({"SOD-6"});
    As("quinn.qa")
        .Post(Grant(proposed, "confirm"))
        .ExpectProblem(403, "auth.separation_of_duties")
        .ExpectRules({"SOD-6"});
    As("ci").Post(Grant(proposed, "confirm")).ExpectProblem(403, "auth.separation_of_duties").ExpectRules({"SOD-6"});

    const Reply confirmed = As("dora.lead").Post(Grant(proposed, "confirm"), {{"reason", "she leads the team now"}});
    EXPECT_EQ(confirmed.Expect(200).Body()["status"], "active");
    EXPECT_EQ(confirmed.Body()["confirmed_by"], "dora.lead");
    EXPECT_EQ(As("nora.none").Get("/v1/principals/" + id).Body()["roles"], Json::array({"dev_lead"}));
    As("ben.admin").Post(Grant(proposed, "confirm")).ExpectProblem(409, "conflict.state");
    Propose("ben.admin", id, "dev_lead").ExpectProblem(409, "conflict.state").Mentioning(proposed.Id());
}

TEST(Roles, OtherRolesAreActiveAtOnce) {
    const std::string id = Unique("op");
    Register(id).Expect(201);
    EXPECT_EQ(Propose("ada.admin", id, "operator").Expect(201).Body()["status"], "active");
    Propose("rita.release", id, "qa").ExpectProblem(403, "auth.role_missing");
    Propose("ada.admin", "nobody", "qa").ExpectProblem(404, "not_found.resource");
    Propose("ada.admin", id, "king").ExpectProblem(422, "input.invalid").ExpectErrors({"/role"});
}

TEST(Roles, NobodyGrantsThemselvesAndComponentsDoNotApprove) {
    Propose("ada.admin", "ada.admin", "operator")
        .ExpectProblem(403, "auth.separation_of_duties")
        .ExpectRules({"SOD-6"});
    Propose("ada.admin", "ci", "qa").ExpectProblem(403, "auth.separation_of_duties").ExpectRules({"SOD-6"});
    EXPECT_GE(Audit("action=role.propose&outcome=refused").size(), 2U);
}

TEST(Roles, SubjectCannotConfirmButMayReject) {
    const std::string id = Unique("lead");
    const Caller subject = NewUser(id);
    const Reply proposed = Propose("ada.admin", id, "qa");
    subject.Post(Grant(proposed, "confirm")).ExpectProblem(403, "auth.separation_of_duties").ExpectRules({"SOD-6"});
    As("dora.lead").Post(Grant(proposed, "reject")).ExpectProblem(403, "auth.role_missing");
    EXPECT_EQ(subject.Post(Grant(proposed, "reject")).Expect(200).Body()["status"], "rejected");
    As("ben.admin").Post(Grant(proposed, "confirm")).ExpectProblem(409, "conflict.state");
    // After a rejection the role may be proposed again.
    Propose("ben.admin", id, "qa").Expect(201);
}

TEST(Roles, RevokedRoleIsGoneFromTheNextRequestOn) {
    const std::string id = Unique("rel");
    const Caller person = NewUser(id);
    const Reply granted = Propose("ada.admin", id, "release_manager");
    const std::string tenant = Unique("tenant");
    person.Post("/v1/tenants", {{"id", tenant}, {"name", "T"}, {"kind", "dev"}}).Expect(201);
    As("rita.release").Post(Grant(granted, "revoke")).ExpectProblem(403, "auth.role_missing");
    EXPECT_EQ(As("ben.admin").Post(Grant(granted, "revoke"), {{"reason", "moved"}}).Expect(200).Body()["status"],
              "revoked");
    person.Post("/v1/tenants", {{"id", Unique("tenant")}, {"name", "T"}, {"kind", "dev"}})
        .ExpectProblem(403, "auth.role_missing");
    As("ben.admin").Post(Grant(granted, "revoke")).ExpectProblem(409, "conflict.state");
}

TEST(Roles, GrantsAreListed) {
    const std::string id = Unique("lead");
    Register(id).Expect(201);
    const Reply proposed = Propose("ada.admin", id, "qa");
    EXPECT_EQ(As("nora.none").All("/v1/role-grants?principal=" + id + "&status=proposed").size(), 1U);
    EXPECT_EQ(As("nora.none").All("/v1/role-grants?principal=" + id + "&status=active").size(), 0U);
    EXPECT_EQ(As("nora.none").Get("/v1/role-grants/" + proposed.Id()).Expect(200).Body(), proposed.Body());
    As("nora.none").Get("/v1/role-grants/rgr_none").ExpectProblem(404, "not_found.resource");
    As("nora.none").Get("/v1/role-grants?principal=..").ExpectProblem(400, "input.malformed");
}

TEST(Tokens, SecretIsShownOnceAndNeverReplayed) {
    const std::string key = Unique("key");
    const Json body = {{"name", "laptop"}};
    const Reply first = As("dora.lead").Key(key).Post("/v1/tokens", body);
    first.Expect(201);
    const std::string secret = first.Body().value("token", "");
    EXPECT_EQ(secret.substr(0, 4), "pcl_");
    EXPECT_EQ(secret.size(), 47U);
    const Reply replay = As("dora.lead").Key(key).Post("/v1/tokens", body);
    replay.Expect(201);
    EXPECT_EQ(replay.Header("idempotency-replayed"), "true");
    EXPECT_FALSE(replay.Body().contains("token"));
    EXPECT_EQ(replay.Id(), first.Id());
    for (const Json& token : As("dora.lead").All("/v1/tokens")) {
        EXPECT_FALSE(token.contains("token"));
        EXPECT_EQ(token["principal"], "dora.lead");
    }
    EXPECT_EQ(Audit("action=token.issue&actor=dora.lead").at(0).dump().find(secret.substr(4)), std::string::npos);

    const Reply who = WithToken(secret).Get("/v1/whoami");
    EXPECT_EQ(who.Expect(200).Body()["token"]["name"], "laptop");
    EXPECT_EQ(who.Body()["roles"], Json::array({"dev_lead"}));
}

TEST(Tokens, RevokedAndExpiredOnesAreRefused) {
    const Reply made = As("dora.lead").Post("/v1/tokens", {{"name", "short"}});
    const Caller caller = WithToken(made.Body().value("token", ""));
    caller.Get("/v1/whoami").Expect(200);
    As("quinn.qa").Post("/v1/tokens/" + made.Id() + ":revoke").ExpectProblem(404, "not_found.resource");
    As("dora.lead").Post("/v1/tokens/" + made.Id() + ":revoke").Expect(200);
    caller.Get("/v1/whoami").ExpectProblem(401, "auth.unauthenticated");
    As("dora.lead").Post("/v1/tokens/" + made.Id() + ":revoke").ExpectProblem(409, "conflict.state");

    const std::string soon = platform::FormatTime(ServerNow() + std::chrono::hours(1));
    const Reply brief = As("dora.lead").Post("/v1/tokens", {{"name", "brief"}, {"expires_at", soon}});
    WithToken(brief.Body().value("token", "")).Get("/v1/whoami").Expect(200);
    AdvanceClock("2h");
    WithToken(brief.Body().value("token", "")).Get("/v1/whoami").ExpectProblem(401, "auth.unauthenticated");
    As("dora.lead")
        .Post("/v1/tokens", {{"name", "past"}, {"expires_at", soon}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/expires_at"});
}

TEST(Tokens, CarryOnlyTheRolesTheyWereMadeFor) {
    const Reply made = As("max.all").Post("/v1/tokens", {{"name", "qa only"}, {"roles", {"qa"}}});
    const Caller limited = WithToken(made.Body().value("token", ""));
    EXPECT_EQ(limited.Get("/v1/whoami").Body()["roles"], Json::array({"qa"}));
    limited.Post("/v1/tenants", {{"id", Unique("t")}, {"name", "T"}, {"kind", "dev"}})
        .ExpectProblem(403, "auth.role_missing");
    // A limited token makes no wider one.
    limited.Post("/v1/tokens", {{"name", "wider"}, {"roles", {"qa", "admin"}}}).ExpectProblem(403, "auth.role_missing");
    const Reply child = limited.Post("/v1/tokens", {{"name", "as wide"}});
    EXPECT_EQ(child.Expect(201).Body()["roles"], Json::array({"qa"}));
    limited.Post("/v1/tokens", {{"name", "x"}, {"roles", {"king"}}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/roles"});
}

TEST(Tokens, AdminMakesThemForComponentsAndNewUsersOnly) {
    const std::string bot = Unique("bot");
    Register(bot, "component").Expect(201);
    As("ada.admin").Post("/v1/tokens", {{"name", "one"}, {"principal", bot}}).Expect(201);
    As("ada.admin").Post("/v1/tokens", {{"name", "two"}, {"principal", bot}}).Expect(201);

    As("ada.admin")
        .Post("/v1/tokens", {{"name", "mine now"}, {"principal", "sam.owner"}})
        .ExpectProblem(403, "auth.role_missing");
    As("dora.lead").Post("/v1/tokens", {{"name", "x"}, {"principal", bot}}).ExpectProblem(403, "auth.role_missing");
    As("ada.admin")
        .Post("/v1/tokens", {{"name", "x"}, {"principal", "nobody"}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/principal"});
    As("ci").Post("/v1/tokens", {{"name", "x"}}).ExpectProblem(403, "auth.role_missing");
}

TEST(Tokens, LettingAUserInAgainTakesTwoAdmins) {
    const std::string id = Unique("locked.out");
    Reply first = As("nora.none").Get("/v1/whoami");
    NewUser(id, &first);
    As("ada.admin").Post("/v1/tokens", {{"name", "again"}, {"principal", id}}).ExpectProblem(403, "auth.role_missing");
    As("ada.admin").Post("/v1/tokens/" + first.Id() + ":revoke").Expect(200);
    As("ada.admin").Post("/v1/tokens", {{"name", "again"}, {"principal", id}}).ExpectProblem(403, "auth.role_missing");
    As("ben.admin").Post("/v1/tokens", {{"name", "again"}, {"principal", id}}).Expect(201);
}

TEST(Tokens, OthersTokensAreForAdmins) {
    EXPECT_GE(As("ada.admin").All("/v1/tokens?principal=sam.owner").size(), 1U);
    As("dora.lead").Get("/v1/tokens?principal=sam.owner").ExpectProblem(403, "auth.role_missing");
    As("dora.lead").Get("/v1/tokens?principal=dora.lead").Expect(200);
}

}  // namespace
}  // namespace api_test
