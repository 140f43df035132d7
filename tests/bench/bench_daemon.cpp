// portcullisd as a process (docs/performance.md): how long it takes from its start until it is ready, with its private
// PostgreSQL initialised before; and how much memory it has resident, at rest.
// Targets: a median under 1 s, under 64 MiB.
//
// Ends with 1 when a target is missed.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

constexpr int kStarts = 5;
constexpr double kTargetSeconds = 1;
constexpr double kTargetMebibytes = 64;
constexpr auto kLongest = std::chrono::seconds(60);

std::string FirstLine(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

double ResidentMebibytes(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::stod(line.substr(6)) / 1024;
        }
    }
    throw std::runtime_error("the process has no resident memory to read");
}

struct Started {
    double seconds = 0;
    double mebibytes = 0;
};

// Starts it, waits until it says that it is ready, and stops it.
Started StartOnce(const support::TempDir& folder) {
    const auto port_file = folder.Path() / "port";
    std::filesystem::remove(port_file);
    const platform::Stopwatch watch;
    support::Process daemon({support::BuiltProgram("portcullisd"), "--data-dir=" + (folder.Path() / "state").string(),
                             "--listen-port=0", "--port-file=" + port_file.string(),
                             "--bootstrap=" PORTCULLIS_SOURCE_DIR "/manifests/examples/principals.yaml"});
    const platform::Deadline deadline(kLongest);
    platform::HttpClient client;
    for (;;) {
        if (const std::string port = FirstLine(port_file); !port.empty()) {
            platform::ClientRequest request;
            request.url = "http://127.0.0.1:" + port + "/readyz";
            if (const auto reply = client.Send(request); reply && reply->status == 200) {
                break;
            }
        }
        if (!daemon.Running() || deadline.Passed()) {
            throw std::runtime_error("portcullisd did not become ready:\n" + daemon.Error());
        }
        std::this_thread::yield();
    }
    const Started started{std::chrono::duration<double>(watch.Elapsed()).count(), ResidentMebibytes(daemon.Pid())};
    daemon.Signal(SIGTERM);
    if (daemon.Wait(kLongest) != 0) {
        throw std::runtime_error("portcullisd did not end in order:\n" + daemon.Error());
    }
    return started;
}

}  // namespace

int main() {
    try {
        const support::TempDir folder("bench-daemon");
        // Started by root, the database runs as the user postgres, who has to get there.
        std::filesystem::permissions(folder.Path(), std::filesystem::perms::others_exec,
                                     std::filesystem::perm_options::add);
        std::cout << "first start, with initdb and migrations: " << StartOnce(folder).seconds << " s\n";
        std::vector<double> seconds;
        double mebibytes = 0;
        for (int n = 0; n < kStarts; ++n) {
            const Started started = StartOnce(folder);
            seconds.push_back(started.seconds);
            mebibytes = std::max(mebibytes, started.mebibytes);
        }
        std::ranges::sort(seconds);
        const double median = seconds[seconds.size() / 2];
        const bool fast = median < kTargetSeconds;
        const bool small = mebibytes < kTargetMebibytes;
        std::cout << "started and ready: " << median << " s (target: under " << kTargetSeconds
                  << (fast ? ", met)\n" : ", MISSED)\n") << "resident at rest: " << mebibytes << " MiB (target: under "
                  << kTargetMebibytes << (small ? ", met)\n" : ", MISSED)\n");
        return fast && small ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_daemon: " << error.what() << '\n';
        return 1;
    }
}
