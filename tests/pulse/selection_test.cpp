// The tenant layer: how an organization is selected, and every refusal in its order, on any path.
#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

constexpr const char* kAnyPath = "/api/version";

TEST(Selection, HeaderAliasCookieAndTokenSelect) {
    const auto users = [](const Caller& caller) {
        return caller.Get("/api/state").Expect(200).Body()["stats"]["users"];
    };
    EXPECT_EQ(users(As("alice").In("acme")), 4);
    EXPECT_EQ(users(As("alice").With("X-Org-ID", "acme")), 4) << "alias";
    EXPECT_NE(users(As("alice")), 4);
    As("alice").WithCookie("pulse_org_id=acme").Get("/api/state").Expect(200);
    Token("acme-reader").Get("/api/state").Expect(200);
    As("alice").In("  acme ").Get("/api/state").Expect(200);
    As("alice").In("").Get("/api/state").Expect(200);
    As("alice").Get("/api/state?org_id=globex").Expect(200);
}

TEST(Selection, BothHeadersMustAgree) {
    As("alice").In("acme").With("X-Org-ID", "acme").Get(kAnyPath).Expect(200);
    As("alice").In("acme").With("X-Org-ID", "globex").Get(kAnyPath).ExpectB(400, "invalid_org");
    As("alice").In("acme").With("X-Org-ID", "default").Get(kAnyPath).ExpectB(400, "invalid_org");
}

TEST(Selection, UnknownAndMalformedIdsAre400) {
    for (const std::string& id : {std::string("nope"), std::string("ACME"), std::string("../acme"), std::string("a b"),
                                  std::string("acme;drop"), std::string(65, 'a'), std::string("..")}) {
        As("alice").In(id).Get(kAnyPath).ExpectB(400, "invalid_org");
        if (id.find(';') == std::string::npos) {
            As("alice").WithCookie("pulse_org_id=" + id).Get("/api/state").ExpectB(400, "invalid_org");
        }
    }
}

TEST(Selection, WhoDoesNotBelongIs403) {
    As("alice").In("globex").Get(kAnyPath).ExpectB(403, "access_denied");
    As("carol").In("acme").Get("/api/state").ExpectB(403, "access_denied");
    As("alice").WithCookie("pulse_org_id=globex").Get("/api/state").ExpectB(403, "access_denied");
    As("root").In("acme").Get("/api/state").ExpectB(403, "access_denied");
    Shared().Basic("carol").In("acme").Get("/api/state").ExpectB(403, "access_denied");
    Shared().Basic("alice").In("acme").Get("/api/state").Expect(200);
}

TEST(Selection, TheHeaderBeatsTheCookie) {
    As("alice").WithCookie("pulse_org_id=acme").In("globex").Get("/api/state").ExpectB(403, "access_denied");
    As("alice").WithCookie("pulse_org_id=globex").In("acme").Get("/api/state").Expect(200);
}

TEST(Selection, ATokenReachesWhatItIsBoundToAndNothingElse) {
    Token("acme-reader").In("globex").Get("/api/state").ExpectB(403, "access_denied");
    Token("acme-reader").In("default").Get("/api/state").ExpectB(403, "access_denied");
    Token("default-reader").In("acme").Get("/api/state").ExpectB(403, "access_denied");
    // A session of a member beside it changes nothing.
    As("bob")
        .With("X-API-Token", Shared().TokenSecret("acme-reader"))
        .In("globex")
        .Get("/api/state")
        .ExpectB(403, "access_denied");
    const Json orgs = Token("acme-reader").Get("/api/orgs").Expect(200).Body();
    ASSERT_EQ(orgs.size(), 1U);
    EXPECT_EQ(orgs[0]["id"], "acme");
}

TEST(Selection, TheAnonymousLearnNothing) {
    const std::string known = Anonymous().In("acme").Get(kAnyPath).Expect(200).Text();
    EXPECT_EQ(Anonymous().In("no-such-org").Get(kAnyPath).Expect(200).Text(), known);
    Anonymous().In("acme").Get("/api/orgs").ExpectUnauthenticated();
    Anonymous().In("no-such-org").Get("/api/orgs").ExpectUnauthenticated();
    Anonymous().In("acme").Get("/api/state").ExpectUnauthenticated();
}

TEST(Selection, WhileOffEveryPathIs501AndUnknownOnesStay400) {
    OwnPulsed off({.multi_tenant = "false"});
    for (const char* path : {"/api/version", "/api/health", "/api/state", "/api/orgs", "/api/security/tokens"}) {
        off.As("alice").In("acme").Get(path).ExpectFeatureDisabled();
        off.As("carol").In("acme").Get(path).ExpectFeatureDisabled();
        off.As("alice").In("nope").Get(path).ExpectB(400, "invalid_org");
    }
    off.Anonymous().In("acme").Get(kAnyPath).ExpectFeatureDisabled();
    off.Anonymous().In("no-such-org").Get(kAnyPath).ExpectFeatureDisabled();
    off.Token("acme-reader").Get("/api/state").ExpectFeatureDisabled();
    off.As("alice").WithCookie("pulse_org_id=acme").Get("/api/state").ExpectFeatureDisabled();
    const Reply page = off.As("alice").WithCookie("pulse_org_id=acme").Get("/no-such-page");
    page.ExpectText(404, "404");
    EXPECT_NE(page.SetCookieLine("pulse_org_id").find("Max-Age=0"), std::string::npos);
}

TEST(Selection, WithoutLicenceIs402) {
    OwnPulsed server({.licence = ""});
    server.As("alice").In("acme").Get(kAnyPath).ExpectUnlicensedSelection();
    server.As("carol").In("acme").Get(kAnyPath).ExpectUnlicensedSelection();
    server.As("alice").In("nope").Get(kAnyPath).ExpectB(400, "invalid_org");
}

TEST(Selection, ADeletedOrganizationIsGoneAtOnceAndItsTokensWithIt) {
    const std::string org = NewOrg("alice");
    As("alice").In(org).Get("/api/state").Expect(200);
    const std::string secret =
        As("alice").In(org).Post("/api/security/tokens", {{"name", "t"}}).Expect(200).Body().value("token", "");
    const Caller token = Anonymous().With("X-API-Token", secret);
    token.Get("/api/state").Expect(200);
    As("alice").Delete("/api/orgs/" + org).Expect(204);
    As("alice").In(org).Get("/api/state").ExpectB(400, "invalid_org");
    token.Get("/api/state").ExpectText(401, "Invalid API token");
    As("alice").Post("/api/orgs", {{"id", org}, {"displayName", "again"}}).Expect(201);
    token.Get("/api/state").ExpectText(401, "Invalid API token");
}

TEST(Selection, LostMembershipIsSeenByTheNextRequest) {
    const std::string org = NewOrg("alice", {{"carol", "editor"}});
    As("carol").In(org).Get("/api/state").Expect(200);
    As("alice").Delete("/api/orgs/" + org + "/members/carol").Expect(204);
    As("carol").In(org).Get("/api/state").ExpectB(403, "access_denied");
}

}  // namespace
}  // namespace pulse_test
