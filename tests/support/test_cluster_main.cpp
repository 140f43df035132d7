// test_cluster start|stop <state file>: the ctest fixture around every test that needs a database.
#include "tests/support/test_cluster.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

constexpr int kStopDeadline = 30'000;  // milliseconds
constexpr std::string_view kReady = "ready\n";

int OpenProcess(pid_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

void Tell(int fd, std::string_view text) {
    if (::write(fd, text.data(), text.size()) < 0) {
        std::perror("cannot report to ctest");
    }
}

// Holds the cluster until it is told to stop or `ctest` has ended.
void Serve(const fs::path& state_file, pid_t ctest_pid, int ctest, int report) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    ::sigprocmask(SIG_BLOCK, &ends, nullptr);
    const int signals = ::signalfd(-1, &ends, SFD_CLOEXEC);

    const support::ThrowAwayCluster cluster;
    support::WriteFile(state_file, std::to_string(::getpid()) + "\n" + std::to_string(ctest_pid) + "\n" +
                                       cluster.DataDir().string() + "\n");
    Tell(report, kReady);
    ::close(report);

    std::array<pollfd, 2> until{{{signals, POLLIN, 0}, {ctest, POLLIN, 0}}};
    while (::poll(until.data(), until.size(), -1) < 0 && errno == EINTR) {
    }
    fs::remove(state_file);
}

int Start(const fs::path& state_file) {
    const pid_t ctest_pid = ::getppid();
    if (const auto state = support::ReadTestClusterState(state_file)) {
        if (state->ctest == ctest_pid) {
            return 0;  // ctest --repeat runs fixtures again, too
        }
        std::fprintf(stderr, "process %d serves another test run in this build folder; wait for it or end it\n",
                     static_cast<int>(state->server));
        return 1;
    }
    std::array<int, 2> report{};
    const int ctest = OpenProcess(ctest_pid);
    if (ctest < 0 || ::pipe2(report.data(), O_CLOEXEC) != 0) {
        std::perror("cannot watch ctest");
        return 1;
    }
    const pid_t server = ::fork();
    if (server < 0) {
        std::perror("cannot start the serving process");
        return 1;
    }
    if (server == 0) {
        ::setsid();
        ::close(report[0]);
        const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        for (const int stream : {0, 1, 2}) {
            ::dup2(null, stream);  // ctest waits for the end of our output otherwise
        }
        try {
            Serve(state_file, ctest_pid, ctest, report[1]);
            ::_exit(0);
        } catch (const std::exception& error) {
            Tell(report[1], error.what());
            ::_exit(1);
        }
    }
    ::close(report[1]);
    std::string told;
    std::array<char, 4096> buffer{};
    for (ssize_t count = 0; (count = ::read(report[0], buffer.data(), buffer.size())) > 0;) {
        told.append(buffer.data(), static_cast<std::size_t>(count));
    }
    if (told != kReady) {
        std::fprintf(stderr, "no cluster for the tests: %s\n", told.c_str());
        return 1;
    }
    return 0;
}

int Stop(const fs::path& state_file) {
    const auto state = support::ReadTestClusterState(state_file);
    if (!state) {
        return 0;
    }
    const int server = OpenProcess(state->server);
    pollfd ended{server, POLLIN, 0};
    ::kill(state->server, SIGTERM);
    if (server >= 0 && ::poll(&ended, 1, kStopDeadline) != 1) {
        std::fprintf(stderr, "process %d does not end\n", static_cast<int>(state->server));
        return 1;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc == 3 ? argv[1] : "";
    try {
        if (verb == "start") {
            return Start(argv[2]);
        }
        if (verb == "stop") {
            return Stop(argv[2]);
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    std::fprintf(stderr, "usage: test_cluster start|stop <state file>\n");
    return 2;
}
