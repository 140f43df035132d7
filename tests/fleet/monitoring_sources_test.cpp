// Where monitoring has its numbers from beside an instance's own page: a Prometheus server, an instance that wants a
// token, what an instance says of its tenants; and which of two controllers looks.
#include <csignal>

#include "platform/httpc/client.hpp"
#include "tests/fleet/misbehaving_pulse.hpp"
#include "tests/fleet/monitoring_world.hpp"
#include "tests/support/free_port.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

/// Debian's own, scraping one instance.
class ScrapingServer {
public:
    explicit ScrapingServer(const pulse_test::OwnPulsed& pulsed) {
        const std::string address = MetricsUrl(pulsed);
        const std::size_t host = address.find("://") + 3;
        support::WriteFile(folder_ / "prometheus.yml",
                           "global: {scrape_interval: 300ms, scrape_timeout: 300ms}\n"
                           "scrape_configs:\n  - job_name: pulse\n    static_configs: [{targets: ['" +
                               address.substr(host, address.find('/', host) - host) + "']}]\n");
        server_ = std::make_unique<support::Process>(
            std::vector<std::string>{"prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(),
                                     "--storage.tsdb.path=" + (folder_ / "data").string(),
                                     "--web.listen-address=127.0.0.1:" + std::to_string(port_)});
    }
    static std::string Url(std::uint16_t port) {
        return "http://127.0.0.1:" + std::to_string(port);
    }
    std::string Log() const {
        return server_->Error();
    }
    void Stop() {
        server_.reset();
    }

    static inline const std::uint16_t port_ = support::FreePort();

private:
    const support::TempDir folder_{"scraping"};
    std::unique_ptr<support::Process> server_;
};

TEST(MonitoringSources, APrometheusServerIsAskedAndJudgedTheSame) {
    const MonitoringFile file;
    Controller controller(file.Arguments({"--prometheus-url=" + ScrapingServer::Url(ScrapingServer::port_)}));
    const auto pulsed = StartMonitored(controller, "eu-1");
    ScrapingServer server(*pulsed);
    file.Watch("eu-1", "    metrics_match: 'job=\"pulse\"'\n");
    const pulse_test::Caller stranger = pulsed->Token("acme-monitor").In("globex");
    ASSERT_TRUE(Eventually([&] {
        for (int times = 0; times < 40; ++times) {
            stranger.Get("/api/customers");
        }
        return Stands(controller, "denied_warning");
    })) << Json(Alerts(controller)).dump(1)
        << server.Log();
    EXPECT_GT(AlertOf(controller, "denied_warning")["value"].get<double>(), 10.0);
    server.Stop();
    EXPECT_TRUE(Eventually([&] { return Stands(controller, "not_measured"); })) << Json(Alerts(controller)).dump(1);
}

TEST(MonitoringSources, ATokenFromAFileIsShown) {
    const MonitoringFile file;
    MisbehavingPulse guarded;
    guarded.At("/metrics", [](const platform::HttpRequest& request) {
        platform::HttpResponse response;
        const bool known = request.Header("authorization") == "Bearer s3cret";
        response.status = known ? 200 : 401;
        response.body = known ? "pulse_ready 1\npulse_http_requests_total{status=\"200\"} 5\n" : "";
        return response;
    });
    Controller controller(file.Arguments());
    const std::string token = file.Put("metrics-token", "wrong\n");
    file.Watch("eu-1", MonitoringFile::Metrics(guarded.Target().base_url + "/metrics") +
                           "    metrics_token_file: " + token + "\n");
    ASSERT_TRUE(Eventually([&] { return Stands(controller, "not_measured"); })) << controller.Server().Log();
    EXPECT_NE(AlertOf(controller, "not_measured").value("detail", "").find("401"), std::string::npos)
        << AlertOf(controller, "not_measured").dump(1);
    file.Put("metrics-token", "s3cret\n");
    EXPECT_TRUE(Eventually([&] { return AlertOf(controller, "not_measured").value("state", "") == "resolved"; }))
        << AlertOf(controller, "not_measured").dump(1);
    EXPECT_EQ(controller.Server().Log().find("s3cret"), std::string::npos);
}

