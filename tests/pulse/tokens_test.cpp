// API tokens: made once, shown once, bound to where they were made.
#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

Reply Make(const Caller& caller, const Json& body) {
    return caller.Post("/api/security/tokens", body);
}

TEST(Tokens, AreBoundToTheSelectedOrganization) {
    const Json made =
        Make(As("alice").In("acme"), {{"name", " ci "}, {"scopes", {"settings:read"}}}).Expect(200).Body();
    const std::string secret = made["token"];
    EXPECT_EQ(made["record"]["name"], "ci");
    EXPECT_EQ(made["record"]["orgId"], "acme");
    EXPECT_EQ(made["record"]["prefix"], secret.substr(0, 6));
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"X-API-Token", secret}, {"Authorization", "Bearer " + secret}, {"Authorization", "bearer " + secret}}) {
        const Json orgs = Anonymous().With(name, value).Get("/api/orgs").Expect(200).Body();
        ASSERT_EQ(orgs.size(), 1U);
        EXPECT_EQ(orgs[0]["id"], "acme");
    }
    const Reply list = As("alice").In("acme").Get("/api/security/tokens");
    EXPECT_EQ(list.Text().find(secret), std::string::npos) << "shown once only";
    EXPECT_NE(list.Text().find(std::string(made["record"]["id"])), std::string::npos);
    EXPECT_EQ(As("root").Get("/api/security/tokens").Expect(200).Text().find(std::string(made["record"]["id"])),
              std::string::npos)
        << "another organization's tokens are not listed";
    As("root").Delete("/api/security/tokens/" + std::string(made["record"]["id"])).ExpectText(404, "not found");
    As("adam").In("acme").Delete("/api/security/tokens/" + std::string(made["record"]["id"])).Expect(204);
    Anonymous().With("X-API-Token", secret).Get("/api/orgs").ExpectText(401, "Invalid API token");
}

TEST(Tokens, AreMadeByAdminsInPerson) {
    Make(As("edith").In("acme"), {{"name", "x"}}).ExpectA(403, "access_denied");
    Make(As("carol"), {{"name", "x"}}).ExpectA(403, "access_denied");
    Make(As("carol").In("acme"), {{"name", "x"}}).ExpectB(403, "access_denied");
    Make(Token("acme-writer"), {{"name", "x"}}).ExpectA(403, "session_required");
    Make(Token("acme-reader"), {{"name", "x"}}).ExpectMissingScope("settings:write");
    Make(As("root"), {{"name", "x"}}).Expect(200);
}

TEST(Tokens, ScopesAreKnownOnes) {
    const Caller root = As("root");
    Make(root, {{"scopes", Json::array()}}).ExpectA(400, "invalid_scope");
    Make(root, {{"scopes", {"nonsense"}}}).ExpectA(400, "invalid_scope");
    Make(root, {{"scopes", {"*", "settings:read"}}}).ExpectA(400, "invalid_scope");
    Make(root, {{"scopes", "settings:read"}}).ExpectA(400, "invalid_request");
    EXPECT_EQ(Make(root, Json::object()).Expect(200).Body()["record"]["scopes"], Json({"*"}));
    EXPECT_EQ(Make(root, {{"scopes", {"settings:write", "settings:read", "settings:read"}}})
                  .Expect(200)
                  .Body()["record"]["scopes"],
              Json({"settings:read", "settings:write"}));
}

TEST(Tokens, OpenNothingWithoutTheirScope) {
    Token("acme-monitor").Get("/api/orgs/acme").ExpectMissingScope("settings:read");
    Token("acme-writer").Get("/api/state").ExpectMissingScope("monitoring:read");
    Token("globex-all").Get("/api/orgs/globex").Expect(200);
    Token("globex-all").Get("/api/state").Expect(200);
}

TEST(Tokens, ShowIncomingSharesByTheirOwnersRole) {
    const std::string source = NewOrg("bob");
    const Json share = As("bob")
                           .Post("/api/orgs/" + source + "/shares",
                                 {{"targetOrgId", "acme"}, {"resourceType", "vm"}, {"resourceId", source}})
                           .Expect(201)
                           .Body();
    bool shown = false;
    for (const Json& one : Token("acme-reader").Get("/api/orgs/acme/shares/incoming").Expect(200).Body()) {
        shown = shown || one["id"] == share["id"];
    }
    EXPECT_TRUE(shown) << "the token is the owner's";
}

}  // namespace
}  // namespace pulse_test
