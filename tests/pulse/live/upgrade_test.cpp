// Who gets a WebSocket, and what everybody else is answered.
#include "tests/pulse/live/socket.hpp"

namespace pulse_test {
namespace {

std::string OrgOf(LiveSocket socket) {
    return socket.Await("welcome").at("data").at("orgId");
}

Caller WithToken(const std::string& secret) {
    return Anonymous().With("X-API-Token", secret);
}

TEST(Upgrade, EveryCredentialOpensASocket) {
    const std::string secret = Shared().TokenSecret("default-reader");
    EXPECT_EQ(OrgOf(LiveSocket::Open(As("carol"))), "default");
    EXPECT_EQ(OrgOf(LiveSocket::Open(Shared().Basic("carol"))), "default");
    EXPECT_EQ(OrgOf(LiveSocket::Open(WithToken(secret))), "default");
    EXPECT_EQ(OrgOf(LiveSocket::Open(Anonymous().With("Authorization", "Bearer " + secret))), "default");
    EXPECT_EQ(OrgOf(LiveSocket::Open(Anonymous(), {.query = "?token=" + secret})), "default");
    Anonymous().Get("/api/state?token=" + secret).ExpectUnauthenticated();  // in the query of a socket only
}

TEST(Upgrade, TheTenantIsSelectedAsForRequests) {
    EXPECT_EQ(OrgOf(LiveSocket::Open(As("alice").In("acme"))), "acme");
    EXPECT_EQ(OrgOf(LiveSocket::Open(As("alice").WithCookie("pulse_org_id=acme"))), "acme");
    EXPECT_EQ(OrgOf(LiveSocket::Open(Token("acme-monitor"))), "acme");
    EXPECT_EQ(OrgOf(LiveSocket::Open(As("alice").In("acme").WithCookie("pulse_org_id=globex"))), "acme");
    EXPECT_EQ(OrgOf(LiveSocket::Open(Anonymous(), {.query = "?token=" + Shared().TokenSecret("acme-monitor")})),
              "acme");
}

TEST(Upgrade, AQueryOnlyConfirmsTheTenant) {
    EXPECT_EQ(OrgOf(LiveSocket::Open(As("alice").In("acme"), {.query = "?org_id=acme"})), "acme");
    EXPECT_EQ(OrgOf(LiveSocket::Open(As("alice"), {.query = "?org_id=default"})), "default");
    EXPECT_EQ(OrgOf(LiveSocket::Open(As("alice"), {.query = "?org_id="})), "default");
    for (const char* org : {"acme", "globex", "nowhere"}) {
        LiveSocket::Refused(As("alice"), {.query = std::string("?org_id=") + org})
            .ExpectText(403, "Unauthorized organization context");
    }
    LiveSocket::Refused(As("alice").In("acme"), {.query = "?org_id=default"})
        .ExpectText(403, "Unauthorized organization context");
    LiveSocket::Refused(As("alice"), {.query = "?org_id=a%2Fb"}).ExpectText(400, "Invalid organization ID");
    LiveSocket::Refused(As("alice"), {.query = "?org_id=.."}).ExpectText(400, "Invalid organization ID");
}

TEST(Upgrade, IsRefusedInTheOrderOfEveryRequest) {
    LiveSocket::Refused(Anonymous()).ExpectCode(401, "Authentication required");
    LiveSocket::Refused(Anonymous().In("acme")).ExpectCode(401, "Authentication required");
    LiveSocket::Refused(WithToken("nonsense")).ExpectText(401, "Invalid API token");
    LiveSocket::Refused(Anonymous(), {.query = "?token=nonsense"}).ExpectText(401, "Invalid API token");
    LiveSocket::Refused(Token("acme-writer")).ExpectCode(403, "missing_scope");
    LiveSocket::Refused(As("alice").In("nowhere")).ExpectCode(400, "invalid_org");
    LiveSocket::Refused(As("bob").In("acme")).ExpectCode(403, "access_denied");
    LiveSocket::Refused(As("bob").WithCookie("pulse_org_id=acme")).ExpectCode(403, "access_denied");
    LiveSocket::Refused(Token("acme-monitor").In("globex")).ExpectCode(403, "access_denied");
    LiveSocket::Refused(Token("acme-monitor").In("default")).ExpectCode(403, "access_denied");
    LiveSocket::Refused(Shared().Basic("bob").In("acme")).ExpectCode(403, "access_denied");
    // The tenant layer is first, then authentication, then the scope, then what only a socket has.
    LiveSocket::Refused(As("bob").In("acme"), {.query = "?org_id=..", .origin = ""}).ExpectCode(403, "access_denied");
    LiveSocket::Refused(Token("acme-writer"), {.query = "?org_id=..", .origin = ""}).ExpectCode(403, "missing_scope");
    LiveSocket::Refused(As("alice"), {.query = "?org_id=..", .origin = ""}).ExpectText(400, "Invalid");
}

TEST(Upgrade, WhileSwitchedOffOrUnlicensedOnlyTheDefaultOrganizationHasSockets) {
    OwnPulsed off({.multi_tenant = "false"});
    EXPECT_EQ(OrgOf(LiveSocket::Open(off.As("alice"))), "default");
    LiveSocket::Refused(off.As("alice").In("acme")).ExpectCode(501, "feature_disabled");
    LiveSocket::Refused(off.As("alice").WithCookie("pulse_org_id=acme")).ExpectCode(501, "feature_disabled");
    LiveSocket::Refused(off.Token("acme-monitor")).ExpectCode(501, "feature_disabled");
    EXPECT_EQ(LiveSocket::Refused(off.As("alice"), {.query = "?org_id=acme"}).Expect(403).body, "Forbidden\n");
    EXPECT_EQ(LiveSocket::Refused(off.As("alice"), {.query = "?org_id=.."}).Expect(400).body, "Bad Request\n");
    OwnPulsed unlicensed({.licence = ""});
    EXPECT_EQ(OrgOf(LiveSocket::Open(unlicensed.As("alice"))), "default");
    LiveSocket::Refused(unlicensed.As("alice").In("acme")).ExpectCode(402, "license_required");
}

TEST(Upgrade, TheOriginHasToBeOurs) {
    const Caller carol = As("carol");
    const std::string host = carol.Url().substr(7);
    EXPECT_EQ(OrgOf(LiveSocket::Open(carol, {.origin = "https://" + host})), "default");
    EXPECT_EQ(OrgOf(LiveSocket::Open(carol, {.origin = "http://192.168.1.20:8080"})), "default");
    for (const char* origin : {"", "null", "https://evil.example", "http://8.8.8.8", "file:///etc/passwd",
                               "http://a.b.c.local", "https://evil.example/http://localhost"}) {
        LiveSocket::Refused(carol, {.origin = origin}).ExpectText(403, "Forbidden");
    }
    LiveSocket::Refused(carol.With("X-Forwarded-Host", "evil.example"), {.origin = "https://evil.example"})
        .ExpectText(403, "Forbidden");  // nobody named that proxy
    OwnPulsed listed({.arguments = {"--allowed-origins=https://a.example, https://b.example"}});
    EXPECT_EQ(OrgOf(LiveSocket::Open(listed.As("carol"), {.origin = "https://b.example"})), "default");
    LiveSocket::Refused(listed.As("carol"), {.origin = "http://192.168.1.20"}).ExpectText(403, "Forbidden");
    OwnPulsed proxied({.arguments = {"--trusted-proxies=127.0.0.1", "--allowed-origins=https://a.example"}});
    EXPECT_EQ(OrgOf(LiveSocket::Open(proxied.As("carol").With("X-Forwarded-Host", "pulse.example"),
                                     {.origin = "https://pulse.example"})),
              "default");
}

TEST(Upgrade, NoTenantTakesThePlacesOfTheOthers) {
    OwnPulsed server({.arguments = {"--websocket-tenant-connections=2", "--websocket-connections=5"}});
    std::vector<LiveSocket> open;
    for (int i = 0; i < 2; ++i) {
        open.push_back(LiveSocket::Open(server.As("alice").In("acme")));
        open.back().AwaitState();
    }
    const RefusedSocket refused = LiveSocket::Refused(server.Token("acme-monitor")).Expect(503);
    EXPECT_EQ(refused.json.value("code", ""), "too_many_connections");
    for (int i = 0; i < 3; ++i) {
        open.push_back(LiveSocket::Open(server.As("carol")));
        open.back().AwaitState();
    }
    LiveSocket::Refused(server.As("bob").In("globex")).Expect(503);
    open.front().Client().Close();
    EXPECT_TRUE(Eventually([&] { return server.Metrics().find("pulse_websocket_open 4") != std::string::npos; }));
    LiveSocket::Open(server.As("bob").In("globex")).AwaitState();
}

TEST(Upgrade, WhatIsNoHandshakeIsBadRequest) {
    As("carol").Get("/ws").ExpectText(400, "Bad Request");
    As("carol").Post("/ws").ExpectText(405, "Method Not Allowed");
    Anonymous().Get("/ws").ExpectUnauthenticated();
}

TEST(Upgrade, RefusalsAreCountedAndWrittenDown) {
    OwnPulsed server;
    LiveSocket::Refused(server.As("bob").In("acme"));
    LiveSocket::Refused(server.As("alice"), {.query = "?org_id=acme"});
    LiveSocket::Refused(server.As("alice"), {.origin = "https://evil.example"});
    LiveSocket::Refused(server.Token("acme-writer"));
    OrgOf(LiveSocket::Open(server.As("alice").In("acme")));
    const std::string metrics = server.Metrics();
    for (const char* line :
         {R"(pulse_http_requests_total{method="GET",route="/ws",status="403"} 4)",
          R"(pulse_http_requests_total{method="GET",route="/ws",status="101"} 1)",
          R"(pulse_tenant_refusals_total{layer="selection",reason="access_denied"} 1)",
          R"(pulse_tenant_spoof_attempts_total{source="query"} 1)",
          R"(pulse_tenant_spoof_attempts_total{source="header"} 1)", R"(pulse_auth_refusals_total{reason="origin"} 1)",
          R"(pulse_auth_refusals_total{reason="org_context"} 1)", R"(pulse_websocket_opened_total 1)"}) {
        EXPECT_NE(metrics.find(line), std::string::npos) << line << "\n" << metrics;
    }
    EXPECT_TRUE(Eventually([&] {
        return server.Log().find("ws.origin_refused") != std::string::npos &&
               server.Log().find("tenant.access_denied") != std::string::npos;
    }));
    EXPECT_TRUE(Eventually([&] {
        return server.Metrics().find(R"(pulse_websocket_closed_total{reason="by_peer"} 1)") != std::string::npos ||
               server.Metrics().find(R"(pulse_websocket_closed_total{reason="lost"} 1)") != std::string::npos;
    }));
}

}  // namespace
}  // namespace pulse_test