TEST(MonitoringSources, ATenantThatRunsOutOfItsQuotaIsTold) {
    const MonitoringFile file;
    Controller controller(file.Arguments());
    const auto pulsed = StartMonitored(controller, "eu-1");
    const std::string token = pulsed->As("root")
                                  .Post("/api/security/tokens", {{"name", "watch"}, {"scopes", {"settings:read"}}})
                                  .Expect(200)
                                  .Body()
                                  .value("token", "");
    file.Watch("eu-1", "    tenants: {url: '" + pulsed->Url() + "', token_file: " + file.Put("super", token) + "}\n");
    const auto limit = [&](int calls) {
        pulsed->As("root").Put("/api/admin/tenants/acme/quotas", {{"apiCalls", calls}}).Expect(200);
    };
    limit(1);
    pulsed->As("alice").In("acme").Get("/api/customers");
    ASSERT_TRUE(Eventually([&] { return Stands(controller, "tenant_calls_critical"); }))
        << Json(Alerts(controller)).dump(1) << controller.Server().Log() << pulsed->Log();
    const Json alert = AlertOf(controller, "tenant_calls_critical");
    EXPECT_EQ(alert["tenant"], "acme");
    EXPECT_EQ(alert["instance"], "eu-1");
    EXPECT_EQ(alert["severity"], "critical");
    limit(1'000'000);
    // The instance judges quotas again while the tenant is at work.
    EXPECT_TRUE(Eventually([&] {
        pulsed->As("alice").In("acme").Get("/api/customers");
        return AlertOf(controller, "tenant_calls_critical").value("state", "") == "resolved";
    })) << Json(Alerts(controller)).dump(1);
}

/// What the numbers of a controller say of this gauge; none while they cannot be asked for.
std::string GaugeOf(const std::string& url, const std::string& name) {
    platform::HttpClient client;
    platform::ClientRequest ask;
    ask.url = url + "/metrics";
    const auto answer = client.Send(ask);
    if (!answer) {
        return {};
    }
    const std::size_t line = answer->body.find("\n" + name + " ");
    const std::size_t begin = line + name.size() + 2;
    return line == std::string::npos ? std::string()
                                     : answer->body.substr(begin, answer->body.find('\n', begin) - begin);
}

TEST(MonitoringSources, OneOfTwoControllersLooksAndTheOtherTakesOverWhenItIsKilled) {
    const MonitoringFile file;
    Controller first(file.Arguments());
    const auto pulsed = StartMonitored(first, "eu-1");
    file.Watch("eu-1", MonitoringFile::Metrics("http://127.0.0.1:9/metrics"));
    ASSERT_TRUE(Eventually([&] { return Stands(first, "not_measured"); }));
    const Json before = AlertOf(first, "not_measured");

    const support::TempDir data("second");
    data.LetThrough();
    const std::filesystem::path files = std::filesystem::path(first.Server().DataDir()).parent_path();
    std::vector<std::string> command{support::BuiltProgram("portcullisd"),
                                     "--data-dir=" + (data / "state").string(),
                                     "--listen-port=0",
                                     "--threads=4",
                                     "--rate-limit=0",
                                     "--database-url-file=" + (files / "app.url").string(),
                                     "--signing-key-file=" + first.Server().DataDir() + "/signing.key"};
    for (const std::string& argument : file.Arguments()) {
        command.push_back(argument);
    }
    support::Process second(command);
    const auto line = second.WaitForLine("listens on http", std::chrono::seconds(60));
    ASSERT_TRUE(line) << second.Error();
    const auto begin = line->find("http://");
    const std::string url = line->substr(begin, line->find(' ', begin) - begin);
    const auto leads = [](const std::string& at) { return GaugeOf(at, "portcullis_monitor_leads"); };
    ASSERT_TRUE(Eventually([&] { return leads(url) == "0" && leads(first.Server().Url()) == "1"; }))
        << leads(url) << " " << leads(first.Server().Url());

    first.Server().Kill();
    ASSERT_TRUE(Eventually([&] { return leads(url) == "1"; })) << second.Error();
    // It goes on with what is on record: the same alert, which ends when the instance can be measured.
    const api_test::Caller anybody(url, first.Server().Token("nora.none"));
    const auto alerts = [&] { return anybody.All("/v1/alerts?standing=false"); };
    file.Watch("eu-1", MonitoringFile::Metrics(MetricsUrl(*pulsed)));
    EXPECT_TRUE(Eventually([&] {
        const auto all = alerts();
        return all.size() == 1 && all[0].value("state", "") == "resolved";
    })) << Json(alerts()).dump(1);
    EXPECT_EQ(alerts().at(0)["id"], before["id"]);
}

}  // namespace
}  // namespace fleet_test
