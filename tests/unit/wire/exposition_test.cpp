// What instances tell Prometheus, read for what is judged.
#include "controller/wire/exposition.hpp"

#include "controller/wire/tenant_alerts.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace wire {
namespace {

const platform::Time kAt{std::chrono::hours(24 * 365 * 55)};

policy::MonitorReading Read(const std::string& text) {
    const auto reading = ReadExposition(text, kAt);
    EXPECT_TRUE(reading) << (reading ? "" : reading.error());
    return reading.value_or(policy::MonitorReading());
}

std::string Unreadable(const std::string& text) {
    const auto reading = ReadExposition(text, kAt);
    EXPECT_FALSE(reading) << text;
    return reading ? "" : reading.error();
}

TEST(Exposition, AddsUpWhatIsJudged) {
    const auto reading = Read(R"(# HELP pulse_http_requests_total Requests answered.
# TYPE pulse_http_requests_total counter
pulse_http_requests_total{method="GET",route="/api/state",status="200"} 100
pulse_http_requests_total{method="GET",route="/api/state",status="403"} 7
pulse_http_requests_total{method="GET",route="/api/orgs/{id}",status="403"} 3
pulse_http_requests_total{method="GET",route="/api/orgs",status="501"} 5
pulse_http_requests_total{method="GET",route="/api/state",status="501"} 2
pulse_http_requests_total{method="GET",route="/api/state",status="500"} 1
pulse_http_requests_total{method="GET",route="/api/state",status="503"} 1e1
pulse_tenant_spoof_attempts_total{source="header"} 4
pulse_tenant_spoof_attempts_total{source="path"} 1
pulse_process_start_time_seconds 1.7e+09
something_else{a="b"} not a number
)");
    EXPECT_EQ(reading.at, kAt);
    EXPECT_DOUBLE_EQ(reading.requests, 128);
    EXPECT_DOUBLE_EQ(reading.denied, 10);
    EXPECT_DOUBLE_EQ(reading.disabled, 5) << "on routes of organizations";
    EXPECT_DOUBLE_EQ(reading.failed, 11) << "501 is what is switched off";
    EXPECT_DOUBLE_EQ(reading.spoofed, 5);
    EXPECT_DOUBLE_EQ(reading.started_at, 1.7e9);
}

TEST(Exposition, AddsUpHistogramsButThoseOfSockets) {
    const auto reading = Read(R"(# TYPE pulse_http_requests_total counter
pulse_http_request_duration_seconds_bucket{route="/a",le="0.1"} 1
pulse_http_request_duration_seconds_bucket{route="/a",le="+Inf"} 3
pulse_http_request_duration_seconds_bucket{route="/b",le="+Inf"} 5
pulse_http_request_duration_seconds_bucket{route="/b",le="0.1"} 2
pulse_http_request_duration_seconds_bucket{route="/ws",le="+Inf"} 500
)");
    ASSERT_EQ(reading.latency.size, 2u);
    EXPECT_DOUBLE_EQ(reading.latency.bound[0], 0.1);
    EXPECT_DOUBLE_EQ(reading.latency.count[0], 3);
    EXPECT_TRUE(std::isinf(reading.latency.bound[1]));
    EXPECT_DOUBLE_EQ(reading.latency.count[1], 8);
}

TEST(Exposition, AHistogramThatIsNoneIsNotKnown) {
    EXPECT_EQ(Read("pulse_http_requests_total{status=\"200\"} 1\n"
                   "pulse_http_request_duration_seconds_bucket{le=\"0.1\"} 1\n")
                  .latency.size,
              0u);
    EXPECT_EQ(Read("pulse_http_requests_total{status=\"200\"} 1\n"
                   "pulse_http_request_duration_seconds_bucket{le=\"0.1\"} 9\n"
                   "pulse_http_request_duration_seconds_bucket{le=\"+Inf\"} 3\n")
                  .latency.size,
              0u);
    std::string many = "pulse_http_requests_total{status=\"200\"} 1\n";
    for (int bound = 0; bound < 1000; ++bound) {
        many += "pulse_http_request_duration_seconds_bucket{le=\"" + std::to_string(bound) + "\"} 1\n";
    }
    EXPECT_EQ(Read(many).latency.size, 0u);
}

TEST(Exposition, TakesWhatTheFormatAllows) {
    const auto reading = Read(
        "  pulse_http_requests_total { status = \"403\" , route=\"a \\\" } b\\\\\" , } 2 1700000000000\r\n"
        "pulse_http_requests_total{status=\"200\"}\t1\n"
        "\n"
        "pulse_http_requests_total{status=\"200\"} 1");
    EXPECT_DOUBLE_EQ(reading.requests, 4);
    EXPECT_DOUBLE_EQ(reading.denied, 2);
}

TEST(Exposition, HalfOfItIsNothing) {
    const std::string good = "pulse_http_requests_total{status=\"200\"} 1\n";
    for (const std::string bad :
         {"pulse_http_requests_total{status=\"200\"} -1", "pulse_http_requests_total{status=\"200\"} NaN",
          "pulse_http_requests_total{status=\"200\"} +Inf", "pulse_http_requests_total{status=\"200\"}",
          "pulse_http_requests_total{status=\"200\"} 1 2 3", "pulse_http_requests_total{status=\"200\" 1",
          "pulse_http_requests_total{status=\"2", "pulse_http_requests_total{status=\"2xx\"} 1",
          "pulse_http_requests_total 1", "pulse_http_requests_total{status=200} 1",
          "pulse_http_request_duration_seconds_bucket{route=\"/a\"} 1", "pulse_process_start_time_seconds soon"}) {
        EXPECT_NE(Unreadable(good + bad + "\n").find("line 2"), std::string::npos) << bad;
    }
    EXPECT_NE(Unreadable("<html>not found</html>").find("pulse_http_requests_total"), std::string::npos);
    Unreadable("");
}

TEST(Exposition, AnInstanceThatWasAskedNothingYetIsAnInstance) {
    EXPECT_DOUBLE_EQ(Read("# TYPE pulse_http_requests_total counter\n").requests, 0);
    EXPECT_DOUBLE_EQ(Read("pulse_ready 1\n").requests, 0);
}

TEST(Federated, IsOfTheMomentOfItsNewestSample) {
    const platform::Time now = platform::Time(std::chrono::milliseconds(1'700'000'000'000));
    const std::string text =
        "pulse_http_requests_total{status=\"200\",instance=\"a\",job=\"pulse\"} 7 1699999990000\n"
        "pulse_http_requests_total{status=\"403\",instance=\"a\",job=\"pulse\"} 2 1699999985000\n";
    const auto reading = ReadFederated(text, now);
    ASSERT_TRUE(reading) << reading.error();
    EXPECT_DOUBLE_EQ(reading->requests, 9);
    EXPECT_DOUBLE_EQ(reading->denied, 2);
    EXPECT_EQ(reading->at, now - std::chrono::seconds(10));
    const auto ahead = ReadFederated("pulse_http_requests_total{status=\"200\"} 7 1800000000000\n", now);
    ASSERT_TRUE(ahead);
    EXPECT_EQ(ahead->at, now) << "a server whose clock is ahead";
    EXPECT_FALSE(ReadFederated("pulse_http_requests_total{status=\"200\"} 7\n", now)) << "how old it is is not said";
    EXPECT_FALSE(ReadFederated("", now)) << "the server knows nothing of it";
    EXPECT_FALSE(ReadFederated("pulse_http_requests_total{status=\"200\"} 7 soon\n", now));
}

TEST(TenantAlerts, AreWhatTenantsUse) {
    const auto usages = ReadTenantAlerts(
        R"([{"tenantId":"acme","metric":"quota_api_calls","value":96,"threshold":95,"severity":"critical"},)"
        R"({"tenantId":"acme","metric":"error_rate","value":6},{"tenantId":"globex","metric":"response_time","value":700},)"
        R"({"tenantId":"initech","metric":"quota_storage","value":99,"resolvedTime":"2025-01-01T00:00:00Z"}])");
    ASSERT_TRUE(usages) << usages.error();
    EXPECT_EQ(usages->size(), 2U) << "what is over says nothing of now";
    EXPECT_EQ(usages->at("acme").calls, 96);
    EXPECT_DOUBLE_EQ(*usages->at("acme").error_share, 0.06);
    EXPECT_EQ(usages->at("acme").storage, 0);
    EXPECT_EQ(usages->at("globex").response_ms, 700);
    for (const policy::Judgement& judgement : policy::JudgeTenant(QuietTenant())) {
        EXPECT_EQ(judgement.condition, policy::Condition::kOk);
    }
    EXPECT_TRUE(ReadTenantAlerts("[]")->empty());
    for (const char* bad :
         {"", "{}", "[1]", R"([{"tenantId":"acme"}])", R"([{"tenantId":1,"metric":"x","value":1}])"}) {
        EXPECT_FALSE(ReadTenantAlerts(bad)) << bad;
    }
}

}  // namespace
}  // namespace wire
