#include "platform/metrics/process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>

#include "platform/base/clock.hpp"

namespace platform {
namespace {

class ProcessMetrics : public testing::Test {
protected:
    ProcessMetrics() {
        ExportProcess(metrics_);
    }

    double Value(const std::string& name) {
        const std::string text = metrics_.Render();
        const auto at = text.find("\n" + name + " ");
        EXPECT_NE(at, std::string::npos) << name << " is not in\n" << text;
        return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
    }

    std::vector<MetricDefinition> table_ = ProcessMetricDefinitions();
    Metrics metrics_{table_};
};

TEST_F(ProcessMetrics, CountTheProcessorTimeWithItsFractions) {
    const double before = Value("process_cpu_seconds_total");
    EXPECT_NE(metrics_.Render().find("# TYPE process_cpu_seconds_total counter"), std::string::npos);
    volatile double sink = 0;
    const Stopwatch stopwatch;
    double after = before;
    while (after < before + 0.03 && stopwatch.Elapsed() < std::chrono::seconds(30)) {
        for (int i = 0; i < 1'000'000; ++i) {
            sink = sink + i;
        }
        after = Value("process_cpu_seconds_total");
    }
    EXPECT_GE(after, before + 0.03);
}

TEST_F(ProcessMetrics, KnowItsMemoryAndThreads) {
    const double resident = Value("process_resident_memory_bytes");
    EXPECT_GT(resident, 256.0 * 1024);
    EXPECT_LT(resident, Value("process_virtual_memory_bytes"));
    EXPECT_EQ(Value("process_threads"), 1);
}

TEST_F(ProcessMetrics, FollowItsOpenFiles) {
    const double before = Value("process_open_fds");
    EXPECT_GE(before, 3);
    EXPECT_LT(before, Value("process_max_fds"));
    const std::ifstream one("/proc/self/stat");
    const std::ifstream two("/proc/self/stat");
    EXPECT_EQ(Value("process_open_fds"), before + 2);
}

TEST_F(ProcessMetrics, KnowWhenItStarted) {
    const double now =
        static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(SystemNow().time_since_epoch()).count());
    const double started = Value("process_start_time_seconds");
    EXPECT_LE(started, now + 2);  // the kernel counts in whole seconds
    EXPECT_GT(started, now - 3600);
    EXPECT_EQ(Value("process_start_time_seconds"), started);
}

}  // namespace
}  // namespace platform
