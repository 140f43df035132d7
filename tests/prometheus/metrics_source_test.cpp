// A metric exit criterion against a real Prometheus (specification, section 5): met, unmet, and everything that is
// inconclusive. The server scrapes itself, so there are series with samples.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "controller/app/metrics_source.hpp"
#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "platform/httpd/server.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using policy::MeasurementState;

policy::MetricCheck Check(const std::string& query, policy::Comparison comparison, double threshold) {
    policy::MetricCheck check;
    check.query = query;
    check.limit = {"metric", comparison, threshold, ""};
    return check;
}

class Prometheus : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<support::TempDir>("prometheus");
        const std::uint16_t port = support::FreePort();
        url_ = "http://127.0.0.1:" + std::to_string(port);
        const std::string config = (*folder_ / "prometheus.yml").string();
        std::ofstream(config) << "global: {scrape_interval: 200ms}\nscrape_configs:\n  - job_name: self\n"
                                 "    static_configs: [{targets: ['127.0.0.1:"
                              << port << "']}]\n";
        server_ = std::make_unique<support::Process>(std::vector<std::string>{
            "prometheus", "--config.file=" + config, "--storage.tsdb.path=" + (*folder_ / "data").string(),
            "--web.listen-address=127.0.0.1:" + std::to_string(port)});
        WaitForSamples();
    }

    static void TearDownTestSuite() {
        server_.reset();
        folder_.reset();
    }

    /// Until the server has scraped itself at least three times.
    static void WaitForSamples() {
        app::MetricsSource source({url_});
        auto check = Check("up", policy::Comparison::kEqual, 1);
        check.samples_query = "count_over_time(up[5m])";
        check.min_samples = 3;
        const platform::Deadline deadline(std::chrono::seconds(60));
        while (source.MeasureNow(check, {}).state != MeasurementState::kMet) {
            ASSERT_FALSE(deadline.Passed()) << "prometheus did not scrape itself: " << server_->Error();
            // A pause that ends at once when the server does.
            ASSERT_FALSE(server_->Wait(std::chrono::milliseconds(100)).has_value()) << server_->Error();
        }
    }

    static policy::Measurement Ask(const policy::MetricCheck& check) {
        app::MetricsSource source({url_});
        return source.MeasureNow(check, {});
    }

    static inline std::unique_ptr<support::TempDir> folder_;
    static inline std::unique_ptr<support::Process> server_;
    static inline std::string url_;
};

TEST_F(Prometheus, value_within_the_limit_is_met) {
    const auto measured = Ask(Check("vector(85)", policy::Comparison::kLess, 200));
    EXPECT_EQ(measured.state, MeasurementState::kMet) << measured.detail;
    EXPECT_EQ(measured.value, 85);
}

TEST_F(Prometheus, value_beyond_the_limit_is_unmet) {
    const auto measured = Ask(Check("vector(250)", policy::Comparison::kLess, 200));
    EXPECT_EQ(measured.state, MeasurementState::kUnmet) << measured.detail;
    EXPECT_EQ(measured.value, 250);
}

TEST_F(Prometheus, limit_itself_is_beyond_a_strict_comparison) {
    EXPECT_EQ(Ask(Check("vector(200)", policy::Comparison::kLess, 200)).state, MeasurementState::kUnmet);
    EXPECT_EQ(Ask(Check("vector(200)", policy::Comparison::kLessOrEqual, 200)).state, MeasurementState::kMet);
    EXPECT_EQ(Ask(Check("vector(200)", policy::Comparison::kGreater, 200)).state, MeasurementState::kUnmet);
    EXPECT_EQ(Ask(Check("vector(200)", policy::Comparison::kGreaterOrEqual, 200)).state, MeasurementState::kMet);
    EXPECT_EQ(Ask(Check("vector(200)", policy::Comparison::kEqual, 200)).state, MeasurementState::kMet);
}

TEST_F(Prometheus, scalar_counts_as_one_series) {
    const auto measured = Ask(Check("scalar(vector(1))", policy::Comparison::kEqual, 1));
    EXPECT_EQ(measured.state, MeasurementState::kMet) << measured.detail;
}

TEST_F(Prometheus, no_series_is_inconclusive) {
    const auto measured = Ask(Check("no_such_metric_anywhere", policy::Comparison::kLess, 200));
    EXPECT_EQ(measured.state, MeasurementState::kInconclusive);
    EXPECT_EQ(measured.samples, 0);
}

TEST_F(Prometheus, too_few_samples_are_inconclusive) {
    auto check = Check("vector(85)", policy::Comparison::kLess, 200);
    check.samples_query = "count_over_time(up[5m])";
    check.min_samples = 1'000'000;
    const auto measured = Ask(check);
    EXPECT_EQ(measured.state, MeasurementState::kInconclusive) << measured.detail;
    check.min_samples = 1;
    EXPECT_EQ(Ask(check).state, MeasurementState::kMet);
}

