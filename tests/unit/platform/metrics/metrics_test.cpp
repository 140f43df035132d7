#include "platform/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/invariant.hpp"

namespace platform {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<MetricDefinition>& Table() {
    static const std::vector<MetricDefinition> table = {
        {MetricKind::kCounter, "ferry_crossings_total", "Crossings made.", {"direction", "weather"}},
        {MetricKind::kGauge, "ferry_passengers", "Passengers on board now."},
        {MetricKind::kHistogram, "ferry_crossing_seconds", "How long a crossing takes.", {"direction"}, {0.5, 1, 2.5}},
        {MetricKind::kCounter, "ferry_horn_total", "Times the horn was blown."},
        {MetricKind::kGauge, "ferry_unused", "Has labels, and nobody asked for a series.", {"deck"}},
    };
    return table;
}

TEST(MetricsText, ShowsTheTableInItsOrder) {
    Metrics metrics(Table());
    metrics.CounterFor("ferry_crossings_total", {"south", "rain"}).Increment(3);
    metrics.CounterFor("ferry_crossings_total", {"north", "sun"}).Increment();
    metrics.CounterFor("ferry_crossings_total", {"north", "sun"}).Increment();
    const Gauge passengers = metrics.GaugeFor("ferry_passengers");
    passengers.Set(40);
    passengers.Add(-1.5);
    const Histogram crossing = metrics.HistogramFor("ferry_crossing_seconds", {"north"});
    crossing.Observe(0.25);
    crossing.Observe(1.0);
    crossing.Observe(std::chrono::seconds(4));
    crossing.Observe(std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(metrics.Render(), R"(# HELP ferry_crossings_total Crossings made.
# TYPE ferry_crossings_total counter
ferry_crossings_total{direction="north",weather="sun"} 2
ferry_crossings_total{direction="south",weather="rain"} 3
# HELP ferry_passengers Passengers on board now.
# TYPE ferry_passengers gauge
ferry_passengers 38.5
# HELP ferry_crossing_seconds How long a crossing takes.
# TYPE ferry_crossing_seconds histogram
ferry_crossing_seconds_count{direction="north"} 3
ferry_crossing_seconds_sum{direction="north"} 5.25
ferry_crossing_seconds_bucket{direction="north",le="0.5"} 1
ferry_crossing_seconds_bucket{direction="north",le="1"} 2
ferry_crossing_seconds_bucket{direction="north",le="2.5"} 2
ferry_crossing_seconds_bucket{direction="north",le="+Inf"} 3
# HELP ferry_horn_total Times the horn was blown.
# TYPE ferry_horn_total counter
ferry_horn_total 0
)");
}

/// What Prometheus' own tool says about a page of metrics: empty when it is content.
std::string PromtoolComplaints(const std::string& page) {
    std::string pattern = (std::filesystem::temp_directory_path() / "metrics-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        return "no temporary folder";
    }
    const std::string path = pattern + "/page";
    std::string complaints;
    if (!WriteFileAtomically(path, page, 0600)) {
        complaints = "the page could not be written";
    } else if (FILE* const tool = ::popen(("promtool check metrics < " + path + " 2>&1").c_str(), "r")) {
        char buffer[512];
        while (std::fgets(buffer, sizeof buffer, tool) != nullptr) {
            complaints += buffer;
        }
        if (const int status = ::pclose(tool); status != 0) {
            complaints += "promtool ended with status " + std::to_string(status);
        }
    }
    std::filesystem::remove_all(pattern);
    return complaints;
}

TEST(MetricsText, IsWhatPrometheusTakes) {
    Metrics metrics(Table());
    metrics.CounterFor("ferry_crossings_total", {"a\\b\"c\nd", "\xFF\xC3\xA9"}).Increment();
    metrics.GaugeFor("ferry_passengers").Set(std::numeric_limits<double>::infinity());
    metrics.HistogramFor("ferry_crossing_seconds", {"north"}).Observe(1e-9);
    EXPECT_EQ(PromtoolComplaints(metrics.Render()), "");
    EXPECT_NE(PromtoolComplaints("ferry{ 1\n"), "") << "the tool does not complain about anything";
}

TEST(MetricsText, ReadsGaugesThatAreUpdatedOnDemand) {
    Metrics metrics(Table());
    int passengers = 0;
    metrics.BeforeRender([&] { metrics.GaugeFor("ferry_passengers").Set(++passengers); });
    EXPECT_THAT(metrics.Render(), HasSubstr("ferry_passengers 1\n"));
    EXPECT_THAT(metrics.Render(), HasSubstr("ferry_passengers 2\n"));
}

TEST(MetricsUse, CountsFromManyThreads) {
    Metrics metrics(Table());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            const Counter horn = metrics.CounterFor("ferry_horn_total");
            const Histogram crossing = metrics.HistogramFor("ferry_crossing_seconds", {"north"});
            const Gauge passengers = metrics.GaugeFor("ferry_passengers");
            for (int i = 0; i < 10'000; ++i) {
                horn.Increment();
                crossing.Observe(i % 2 == 0 ? 0.25 : 2.0);
                passengers.Add(1);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    const std::string page = metrics.Render();
    EXPECT_THAT(page, HasSubstr("ferry_horn_total 40000\n"));
    EXPECT_THAT(page, HasSubstr("ferry_passengers 40000\n"));
    EXPECT_THAT(page, HasSubstr("ferry_crossing_seconds_count{direction=\"north\"} 40000\n"));
    EXPECT_THAT(page, HasSubstr("ferry_crossing_seconds_sum{direction=\"north\"} 45000\n"));
    EXPECT_THAT(page, HasSubstr("le=\"0.5\"} 20000\n"));
}

TEST(MetricsUse, CostsLittle) {
    // Measured in an optimised build: about 5 ns. The bound only excludes locks, look-ups and allocations.
    Metrics metrics(Table());
    const Counter horn = metrics.CounterFor("ferry_horn_total");
    constexpr int kTimes = 1'000'000;
    const Stopwatch watch;
    for (int i = 0; i < kTimes; ++i) {
        horn.Increment();
    }
    EXPECT_LT(watch.Elapsed(), std::chrono::seconds(1));
}

TEST(MetricsUse, BoundsTheNumberOfSeries) {
    Metrics metrics(Table());
    for (std::size_t i = 0; i < Metrics::kMostSeries + 50; ++i) {
        metrics.CounterFor("ferry_crossings_total", {std::to_string(i), "x"}).Increment();
    }
    metrics.CounterFor("ferry_crossings_total", {"0", "x"}).Increment();
    const std::string page = metrics.Render();
    EXPECT_THAT(page, HasSubstr("{direction=\"other\",weather=\"other\"} 50\n"));
    EXPECT_THAT(page, HasSubstr("{direction=\"0\",weather=\"x\"} 2\n"));
    EXPECT_THAT(page, Not(HasSubstr("direction=\"1001\"")));
}

TEST(MetricsUse, CountsNothingThroughAHandleThatWasNotLookedUp) {
    Counter().Increment();
    Gauge().Set(1);
    Gauge().Add(1);
    Histogram().Observe(1.0);
}

TEST(MetricsTable, KnowsOnlyWhatIsDefined) {
    Metrics metrics(Table());
    EXPECT_THROW(metrics.CounterFor("ferry_sunk_total"), InvariantViolation);
    EXPECT_THROW(metrics.GaugeFor("ferry_horn_total"), InvariantViolation);
    EXPECT_THROW(metrics.CounterFor("ferry_horn_total", {"x"}), InvariantViolation);
    EXPECT_THROW(metrics.CounterFor("ferry_crossings_total", {"north"}), InvariantViolation);
}

TEST(MetricsTable, RefusesDefinitionsThatPrometheusWouldNotTake) {
    using Definitions = std::vector<MetricDefinition>;
    for (const Definitions& table : {
             Definitions{{MetricKind::kGauge, "", "Help."}},
             Definitions{{MetricKind::kGauge, "9lives", "Help."}},
             Definitions{{MetricKind::kGauge, "with-dash", "Help."}},
             Definitions{{MetricKind::kGauge, "__internal", "Help."}},
             Definitions{{MetricKind::kGauge, "lives", ""}},
             Definitions{{MetricKind::kGauge, "lives_total", "Help."}},
             Definitions{{MetricKind::kCounter, "lives", "Help."}},
             Definitions{{MetricKind::kCounter, "lives_total", "Help.", {"a b"}}},
             Definitions{{MetricKind::kCounter, "lives_total", "Help.", {"a", "a"}}},
             Definitions{{MetricKind::kCounter, "lives_total", "Help.", {}, {1}}},
             Definitions{{MetricKind::kHistogram, "life_seconds", "Help."}},
             Definitions{{MetricKind::kHistogram, "life_seconds", "Help.", {}, {2, 1}}},
             Definitions{{MetricKind::kHistogram, "life_seconds", "Help.", {}, {1, 1}}},
             Definitions{{MetricKind::kHistogram, "life_seconds", "Help.", {"le"}, {1}}},
             Definitions{
                 {MetricKind::kHistogram, "life_seconds", "Help.", {}, {1, std::numeric_limits<double>::infinity()}}},
             Definitions{{MetricKind::kGauge, "lives", "Help."}, {MetricKind::kGauge, "lives", "Help."}},
         }) {
        EXPECT_THROW(Metrics{table}, InvariantViolation) << table[0].name;
    }
}

}  // namespace
}  // namespace platform
