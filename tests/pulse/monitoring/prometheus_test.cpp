// The runbook's monitoring queries, asked of a real Prometheus that scrapes a real pulsed: each returns what happened,
// denials of the layer in front of all routes too, and what is switched off never counts as a failure.
#include <filesystem>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/httpc/client.hpp"
#include "tests/pulse/harness.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using pulse_test::Caller;
using pulse_test::Eventually;
using pulse_test::Json;
using pulse_test::OwnPulsed;

// As the runbook writes them.
constexpr const char* kDenied = R"(rate(pulse_http_requests_total{status="403"}[5m]))";
constexpr const char* kDisabled = R"(rate(pulse_http_requests_total{status="501", route=~".*orgs.*"}[5m]))";
constexpr const char* kUnlicensed = R"(rate(pulse_http_requests_total{status="402", route=~".*orgs.*"}[5m]))";

/// A Prometheus of the test's own, scraping one pulsed four times a second with the rules that ship.
class Prometheus {
public:
    explicit Prometheus(const OwnPulsed& pulsed) {
        const std::uint16_t port = support::FreePort();
        url_ = "http://127.0.0.1:" + std::to_string(port);
        const auto metrics_port =
            support::ReadFile(std::filesystem::path(pulsed.DataDir()).parent_path() / "metrics-port");
        support::WriteFile(folder_ / "prometheus.yml",
                           "global: {scrape_interval: 250ms, evaluation_interval: 250ms}\n"
                           "rule_files: ['" PORTCULLIS_SOURCE_DIR
                           "/monitoring/pulse.rules.yml']\n"
                           "scrape_configs:\n  - job_name: pulse\n    static_configs: [{targets: ['127.0.0.1:" +
                               std::string(platform::Trim(metrics_port)) + "']}]\n");
        process_ = std::make_unique<support::Process>(
            std::vector<std::string>{"prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(),
                                     "--storage.tsdb.path=" + (folder_ / "data").string(),
                                     "--web.listen-address=127.0.0.1:" + std::to_string(port)});
        if (!Eventually([&] { return Sum(R"(count_over_time(up{job="pulse"}[5m]))") >= 3; })) {
            throw std::runtime_error("prometheus does not scrape: " + process_->Error());
        }
    }

    /// The samples of an instant query.
    Json Ask(const std::string& query) const {
        platform::ClientRequest request;
        request.url = url_ + "/api/v1/query?query=" + platform::PercentEncode(query);
        const auto response = platform::HttpClient().Send(request);
        if (!response || response->status != 200) {
            return Json::array();
        }
        return Json::parse(response->body)["data"]["result"];
    }

    /// All samples together; 0 when there is none.
    double Sum(const std::string& query) const {
        double sum = 0;
        for (const Json& sample : Ask(query)) {
            sum += std::strtod(sample["value"][1].get<std::string>().c_str(), nullptr);
        }
        return sum;
    }

    std::string StateOf(const std::string& alert) const {
        const Json found = Ask("ALERTS{alertname=\"" + alert + "\"}");
        return found.empty() ? "silent" : found[0]["metric"].value("alertstate", "");
    }

private:
    support::TempDir folder_{"prometheus"};
    std::unique_ptr<support::Process> process_;
    std::string url_;
};

/// Goes on until Prometheus has seen enough of it: a rate needs samples before and after.
template <typename Act, typename Seen>
bool Repeat(Act&& act, Seen&& seen) {
    return Eventually([&] {
        act();
        return seen();
    });
}

TEST(Prometheus, SeesEveryDenialWithItsRouteAndNoName) {
    OwnPulsed pulsed;
    const Prometheus prometheus(pulsed);
    const Caller carol = pulsed.As("carol");
    EXPECT_TRUE(Repeat(
        [&] {
            carol.Get("/api/orgs/acme").Expect(403);                      // a rule
            carol.In("acme").Get("/api/state").Expect(403);               // the tenant layer
            carol.Without("X-CSRF-Token").Post("/api/orgs").Expect(403);  // CSRF
            pulsed.Token("acme-monitor").Get("/api/orgs").Expect(403);    // a scope
            carol.Get("/api/admin/tenants").Expect(403);                  // the system role
            carol.Get("/api/tenants/export?tenantId=acme").Expect(403);   // a tenant in the query
        },
        [&] { return prometheus.Ask(std::string(kDenied) + " > 0").size() >= 6; }));
    for (const char* route :
         {"/api/orgs/{id}", "/api/state", "/api/orgs", "/api/admin/tenants", "/api/tenants/export"}) {
        EXPECT_GT(
            prometheus.Sum("rate(pulse_http_requests_total{status=\"403\", route=\"" + std::string(route) + "\"}[5m])"),
            0)
            << route;
    }
    EXPECT_GT(prometheus.Sum(R"(rate(pulse_http_request_errors_total{status_class="client_error"}[5m]))"), 0);
    EXPECT_EQ(prometheus.Sum(R"(rate(pulse_http_request_errors_total{status_class="server_error"}[5m]))"), 0);
    for (const char* source : {"header", "path", "query"}) {
        EXPECT_GT(
            prometheus.Sum("increase(pulse_tenant_spoof_attempts_total{source=\"" + std::string(source) + "\"}[5m])"),
            0)
            << source;
    }
    EXPECT_EQ(prometheus.Ask(R"({__name__=~"pulse_.+", route=~".*(acme|carol|globex).*"})").size(), 0U);
    EXPECT_EQ(prometheus.Ask(R"({__name__=~"pulse_.+", org=~".+"} or {__name__=~"pulse_.+", org_id=~".+"})").size(),
              0U);
    EXPECT_EQ(prometheus.Sum(kDisabled), 0);
    EXPECT_EQ(prometheus.Sum(kUnlicensed), 0);
    EXPECT_EQ(pulsed.Stop(), 0);
}