TEST_F(Prometheus, one_series_beyond_the_limit_is_enough) {
    const auto measured =
        Ask(Check("label_replace(vector(85), \"s\", \"a\", \"\", \"\") or "
                  "label_replace(vector(500), \"s\", \"b\", \"\", \"\")",
                  policy::Comparison::kLess, 200));
    EXPECT_EQ(measured.state, MeasurementState::kUnmet) << measured.detail;
    EXPECT_EQ(measured.value, 500);
}

TEST_F(Prometheus, not_a_number_is_inconclusive) {
    EXPECT_EQ(Ask(Check("vector(0) / vector(0)", policy::Comparison::kLess, 200)).state,
              MeasurementState::kInconclusive);
}

TEST_F(Prometheus, broken_query_is_inconclusive_and_says_why) {
    const auto measured = Ask(Check("rate(", policy::Comparison::kLess, 200));
    EXPECT_EQ(measured.state, MeasurementState::kInconclusive);
    EXPECT_NE(measured.detail.find("400"), std::string::npos) << measured.detail;
}

TEST_F(Prometheus, range_vector_is_inconclusive) {
    EXPECT_EQ(Ask(Check("up[5m]", policy::Comparison::kLess, 200)).state, MeasurementState::kInconclusive);
}

TEST(MetricsSource, none_configured_is_inconclusive) {
    app::MetricsSource source({});
    EXPECT_EQ(source.Measure(Check("vector(85)", policy::Comparison::kLess, 200), {}).state,
              MeasurementState::kInconclusive);
}

TEST(MetricsSource, nobody_there_is_inconclusive) {
    app::MetricsSource source({"http://127.0.0.1:" + std::to_string(support::FreePort())});
    EXPECT_EQ(source.Measure(Check("vector(85)", policy::Comparison::kLess, 200), {}).state,
              MeasurementState::kInconclusive);
}

/// Listens and never answers.
class SilentServer {
public:
    SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof(address);
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), length);
        ::listen(socket_, 8);
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
    }
    ~SilentServer() {
        ::close(socket_);
    }
    std::uint16_t Port() const {
        return port_;
    }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

TEST(MetricsSource, silence_is_inconclusive_within_the_time_out) {
    const SilentServer silent;
    app::MetricsSource source({"http://127.0.0.1:" + std::to_string(silent.Port()), std::chrono::milliseconds(200)});
    const auto measured = source.Measure(Check("vector(85)", policy::Comparison::kLess, 200), {});
    EXPECT_EQ(measured.state, MeasurementState::kInconclusive);
    EXPECT_FALSE(measured.detail.empty());
}

TEST(MetricsSource, answers_of_something_else_are_inconclusive) {
    for (const std::string body :
         {R"(<html>It works!</html>)", R"({})", R"({"status":"success"})", R"([])",
          R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}})",
          R"({"status":"success","data":{"resultType":"vector","result":[{"value":[1,"85x"]}]}})",
          R"({"status":"success","data":{"resultType":"vector","result":[{"value":[1,85]}]}})"}) {
        platform::HttpServer server({}, [&](const platform::HttpRequest&) {
            return platform::HttpResponse{200, {{"Content-Type", "application/json"}}, body};
        });
        server.Start();
        app::MetricsSource source({"http://127.0.0.1:" + std::to_string(server.Port())});
        EXPECT_EQ(source.Measure(Check("vector(85)", policy::Comparison::kLess, 200), {}).state,
                  MeasurementState::kInconclusive)
            << body;
        server.Drain(std::chrono::seconds(1));
    }
}

TEST(MetricsSource, an_answer_is_kept_for_a_short_time_and_never_for_a_promotion) {
    int asked = 0;
    platform::HttpServer server({}, [&](const platform::HttpRequest&) {
        ++asked;
        return platform::HttpResponse{
            200,
            {{"Content-Type", "application/json"}},
            R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"85"]}]}})"};
    });
    server.Start();
    app::MetricsSourceOptions options{"http://127.0.0.1:" + std::to_string(server.Port())};
    options.keep_for = std::chrono::hours(1);
    app::MetricsSource source(options);
    const auto check = Check("vector(85)", policy::Comparison::kLess, 200);
    EXPECT_EQ(source.Measure(check, {}).state, MeasurementState::kMet);
    EXPECT_EQ(source.Measure(check, {}).state, MeasurementState::kMet);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(source.MeasureNow(check, {}).state, MeasurementState::kMet);
    EXPECT_EQ(asked, 2);
    server.Drain(std::chrono::seconds(1));
}

}  // namespace
