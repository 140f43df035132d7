// What stands in front of every organization route, for all of them: no credentials, the wrong scope, the switch off,
// no licence, a token where a person is needed; and that the default organization works in every mode.
#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

struct OrgRoute {
    const char* method;
    const char* path;
    const char* scope;
    bool person;  // needs a session: a token is refused
};

// The nineteen.
const std::vector<OrgRoute>& OrgRoutes() {
    static const std::vector<OrgRoute> routes = {
        {"GET", "/api/orgs", "settings:read", false},
        {"POST", "/api/orgs", "settings:write", true},
        {"GET", "/api/orgs/acme", "settings:read", false},
        {"PUT", "/api/orgs/acme", "settings:write", true},
        {"DELETE", "/api/orgs/acme", "settings:write", true},
        {"GET", "/api/orgs/acme/members", "settings:read", false},
        {"POST", "/api/orgs/acme/members", "settings:write", true},
        {"DELETE", "/api/orgs/acme/members/victor", "settings:write", true},
        {"GET", "/api/orgs/acme/invitations", "settings:read", true},
        {"DELETE", "/api/orgs/acme/invitations/carol", "settings:write", true},
        {"GET", "/api/org-invitations", "settings:read", true},
        {"POST", "/api/org-invitations/acme/accept", "settings:write", true},
        {"DELETE", "/api/org-invitations/acme", "settings:write", true},
        {"GET", "/api/orgs/acme/shares", "settings:read", false},
        {"GET", "/api/orgs/acme/shares/incoming", "settings:read", false},
        {"POST", "/api/orgs/acme/shares/incoming/shr-1/accept", "settings:write", true},
        {"DELETE", "/api/orgs/acme/shares/incoming/shr-1", "settings:write", true},
        {"POST", "/api/orgs/acme/shares", "settings:write", true},
        {"DELETE", "/api/orgs/acme/shares/shr-1", "settings:write", true},
    };
    return routes;
}

OwnPulsed& Off() {
    static auto* server = new OwnPulsed({.multi_tenant = "false"});
    return *server;
}

OwnPulsed& Unlicensed() {
    static auto* server = new OwnPulsed({.licence = ""});
    return *server;
}

class OrgRouteGate : public ::testing::Test {
public:
    static void TearDownTestSuite() {
        delete &Off();
        delete &Unlicensed();
    }
};

TEST_F(OrgRouteGate, NobodyGetsAnywhereWithoutCredentials) {
    for (OwnPulsed* server : {&Shared(), &Off(), &Unlicensed()}) {
        for (const OrgRoute& route : OrgRoutes()) {
            server->Anonymous().Send(route.method, route.path, "{}").ExpectUnauthenticated();
        }
    }
}

TEST_F(OrgRouteGate, TheScopeComesBeforeTheSwitchAndTheLicence) {
    for (OwnPulsed* server : {&Shared(), &Off(), &Unlicensed()}) {
        for (const OrgRoute& route : OrgRoutes()) {
            server->Token("default-monitor").Send(route.method, route.path, "{}").ExpectMissingScope(route.scope);
        }
    }
}

TEST_F(OrgRouteGate, EveryRouteIs501WhileSwitchedOff) {
    for (const OrgRoute& route : OrgRoutes()) {
        Off().As("alice").Send(route.method, route.path, "{").ExpectFeatureDisabled();
        Off().As("carol").Send(route.method, route.path, "{}").ExpectFeatureDisabled();
        Off().Token("default-writer").Send(route.method, route.path, "{}").ExpectFeatureDisabled();
        Off().Basic("alice").Send(route.method, route.path, "{}").ExpectFeatureDisabled();
    }
}

TEST_F(OrgRouteGate, EveryRouteIs402WithoutLicence) {
    for (const OrgRoute& route : OrgRoutes()) {
        Unlicensed().As("alice").Send(route.method, route.path, "{}").ExpectUnlicensed("multi_tenant");
    }
}

TEST_F(OrgRouteGate, SwitchedOffAndUnlicensedIsSwitchedOff) {
    OwnPulsed neither({.multi_tenant = "false", .licence = ""});
    neither.As("alice").Get("/api/orgs").ExpectFeatureDisabled();
    neither.As("alice").In("acme").Get("/api/version").ExpectFeatureDisabled();
}

TEST_F(OrgRouteGate, TokensOnlyRead) {
    const Caller token = Token("acme-writer");
    for (const OrgRoute& route : OrgRoutes()) {
        if (route.person && std::string_view(route.path) != "/api/orgs/acme") {
            token.Send(route.method, route.path, "{}").ExpectA(403, "session_required");
        } else if (!route.person) {
            token.Send(route.method, route.path).Expect(200);
        }
    }
    token.Put("/api/orgs/acme", {{"displayName", "x"}}).ExpectA(403, "session_required");
    token.Delete("/api/orgs/acme").ExpectA(403, "session_required");
}

TEST_F(OrgRouteGate, TheDefaultOrganizationWorksInEveryMode) {
    for (OwnPulsed* server : {&Shared(), &Off(), &Unlicensed()}) {
        server->Anonymous().Get("/api/health").Expect(200);
        server->As("carol").Get("/api/state").Expect(200);
        server->As("alice").In("default").Get("/api/state").Expect(200);
        server->Token("default-reader").Get("/api/state").Expect(200);
        server->As("alice").Get("/api/license/runtime-capabilities").Expect(200);
    }
}

struct SwitchText {
    const char* text;
    bool on;
};

class SwitchTexts : public ::testing::TestWithParam<SwitchText> {};

TEST_P(SwitchTexts, OnlyTrueIsOn) {
    OwnPulsed server({.multi_tenant = GetParam().text});
    const Reply reply = server.As("alice").Get("/api/orgs");
    GetParam().on ? reply.Expect(200) : reply.ExpectFeatureDisabled();
}

INSTANTIATE_TEST_SUITE_P(Environment, SwitchTexts,
                         ::testing::Values(SwitchText{"TRUE", true}, SwitchText{" true", false}, SwitchText{"1", false},
                                           SwitchText{"", false}));

TEST_F(OrgRouteGate, NothingWhileOffSpeaksOfOrganizations) {
    for (const OrgRoute& route : OrgRoutes()) {
        const std::string text = Off().As("alice").Send(route.method, route.path, "{}").Text();
        EXPECT_EQ(text.find("rganization"), std::string::npos) << text;
        EXPECT_EQ(text.find("enant"), std::string::npos) << text;
    }
    for (const char* path : {"/api/health", "/api/version", "/api/security/status", "/api/state", "/api/nothing"}) {
        const std::string text = Off().As("alice").Get(path).Text();
        EXPECT_EQ(text.find("rganization"), std::string::npos) << path << ": " << text;
    }
}

TEST_F(OrgRouteGate, ALicenceThatChangesIsNoticed) {
    OwnPulsed server({.licence = ""});
    server.As("alice").Get("/api/orgs").ExpectUnlicensed("multi_tenant");
    server.WriteLicence(R"({"capabilities":["multi_tenant"]})");
    EXPECT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 200; }));
    server.WriteLicence("no licence at all");
    EXPECT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 402; }));
}

}  // namespace
}  // namespace pulse_test
