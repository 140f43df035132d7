// portcullisd as a process that monitors 2,000 instances (docs/performance.md): each is really asked over HTTP every 15
// s, at a path of its own of this process, and answers with the numbers of an instance at work. Counted is the
// processor time of portcullisd and of its PostgreSQL over three rounds. Target: under 15 s of it in each round, which
// is one core.
//
// Ends with 1 when the target is missed, or when not every instance was read in each round.
#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "platform/httpd/server.hpp"
#include "tests/bench/cpu_time.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace std::chrono_literals;

constexpr int kInstances = 2'000;
constexpr int kRounds = 3;
constexpr double kRoundSeconds = 15;
constexpr double kTargetSeconds = 15;
constexpr auto kLongestRounds = 300s;

/// As large as that of an instance at work: 92 KB, 1,000 series.
std::string MetricsPage() {
    std::string text = "# TYPE pulse_http_requests_total counter\n";
    for (int route = 0; route < 50; ++route) {
        const std::string labels = "{method=\"GET\",route=\"/api/route/" + std::to_string(route) + "/{id}\",status=\"";
        for (const char* status : {"200", "401", "403", "404", "501", "500"}) {
            text += "pulse_http_requests_total" + labels + status + "\"} " + std::to_string(route * 17) + "\n";
        }
        for (const char* le : {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"}) {
            text += "pulse_http_request_duration_seconds_bucket" + labels + "200\",le=\"" + le + "\"} " +
                    std::to_string(route) + "\n";
        }
    }
    return text;
}

/// How often instances were asked.
class Answers {
public:
    void Count() {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    std::int64_t Now() const {
        const std::lock_guard lock(mutex_);
        return count_;
    }
    void WaitFor(std::int64_t count, std::chrono::seconds patience, const support::Process& daemon) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, patience, [&] { return count_ >= count; })) {
            throw std::runtime_error("instances are not asked as often as they should be:\n" + daemon.Error());
        }
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::int64_t count_ = 0;
};

}  // namespace

int main() {
    try {
        const std::string page = MetricsPage();
        Answers answers;
        platform::HttpServerOptions options;
        options.threads = 2;
        platform::HttpServer instances(options, [&](const platform::HttpRequest&) {
            answers.Count();
            return platform::HttpResponse{200, {{"Content-Type", "text/plain; version=0.0.4"}}, page};
        });
        instances.Start();

        const support::TempDir folder("bench-scrapes");
        std::filesystem::permissions(folder.Path(), std::filesystem::perms::others_exec,
                                     std::filesystem::perm_options::add);
        std::string file = "instances:\n";
        for (int n = 0; n < kInstances; ++n) {
            file += "  - {instance: pulse-" + std::to_string(n) +
                    ", metrics_url: 'http://127.0.0.1:" + std::to_string(instances.Port()) + "/" + std::to_string(n) +
                    "/metrics'}\n";
        }
        support::WriteFile(folder.Path() / "monitoring.yaml", file);
        const auto port_file = folder.Path() / "port";
        support::Process daemon(
            {support::BuiltProgram("portcullisd"), "--data-dir=" + (folder.Path() / "state").string(),
             "--listen-port=0", "--port-file=" + port_file.string(), "--fleet-listen-port=0",
             "--monitoring-file=" + (folder.Path() / "monitoring.yaml").string(), "--monitoring-interval=15s",
             "--bootstrap=" PORTCULLIS_SOURCE_DIR "/manifests/examples/principals.yaml"});
        // The first round opens the connections and fills the windows.
        answers.WaitFor(kInstances, kLongestRounds, daemon);
        const std::int64_t begin = answers.Now();
        const double before = bench::CpuSecondsOfFamily(daemon.Pid());
        const platform::Stopwatch watch;
        answers.WaitFor(begin + std::int64_t{kRounds} * kInstances, kLongestRounds, daemon);
        const double rounds = std::chrono::duration<double>(watch.Elapsed()).count() / kRoundSeconds;
        const double each = (bench::CpuSecondsOfFamily(daemon.Pid()) - before) / rounds;
        const bool in_time = rounds < kRounds + 1;
        const bool met = each < kTargetSeconds && in_time;
        daemon.Signal(SIGTERM);
        daemon.Wait(60s);
        std::cout << kInstances << " instances scraped " << kRounds << " times in " << rounds << " rounds of "
                  << kRoundSeconds << " s" << (in_time ? "" : "   MISSED: they are not asked in time") << '\n'
                  << "processor time of portcullisd and its PostgreSQL in each: " << each << " s   (target < "
                  << kTargetSeconds << (met ? ", met)" : ", MISSED)") << '\n';
        instances.Drain(2s);
        return met ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_scrapes: " << error.what() << '\n';
        return 1;
    }
}
