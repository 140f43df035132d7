#include "platform/metrics/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace platform {
namespace {

struct ProcessReading {
    double cpu_seconds = 0;
    double resident_bytes = 0;
    double virtual_bytes = 0;
    double threads = 0;
    double started_ticks = 0;  // after the machine's start
};

/// proc(5): the fields of /proc/self/stat behind the name, which may itself hold spaces and parentheses.
std::optional<ProcessReading> ReadProcess() {
    std::ifstream file("/proc/self/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) {
        return std::nullopt;
    }
    std::istringstream in(text.substr(name_end + 1));
    std::string skipped;
    const auto skip = [&](int fields) {
        while (fields-- > 0) {
            in >> skipped;
        }
    };
    ProcessReading reading;
    double user = 0;
    double system = 0;
    double resident_pages = 0;
    skip(11);
    in >> user >> system;
    skip(4);
    in >> reading.threads;
    skip(1);
    in >> reading.started_ticks >> reading.virtual_bytes >> resident_pages;
    if (!in) {
        return std::nullopt;
    }
    reading.cpu_seconds = (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    reading.resident_bytes = resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
    return reading;
}

/// When the machine started, in seconds since 1970.
std::optional<double> BootTime() {
    std::ifstream file("/proc/stat");
    for (std::string word; file >> word;) {
        if (double seconds = 0; word == "btime" && file >> seconds) {
            return seconds;
        }
    }
    return std::nullopt;
}

std::optional<double> OpenFiles() {
    std::error_code error;
    std::filesystem::directory_iterator files("/proc/self/fd", error);
    double count = -1;  // looking takes one
    for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
        ++count;
    }
    return error ? std::nullopt : std::optional(count);
}

void UpdateProcess(Metrics& metrics) {
    if (const auto reading = ReadProcess()) {
        metrics.ReadingFor("process_cpu_seconds_total").Set(reading->cpu_seconds);
        metrics.GaugeFor("process_resident_memory_bytes").Set(reading->resident_bytes);
        metrics.GaugeFor("process_virtual_memory_bytes").Set(reading->virtual_bytes);
        metrics.GaugeFor("process_threads").Set(reading->threads);
        if (const auto boot = BootTime()) {
            metrics.GaugeFor("process_start_time_seconds")
                .Set(*boot + reading->started_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)));
        }
    }
    if (const auto files = OpenFiles()) {
        metrics.GaugeFor("process_open_fds").Set(*files);
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        metrics.GaugeFor("process_max_fds").Set(static_cast<double>(limit.rlim_cur));
    }
}

}  // namespace

std::vector<MetricDefinition> ProcessMetricDefinitions() {
    return {{MetricKind::kCounter, "process_cpu_seconds_total", "Processor time used, user and system."},
            {MetricKind::kGauge, "process_resident_memory_bytes", "Memory of the process that is in RAM."},
            {MetricKind::kGauge, "process_virtual_memory_bytes", "Address space of the process."},
            {MetricKind::kGauge, "process_threads", "Threads of the process."},
            {MetricKind::kGauge, "process_open_fds", "Open file descriptors."},
            {MetricKind::kGauge, "process_max_fds", "How many file descriptors the process may open."},
            {MetricKind::kGauge, "process_start_time_seconds", "When the process started, in seconds since 1970."}};
}

void ExportProcess(Metrics& metrics) {
    metrics.BeforeRender([&metrics] { UpdateProcess(metrics); });
}

}  // namespace platform
