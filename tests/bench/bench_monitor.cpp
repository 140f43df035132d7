// One evaluation of all triggers over 2,000 instances, each with five minutes of readings and a baseline: CPU time, the
// median of the rounds. Target: under 200 ms (docs/performance.md). Beside it, reading one instance's metrics of 1,000
// series, and what scraping 2,000 of them every 15 s takes of a core with that.
//
// Ends with 1 when the target is missed.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

#include "controller/policy/monitor_triggers.hpp"
#include "controller/wire/exposition.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kInstances = 2'000;
constexpr int kRounds = 31;
constexpr double kTargetMilliseconds = 200;
const platform::Time kBegin{std::chrono::hours(24 * 365 * 55)};

double CpuMilliseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double Median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Instance {
    policy::MonitorSeries series;
    policy::MonitorBaseline baseline{10'000, 0.001, 0.5, 0.08};
    std::array<policy::AlertState, policy::kOfRates + 1> alerts;
};

policy::MonitorReading ReadingOf(std::size_t instance, int nth) {
    policy::MonitorReading reading;
    reading.at = kBegin + nth * 15s;
    reading.started_at = 1e9;
    reading.requests = 1'000.0 * nth;
    // Every tenth denies too much, every twentieth fails.
    reading.denied = (instance % 10 == 0 ? 300.0 : 2.0) * nth;
    reading.failed = (instance % 20 == 0 ? 60.0 : 0.0) * nth;
    reading.latency.size = 14;
    for (std::size_t at = 0; at < 14; ++at) {
        reading.latency.bound[at] =
            at == 13 ? std::numeric_limits<double>::infinity() : 0.005 * static_cast<double>(1 << at);
        reading.latency.count[at] = 1'000.0 * nth * static_cast<double>(at + 1) / 14;
    }
    return reading;
}

std::string MetricsText() {
    std::string text = "# TYPE pulse_http_requests_total counter\n";
    for (int route = 0; route < 50; ++route) {
        for (const char* status : {"200", "401", "403", "404", "501", "500"}) {
            text += "pulse_http_requests_total{method=\"GET\",route=\"/api/route/" + std::to_string(route) +
                    "/{id}\",status=\"" + status + "\"} " + std::to_string(route * 17) + "\n";
        }
        for (const char* le : {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"}) {
            text += "pulse_http_request_duration_seconds_bucket{method=\"GET\",route=\"/api/route/" +
                    std::to_string(route) + "/{id}\",status=\"200\",le=\"" + le + "\"} " + std::to_string(route) + "\n";
        }
        text += "pulse_something_else_total{route=\"" + std::to_string(route) + "\"} 5\n";
    }
    return text;
}

}  // namespace

int main() {
    std::vector<Instance> instances(kInstances);
    int nth = 0;
    for (; nth <= 20; ++nth) {
        for (std::size_t at = 0; at < kInstances; ++at) {
            instances[at].series.Append(ReadingOf(at, nth), 5min);
        }
    }
    std::vector<double> evaluations;
    std::size_t firing = 0;
    for (int round = 0; round < kRounds; ++round, ++nth) {
        for (std::size_t at = 0; at < kInstances; ++at) {
            instances[at].series.Append(ReadingOf(at, nth), 5min);
        }
        const platform::Time now = kBegin + nth * 15s;
        const double before = CpuMilliseconds();
        firing = 0;
        for (Instance& instance : instances) {
            const policy::MonitorRates rates = instance.series.Over({}, now);
            const auto judged = policy::JudgeRates(rates, &instance.baseline);
            for (std::size_t at = 0; at < judged.size(); ++at) {
                instance.alerts[at] = policy::Damp(instance.alerts[at], judged[at], now, {});
                firing += instance.alerts[at].phase == policy::AlertPhase::kFiring ? 1 : 0;
            }
            instance.alerts.back() = policy::Damp(instance.alerts.back(), policy::JudgeMeasured(rates, true), now, {});
        }
        evaluations.push_back(CpuMilliseconds() - before);
    }
    const std::string text = MetricsText();
    std::vector<double> readings;
    double requests = 0;
    for (int round = 0; round < kRounds; ++round) {
        const double before = CpuMilliseconds();
        for (int times = 0; times < 20; ++times) {
            const auto reading = wire::ReadExposition(text, kBegin);
            requests += reading ? reading->requests : 0;
        }
        readings.push_back((CpuMilliseconds() - before) / 20);
    }
    // What was measured has to be what was meant: 200 instances deny too much, 100 of them fail too.
    if (firing < kInstances / 10 + kInstances / 20 || requests <= 0) {
        std::printf("the instances did not fire as they were made to\n");
        return 1;
    }
    const double evaluation = Median(evaluations);
    const double reading = Median(readings);
    std::printf("evaluate triggers, %zu instances   %9.3f ms CPU (target %.0f ms), %zu alerts firing\n", kInstances,
                evaluation, kTargetMilliseconds, firing);
    std::printf("read metrics, %zu bytes         %9.3f ms CPU; %zu instances each 15 s: %.1f %% of a core\n",
                text.size(), reading, kInstances, reading * kInstances / 15'000 * 100);
    if (evaluation > kTargetMilliseconds) {
        std::printf("the target is missed\n");
        return 1;
    }
    return 0;
}
