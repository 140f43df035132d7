// What the listener for Prometheus says: every refusal is in it, under the route's pattern, and no organization's id.
#include <cstdlib>

#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

double Value(const std::string& metrics, const std::string& series) {
    const auto at = metrics.find("\n" + series + " ");
    return at == std::string::npos ? 0 : std::strtod(metrics.c_str() + at + 1 + series.size(), nullptr);
}

TEST(Metrics, CountEveryRefusal) {
    OwnPulsed server;
    server.As("carol").In("acme").Get("/api/orgs/acme").Expect(403);  // the tenant layer
    server.As("carol").Get("/api/orgs/acme").Expect(403);             // the rules
    server.Anonymous().Get("/api/orgs").Expect(401);
    server.As("alice").In("nope").Get("/api/state").Expect(400);
    server.WriteLicence("{}");
    ASSERT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 402; }));
    const std::string metrics = server.Metrics();
    EXPECT_EQ(Value(metrics, R"(pulse_http_requests_total{method="GET",route="/api/orgs/{id}",status="403"})"), 2);
    EXPECT_EQ(Value(metrics, R"(pulse_http_requests_total{method="GET",route="/api/orgs",status="401"})"), 1);
    EXPECT_EQ(Value(metrics, R"(pulse_http_requests_total{method="GET",route="/api/state",status="400"})"), 1);
    EXPECT_GE(Value(metrics, R"(pulse_http_requests_total{method="GET",route="/api/orgs",status="402"})"), 1);
    EXPECT_EQ(
        Value(metrics,
              R"(pulse_http_request_errors_total{method="GET",route="/api/orgs/{id}",status_class="client_error"})"),
        2);
    EXPECT_EQ(Value(metrics, R"(pulse_tenant_refusals_total{layer="selection",reason="access_denied"})"), 1);
    EXPECT_EQ(Value(metrics, R"(pulse_tenant_refusals_total{layer="rule",reason="access_denied"})"), 1);
    EXPECT_EQ(Value(metrics, R"(pulse_tenant_refusals_total{layer="selection",reason="invalid_org"})"), 1);
    EXPECT_EQ(Value(metrics, R"(pulse_tenant_spoof_attempts_total{source="header"})"), 1);
    EXPECT_EQ(Value(metrics, R"(pulse_tenant_spoof_attempts_total{source="path"})"), 1);
    EXPECT_NE(metrics.find("pulse_http_request_duration_seconds_bucket"), std::string::npos);
    EXPECT_EQ(metrics.find("acme"), std::string::npos) << "no organization in any label";
    EXPECT_EQ(metrics.find("nope"), std::string::npos);
    EXPECT_EQ(metrics.find("carol"), std::string::npos);
}

TEST(Metrics, SwitchedOffIsNoServerError) {
    OwnPulsed server({.multi_tenant = "false"});
    server.As("alice").Get("/api/orgs").Expect(501);
    server.As("alice").In("acme").Get("/api/version").Expect(501);
    const std::string metrics = server.Metrics();
    EXPECT_EQ(Value(metrics, R"(pulse_http_requests_total{method="GET",route="/api/orgs",status="501"})"), 1);
    EXPECT_EQ(Value(metrics, R"(pulse_http_requests_total{method="GET",route="/api/version",status="501"})"), 1);
    EXPECT_EQ(
        Value(metrics,
              R"(pulse_http_request_errors_total{method="GET",route="/api/orgs",status_class="feature_disabled"})"),
        1);
    EXPECT_EQ(metrics.find("server_error"), std::string::npos);
    EXPECT_EQ(Value(metrics, "pulse_tenant_switch_enabled"), 0);
    EXPECT_EQ(Value(metrics, "pulse_ready"), 1);
    EXPECT_GT(Value(metrics, "pulse_process_resident_bytes"), 1e6);
}

TEST(Metrics, AreOnTheirOwnListenerOnly) {
    Anonymous().Get("/metrics").Expect(404);
}

}  // namespace
}  // namespace pulse_test