TEST(Prometheus, AMemberWhoseRoleIsTooLowIsNoSpoofer) {
    OwnPulsed pulsed;
    const auto spoofs = [&] {
        const std::string metrics = pulsed.Metrics();
        const auto at = metrics.find(R"(pulse_tenant_spoof_attempts_total{source="path"} )");
        return at == std::string::npos ? std::string("none") : metrics.substr(at, metrics.find('\n', at) - at);
    };
    const std::string none = R"(pulse_tenant_spoof_attempts_total{source="path"} 0)";
    EXPECT_EQ(spoofs(), none) << "the series is there from the start";
    pulsed.As("victor").Put("/api/orgs/acme", {{"displayName", "x"}}).ExpectA(403, "access_denied");
    EXPECT_EQ(spoofs(), none);
    pulsed.As("carol").Put("/api/orgs/acme", {{"displayName", "x"}}).ExpectA(403, "access_denied");
    EXPECT_EQ(spoofs(), R"(pulse_tenant_spoof_attempts_total{source="path"} 1)");
    EXPECT_EQ(pulsed.Stop(), 0);
}

TEST(Prometheus, TellsWhoAsksWhileSwitchedOffAndCountsNoFailure) {
    OwnPulsed pulsed({.multi_tenant = "false"});
    const Prometheus prometheus(pulsed);
    const Caller alice = pulsed.As("alice");
    EXPECT_TRUE(Repeat(
        [&] {
            alice.Get("/api/orgs").Expect(501);
            alice.Get("/api/orgs/acme/members").Expect(501);
            alice.In("acme").Get("/api/state").Expect(501);
            alice.Get("/api/state").Expect(200);
        },
        [&] {
            return prometheus.Ask(std::string(kDisabled) + " > 0").size() >= 2 &&
                   prometheus.StateOf("PulseFeatureDisabledHits") == "firing" &&
                   prometheus.Sum("instance:pulse_http_requests:rate5m") > 0;
        }));
    EXPECT_GT(prometheus.Sum(R"(rate(pulse_tenant_refusals_total{layer="selection", reason="feature_disabled"}[5m]))"),
              0);
    EXPECT_GT(prometheus.Sum(R"(rate(pulse_http_request_errors_total{status_class="feature_disabled"}[5m]))"), 0);
    EXPECT_EQ(prometheus.Ask(R"(pulse_http_request_errors_total{status_class="server_error"})").size(), 0U);
    const Json ratio = prometheus.Ask("instance:pulse_http_failures:ratio5m");
    ASSERT_EQ(ratio.size(), 1U) << "measured, and it is zero";
    EXPECT_EQ(ratio[0]["value"][1], "0");
    for (const char* alert : {"PulseServerFailuresWarning", "PulseServerFailuresCritical",
                              "PulseServerFailuresAfterSwitch", "PulseDeniedAccessWarning", "PulseNotReady",
                              "PulseUnreachable", "PulseNothingMeasured", "PulseAuditIncomplete"}) {
        EXPECT_EQ(prometheus.StateOf(alert), "silent") << alert;
    }
    EXPECT_EQ(prometheus.Sum("pulse_tenant_switch_enabled"), 0);
    EXPECT_EQ(pulsed.Stop(), 0);
    EXPECT_TRUE(Eventually([&] { return prometheus.StateOf("PulseUnreachable") == "pending"; }));
}

TEST(Prometheus, TellsWhatHasNoLicence) {
    OwnPulsed pulsed({.licence = ""});
    const Prometheus prometheus(pulsed);
    const Caller alice = pulsed.As("alice");
    EXPECT_TRUE(Repeat([&] { alice.Get("/api/orgs").Expect(402); },
                       [&] { return prometheus.Ask(std::string(kUnlicensed) + " > 0").size() == 1; }));
    EXPECT_EQ(pulsed.Stop(), 0);
}

TEST(Prometheus, WarnsAtTheRunbooksRate) {
    OwnPulsed pulsed({.arguments = {"--log-level=warning"}});
    const Prometheus prometheus(pulsed);
    const Caller caller = pulsed.As("carol").Without("X-CSRF-Token");
    caller.Post("/api/logout").Expect(403);
    const std::string series = R"(pulse_http_requests_total{route="/api/logout", status="403"})";
    ASSERT_TRUE(Eventually([&] { return prometheus.Sum(series) >= 1; }));
    // More than ten a second for five minutes are 3,000; here they come at once.
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([caller] {
            for (int i = 0; i < 1'000; ++i) {
                caller.Post("/api/logout");
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(Eventually([&] { return prometheus.StateOf("PulseDeniedAccessWarning") == "firing"; }))
        << prometheus.Ask(kDenied);
    EXPECT_EQ(prometheus.StateOf("PulseDeniedAccessCritical"), "silent");
    EXPECT_EQ(pulsed.Stop(), 0);
}

}  // namespace
