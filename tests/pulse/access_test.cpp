// Signing in and out, sessions and their CSRF tokens, Basic credentials.
#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

Reply LogIn(OwnPulsed& server, const Json& body) {
    return server.Anonymous().Post("/api/login", body);
}

TEST(Login, OpensASession) {
    const Reply login = LogIn(Shared(), {{"username", "alice"}, {"password", "alice-password"}});
    login.Expect(200);
    EXPECT_EQ(login.Body()["success"], true);
    const std::string session = login.SetCookieLine("pulse_session");
    EXPECT_NE(session.find("HttpOnly"), std::string::npos) << session;
    EXPECT_NE(session.find("SameSite=Lax"), std::string::npos) << session;
    EXPECT_EQ(login.SetCookieLine("pulse_csrf").find("HttpOnly"), std::string::npos);
    EXPECT_EQ(login.Text().find(login.Cookie("pulse_session")), std::string::npos)
        << "the secret is in the cookie only";
    const Caller caller = Anonymous().With("Cookie", "pulse_session=" + login.Cookie("pulse_session"));
    caller.Get("/api/state").Expect(200);
    EXPECT_EQ(caller.Get("/api/security/status").Body()["authUsername"], "alice");
}

TEST(Login, RefusesWhatIsWrong) {
    LogIn(Shared(), Json::array()).ExpectA(400, "invalid_request");
    Anonymous().Send("POST", "/api/login", "{").ExpectA(400, "invalid_request");
    for (const auto& [user, password] :
         std::vector<std::pair<std::string, std::string>>{{"carol", "wrong-password"},
                                                          {"nobody", "nobody-password"},
                                                          {"", ""},
                                                          {"token:x", "token:x-password"},
                                                          {"CAROL", "carol-password"},
                                                          {"carol", std::string(5'000, 'x')}}) {
        const Reply reply = LogIn(Shared(), {{"username", user}, {"password", password}});
        reply.Expect(401);
        EXPECT_EQ(reply.Body()["code"], "invalid_credentials") << reply.Describe();
        EXPECT_EQ(reply.Cookie("pulse_session"), "");
    }
    LogIn(Shared(), {{"username", "carol"}, {"password", "carol-password"}}).Expect(200);
}

TEST(Login, LocksAPairThatGuesses) {
    OwnPulsed server;
    const Json wrong{{"username", "carol"}, {"password", "wrong-password"}};
    for (int left = 4; left >= 0; --left) {
        EXPECT_EQ(LogIn(server, wrong).Expect(401).Body()["details"]["remaining"], left);
    }
    const Reply locked = LogIn(server, {{"username", "carol"}, {"password", "carol-password"}});
    locked.Expect(403);
    EXPECT_EQ(locked.Body()["code"], "account_locked");
    EXPECT_NE(locked.Header("retry-after"), "");
    LogIn(server, {{"username", "alice"}, {"password", "alice-password"}}).Expect(200);
}

TEST(Session, EndsWithLogout) {
    OwnPulsed server;
    const Caller caller = server.As("alice");
    caller.Get("/api/state").Expect(200);
    const Reply logout = caller.Post("/api/logout");
    logout.Expect(200);
    EXPECT_NE(logout.SetCookieLine("pulse_session").find("Max-Age=0"), std::string::npos);
    caller.Get("/api/state").ExpectUnauthenticated();
    caller.Post("/api/orgs", {{"id", "x"}, {"displayName", "x"}}).ExpectUnauthenticated();
}

TEST(Session, EndsWhenItsTimeIsOver) {
    OwnPulsed server;
    const Caller caller = server.As("alice");
    server.Sql(
        "UPDATE pulse.sessions SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day'");
    EXPECT_TRUE(Eventually([&] { return caller.Get("/api/state").Status() == 401; }));
}

TEST(Session, OfSixMinutesIsNotFreshAnyMore) {
    OwnPulsed server;
    const Caller owner = server.As("alice");
    const Json transfer{{"userId", "adam"}, {"role", "owner"}};
    server.Sql("UPDATE pulse.sessions SET created_at = now() - interval '6 minutes'");
    EXPECT_TRUE(Eventually(
        [&] { return owner.Post("/api/orgs/acme/members", transfer).Body()["code"] == "fresh_session_required"; }));
    EXPECT_EQ(owner.Get("/api/orgs/acme").Body()["ownerUserId"], "alice");
    LogIn(server, {{"username", "alice"}, {"password", "alice-password"}}).Expect(200);
    owner.Post("/api/orgs/acme/members", transfer).ExpectA(401, "fresh_session_required");
}

TEST(Session, IsNotGuessed) {
    for (const std::string& cookie :
         {std::string("pulse_session="), std::string("pulse_session=x"), "pulse_session=" + std::string(64, '0'),
          "pulse_session=" + std::string(10'000, 'a'), std::string("pulse_session=' OR 1=1 --")}) {
        Anonymous().With("Cookie", cookie).Get("/api/state").ExpectUnauthenticated();
    }
}

TEST(Csrf, ProtectsWritesOfSessions) {
    const Json body{{"id", "csrf"}, {"displayName", "x"}};
    const Caller no_token = As("carol").Without("X-CSRF-Token");
    no_token.Get("/api/orgs").Expect(200);
    no_token.Post("/api/orgs", body).ExpectText(403, "CSRF");
    no_token.With("X-CSRF-Token", "").Post("/api/orgs", body).ExpectText(403, "CSRF");
    no_token.With("X-CSRF-Token", std::string(64, 'a')).Post("/api/orgs", body).ExpectText(403, "CSRF");
    // The one of another session, of the same person even.
    const Reply other = LogIn(Shared(), {{"username", "carol"}, {"password", "carol-password"}});
    no_token.With("X-CSRF-Token", other.Cookie("pulse_csrf")).Post("/api/orgs", body).ExpectText(403, "CSRF");
    no_token.Delete("/api/nothing").ExpectText(403, "CSRF");
    // Credentials beside the cookie excuse nothing.
    no_token.With("X-API-Token", Shared().TokenSecret("default-writer"))
        .Post("/api/orgs", body)
        .ExpectText(403, "CSRF");
    const std::string basic = "Basic Y2Fyb2w6Y2Fyb2wtcGFzc3dvcmQ=";
    no_token.With("Authorization", basic).Post("/api/orgs", body).ExpectText(403, "CSRF");
    As("alice").Get("/api/orgs/csrf").ExpectA(404, "not_found");
    // Without the cookie there is no browser that could be tricked.
    Shared().Basic("carol").Post("/api/orgs", {{"id", Unique("basic")}, {"displayName", "x"}}).Expect(201);
}

TEST(Basic, IsSomebodyOrNobody) {
    Shared().Basic("alice").Get("/api/state").Expect(200);
    Anonymous().With("Authorization", "Basic YWxpY2U6d3Jvbmc=").Get("/api/state").ExpectUnauthenticated();
    for (const char* header : {"Basic", "Basic ", "Basic ====", "Basic YWxpY2U=", "basic !!!", "Digest x"}) {
        Anonymous().With("Authorization", header).Get("/api/state").ExpectUnauthenticated();
    }
}

TEST(Basic, GuessesAreSlowedDownLikeLogins) {
    OwnPulsed server;
    for (int i = 0; i < 5; ++i) {
        server.Anonymous()
            .With("Authorization", "Basic Y2Fyb2w6d3Jvbmctb25l")
            .Get("/api/state")
            .ExpectUnauthenticated();
    }
    server.Basic("carol").Get("/api/state").ExpectUnauthenticated();
    EXPECT_EQ(LogIn(server, {{"username", "carol"}, {"password", "carol-password"}}).Expect(403).Body()["code"],
              "account_locked");
    server.Basic("alice").Get("/api/state").Expect(200);
}

TEST(Access, ABadTokenShutsOutTheSessionBesideIt) {
    As("alice").With("X-API-Token", "wrong").Get("/api/state").ExpectText(401, "Invalid API token");
    As("alice").With("Authorization", "Bearer wrong").Get("/api/state").ExpectText(401, "Invalid API token");
    Anonymous().Get("/api/state?token=" + Shared().TokenSecret("default-reader")).ExpectUnauthenticated();
}

TEST(Access, LoginsAndDenialsAreInTheLog) {
    OwnPulsed server;
    server.As("carol").Get("/api/orgs/acme").ExpectA(403, "access_denied");
    server.As("carol").In("acme").Get("/api/state").ExpectB(403, "access_denied");
    EXPECT_TRUE(Eventually([&] {
        const std::string log = server.Log();
        return log.find("\"tenant.access_denied\"") != std::string::npos &&
               log.find("\"tenant.refused\"") != std::string::npos &&
               log.find("\"org_id\":\"acme\"") != std::string::npos &&
               log.find("\"user_id\":\"carol\"") != std::string::npos;
    })) << server.Log();
    EXPECT_EQ(server.Log().find("carol-password"), std::string::npos);
}

}  // namespace
}  // namespace pulse_test
