// What happens to a request around its operation: methods, paths, sizes, rates, headers, the demonstration.
#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

TEST(Edge, PublicRoutesNeedNobody) {
    const Reply health = Anonymous().Get("/api/health");
    health.Expect(200);
    EXPECT_EQ(health.Body()["status"], "healthy");
    EXPECT_GT(health.Body()["uptime"].get<double>(), 0);
    EXPECT_TRUE(health.Body()["dependencies"]["monitor"].get<bool>());
    EXPECT_NE(Anonymous().Get("/api/version").Expect(200).Body().value("version", ""), "");
    EXPECT_EQ(Anonymous().Get("/api/security/status").Expect(200).Body()["hasAuthentication"], true);
    Anonymous().Get("/api/license/runtime-capabilities").ExpectUnauthenticated();
    const Json capabilities = As("carol").Get("/api/license/runtime-capabilities").Expect(200).Body();
    EXPECT_EQ(capabilities["capabilities"], Json({"multi_tenant"}));
    EXPECT_EQ(capabilities["hosted_mode"], false);
    EXPECT_EQ(capabilities["runtime"]["build"], "release");
}

TEST(Edge, UnknownPathsAndMethods) {
    Anonymous().Get("/api/nothing").ExpectUnauthenticated();
    As("alice").Get("/api/nothing").ExpectText(404, "404 page not found");
    const Reply method = As("alice").Send("PATCH", "/api/orgs");
    method.ExpectText(405, "Method Not Allowed");
    EXPECT_EQ(method.Header("allow"), "GET, HEAD, POST");
    EXPECT_EQ(As("alice").Send("PUT", "/api/orgs/acme/members/x").Header("allow"), "DELETE");
    Anonymous().Send("PATCH", "/api/orgs").ExpectUnauthenticated();
    Anonymous().Send("POST", "/api/health").ExpectText(405, "Method Not Allowed");
    As("alice").Send("HEAD", "/api/orgs").Expect(405);
    Anonymous().Send("HEAD", "/api/orgs").Expect(401);
    Anonymous().Send("HEAD", "/api/health").Expect(200);
    Anonymous().Send("OPTIONS", "/api/orgs").Expect(200);
    As("alice").In("globex").Send("OPTIONS", "/api/orgs").ExpectB(403, "access_denied");
}

TEST(Edge, EveryAnswerHasAnIdAndSafeHeaders) {
    const Reply reply = Anonymous().With("X-Request-ID", "from-the-caller.1").Get("/api/orgs");
    EXPECT_EQ(reply.Header("x-request-id"), "from-the-caller.1");
    EXPECT_EQ(reply.Header("x-content-type-options"), "nosniff");
    EXPECT_EQ(reply.Header("x-frame-options"), "DENY");
    EXPECT_EQ(reply.Header("cache-control"), "no-store");
    EXPECT_TRUE(
        Anonymous().With("X-Request-ID", "in\tvalid").Get("/api/orgs").Header("x-request-id").starts_with("req_"));
    EXPECT_NE(Anonymous().Get("/api/orgs").Header("x-request-id"), Anonymous().Get("/api/orgs").Header("x-request-id"));
}

TEST(Edge, AddressesAreSlowedDown) {
    OwnPulsed server({.arguments = {"--rate-limit=5", "--login-rate-limit=2", "--rate-limit-loopback=true"}});
    int limited = 0;
    for (int i = 0; i < 8; ++i) {
        const Reply reply = server.Anonymous().Get("/api/version");
        EXPECT_EQ(reply.Header("x-ratelimit-limit"), "5");
        if (reply.Status() == 429) {
            ++limited;
            reply.ExpectText(429, "Rate limit");
            EXPECT_EQ(reply.Header("x-ratelimit-remaining"), "0");
            EXPECT_NE(reply.Header("retry-after"), "");
        }
    }
    EXPECT_EQ(limited, 3);
    server.Anonymous().In("acme").Get("/api/orgs").Expect(429);
    server.Anonymous().Get("/api/state").ExpectUnauthenticated();  // has no limit
    int logins = 0;
    for (int i = 0; i < 4; ++i) {
        logins += server.Anonymous().Post("/api/login", {{"username", "x"}, {"password", "y"}}).Status() == 429 ? 1 : 0;
    }
    EXPECT_EQ(logins, 2);
}

TEST(Edge, ProxiesAreBelievedWhenTrusted) {
    OwnPulsed server({.arguments = {"--trusted-proxies=127.0.0.1", "--rate-limit=2"}});
    const Caller forwarded = server.Anonymous().With("X-Forwarded-For", "10.0.0.1, 203.0.113.9");
    EXPECT_EQ(forwarded.Get("/api/security/status").Body()["clientIP"], "203.0.113.9");
    forwarded.Get("/api/version").Expect(200);
    forwarded.Get("/api/version").Expect(429);
    server.Anonymous().With("X-Forwarded-For", "203.0.113.10").Get("/api/version").Expect(200);
    EXPECT_EQ(Anonymous().With("X-Forwarded-For", "203.0.113.9").Get("/api/security/status").Body()["clientIP"],
              "127.0.0.1");
}

TEST(Edge, ADemonstrationChangesNothing) {
    OwnPulsed server({.arguments = {"--demo-mode=true"}});
    const Caller alice = server.As("alice");
    EXPECT_EQ(alice.Get("/api/orgs").Expect(200).Header("x-demo-mode"), "true");
    alice.Post("/api/orgs", {{"id", "x"}, {"displayName", "x"}}).ExpectB(403, "demo_mode");
    alice.Delete("/api/orgs/acme").ExpectB(403, "demo_mode");
    alice.In("globex").Delete("/api/orgs/acme").ExpectB(403, "access_denied");
    server.Anonymous().Post("/api/orgs").ExpectB(403, "demo_mode");
}

TEST(Edge, WhatIsNoHttpIsPlainText) {
    const Reply reply = Anonymous().Send("GET", "/api/orgs%zz");
    reply.ExpectText(400, "percent");
    Anonymous().Send("GET", "/api/orgs%00").ExpectText(400, "control");
}

}  // namespace
}  // namespace pulse_test
