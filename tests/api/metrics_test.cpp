// A promotion whose plan asks a metrics source, with Debian's own Prometheus: measured when it is asked for, not
// before.
#include <cstdlib>
#include <fstream>

#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "tests/api/journey.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

/// Evaluates one rule of its own, whose value a test can change: what the criterion asks for.
class MetricsServer {
public:
    MetricsServer() {
        ::setenv("PORTCULLIS_PROMETHEUS_URL", Url().c_str(), 1);  // for the shared portcullisd, not yet started
        SetValue("0.5");
        std::ofstream(folder_ / "prometheus.yml") << "global: {evaluation_interval: 100ms}\n"
                                                     "rule_files: ["
                                                  << (folder_ / "rules.yml") << "]\n";
    }

    void Start() {
        SetValue("0.5");
        server_ = std::make_unique<support::Process>(
            std::vector<std::string>{"prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(),
                                     "--storage.tsdb.path=" + (folder_ / "data").string(), "--web.enable-lifecycle",
                                     "--web.listen-address=127.0.0.1:" + std::to_string(port_)});
        AwaitValue("0.5");
    }
    void Stop() {
        server_.reset();
    }
    void ChangeTo(const std::string& value) {
        SetValue(value);
        platform::HttpClient client;
        platform::ClientRequest reload;
        reload.method = "POST";
        reload.url = Url() + "/-/reload";
        ASSERT_EQ(client.Send(reload)->status, 200);
        AwaitValue(value);
    }

private:
    std::string Url() const {
        return "http://127.0.0.1:" + std::to_string(port_);
    }
    void SetValue(const std::string& value) const {
        std::ofstream(folder_ / "rules.yml")
            << "groups:\n  - name: g\n    rules:\n      - {record: roster_errors, expr: 'vector(" << value << ")'}\n";
    }
    void AwaitValue(const std::string& value) const {
        ASSERT_TRUE(Eventually([&] {
            platform::HttpClient client;
            platform::ClientRequest ask;
            ask.url = Url() + "/api/v1/query?query=roster_errors";
            const auto reply = client.Send(ask);
            return reply && reply->body.find(",\"" + value + "\"]") != std::string::npos;
        })) << (server_ ? server_->Error() : "");
    }

    support::TempDir folder_{"metrics"};
    std::uint16_t port_ = support::FreePort();
    std::unique_ptr<support::Process> server_;
};

/// Of all tests here: the address of it is given to the portcullisd that they share.
MetricsServer& Source() {
    static MetricsServer source;
    return source;
}

TEST(MetricPromotions, AreDecidedByWhatIsMeasuredAtThatMoment) {
    MetricsServer& metrics = Source();
    const Journey release;
    const Json asking = {{"tenants", {release.Tenant()}},
                         {"opt_in_method", "Written confirmation"},
                         {"start_date", "2025-01-14"},
                         {"minimum_stay", "7d"},
                         {"owner", "sam.owner"},
                         {"exit_criteria",
                          {{{"key", "order"},
                            {"text", "Hardly a roster is in the wrong order"},
                            {"metric",
                             {{"query", "roster_errors"},
                              {"metric", "roster_errors"},
                              {"comparison", "<"},
                              {"threshold", 1},
                              {"unit", "count"}}}}}}};
    As("rita.release").IfMatch(release.Show().Etag()).Put(release.Path("/exposure-plan"), asking).Expect(200);
    release.Prepare("experimental");
    release.Promote("experimental").Expect(201);
    AdvanceClock("7d");
    release.Prepare("candidate");

    // Nobody answers: not measured is not met.
    release.Promote("candidate").ExpectProblem(503, "unavailable.indeterminate").ExpectRules({"EVD-5"});
    metrics.Start();
    metrics.ChangeTo("7");
    release.Promote("candidate").ExpectProblem(409, "rules.denied").ExpectRules({"CHX-2"});
    metrics.ChangeTo("0.25");
    const Reply moved = release.Promote("candidate").Expect(201);
    EXPECT_EQ(moved.Body()["to"], "candidate");
    metrics.Stop();
    EXPECT_EQ(release.Show().Body()["channel"], "candidate");
}

TEST(MetricMeasurements, OfARolloutAreMadeByTheSource) {
    const std::string development = Unique("development");
    As("rita.release").Post("/v1/tenants", {{"id", development}, {"name", "D"}, {"kind", "dev"}}).Expect(201);
    Json stages = Json::array();
    for (int stage = 0; stage <= 3; ++stage) {
        stages.push_back({{"stage", stage},
                          {"metrics",
                           {{{"key", "order"},
                             {"text", "Hardly a roster is in the wrong order"},
                             {"comparison", "<"},
                             {"threshold", 1},
                             {"query", "roster_errors"}}}}});
    }
    stages[0]["organizations"] = {development};
    const std::string path = "/v1/rollouts/" + Unique("rollout");
    As("rita.release")
        .Post("/v1/rollouts", {{"id", path.substr(path.rfind('/') + 1)},
                               {"title", "Rosters"},
                               {"capability", "rosters of their own"},
                               {"flag", Unique("ROSTERS")},
                               {"owner", "rita.release"},
                               {"engineering", "dora.lead"},
                               {"product", "quinn.qa"},
                               {"support", "otto.operator"},
                               {"stages", stages}})
        .Expect(201);
    As("rita.release")
        .IfMatch(As("nora.none").Get(path).Etag())
        .Post(path + ":advance", {{"to", 0}, {"reason", "it is time"}})
        .Expect(200);
    const auto measured = [&] {
        return As("ci")
            .Post(path + "/measurements", {{"stage", 0}, {"metric", "order"}})
            .Expect(200)
            .Body()["stages"][0]["metrics"][0]
            .value("state", "");
    };
    EXPECT_EQ(measured(), "inconclusive") << "nobody answers";
    Source().Start();
    EXPECT_EQ(measured(), "met");
    Source().ChangeTo("7");
    EXPECT_EQ(measured(), "unmet");
    Source().ChangeTo("0.5");
    Source().Stop();
    EXPECT_EQ(measured(), "inconclusive");
}

}  // namespace
}  // namespace api_test
