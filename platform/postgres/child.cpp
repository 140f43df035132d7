#include "platform/postgres/child.hpp"

#include "platform/base/clock.hpp"
#include "platform/postgres/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace platform {

namespace {

class OwnedDescriptor {
public:
    explicit OwnedDescriptor(int fd) : fd_(fd) {}
    ~OwnedDescriptor() {
        Close();
    }
    OwnedDescriptor(const OwnedDescriptor&) = delete;
    OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;

    int Get() const {
        return fd_;
    }
    void Close() {
        if (fd_ >= 0) {
            ::close(fd_);
            fd_ = -1;
        }
    }

private:
    int fd_;
};

// What the child needs, made before the fork: between fork and exec only async-signal-safe calls are allowed, because
// another thread may have held the allocator's lock at the moment of the fork.
struct PreparedChild {
    std::vector<char*> argv;
    std::vector<char*> envp;
    pid_t parent = 0;
    int report = -1;
};

// Messages in plain English and times in UTC, whatever the caller's environment says; no PG* variable leaks in.
std::array<std::string, 4> ChildEnvironment() {
    return {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "PGPASSFILE=/dev/null"};
}

void ResetSignals() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) {
        ::sigaction(number, &action, nullptr);  // SIGKILL and SIGSTOP refuse; nothing to do about it
    }
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// 0 on success, else errno.
int BecomeAccount(const Account& account) {
    if (!account.switch_to) {
        return 0;
    }
    // The raw calls: glibc's wrappers would try to change every thread of a process that has only this one left.
    if (::syscall(SYS_setgroups, account.groups.size(), account.groups.data()) != 0 ||
        ::syscall(SYS_setresgid, account.gid, account.gid, account.gid) != 0 ||
        ::syscall(SYS_setresuid, account.uid, account.uid, account.uid) != 0) {
        return errno;
    }
    return 0;
}

[[noreturn]] void RunChild(const ChildSpec& spec, const Account& account, const PreparedChild& prepared) {
    int failed = 0;
    const int null = ::open("/dev/null", O_RDWR);
    if (null < 0 || ::dup2(spec.input >= 0 ? spec.input : null, 0) < 0 ||
        ::dup2(spec.output >= 0 ? spec.output : null, 1) < 0 || ::dup2(spec.output >= 0 ? spec.output : null, 2) < 0) {
        failed = errno;
    }
    if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
        constexpr int kOldKernelDescriptors = 4096;
        for (int fd = 3; fd < kOldKernelDescriptors; ++fd) {
            ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
    if (spec.own_session) {
        ::setsid();
    }
    ::umask(0077);
    if (failed == 0) {
        failed = BecomeAccount(account);
    }
    if (failed == 0 && ::chdir("/") != 0) {
        failed = errno;
    }
    // After the change of account, which clears it. The parent may be gone already: then there is nobody to serve.
    if (failed == 0 && spec.signal_on_parent_death != 0) {
        if (::prctl(PR_SET_PDEATHSIG, spec.signal_on_parent_death) != 0) {
            failed = errno;
        } else if (::getppid() != prepared.parent) {
            ::_exit(0);
        }
    }
    if (failed == 0) {
        ResetSignals();
        ::execve(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
        failed = errno;
    }
    if (::write(prepared.report, &failed, sizeof failed) < 0) {
        ::_exit(126);
    }
    ::_exit(127);
}

std::string ReadAll(int fd) {
    std::string text;
    std::array<char, 4096> buffer{};
    ::lseek(fd, 0, SEEK_SET);
    for (;;) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno != EINTR) {
            return text;
        }
    }
}

int MemoryFile(std::string_view content) {
    const int fd = ::memfd_create("portcullis", MFD_CLOEXEC);
    if (fd < 0) {
        throw SystemError("cannot make", "a file in memory", errno);
    }
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno != EINTR) {
            const int failed = errno;
            ::close(fd);
            throw SystemError("cannot write", "a file in memory", failed);
        }
        content.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    ::lseek(fd, 0, SEEK_SET);
    return fd;
}

}  // namespace

pid_t StartChild(const ChildSpec& spec, const Account& account) {
    std::vector<std::string> words{spec.program.string()};
    words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
    auto environment = ChildEnvironment();

    PreparedChild prepared;
    for (auto& word : words) {
        prepared.argv.push_back(word.data());
    }
    prepared.argv.push_back(nullptr);
    for (auto& variable : environment) {
        prepared.envp.push_back(variable.data());
    }
    prepared.envp.push_back(nullptr);
    prepared.parent = ::getpid();

    // Closed by a successful exec; otherwise it carries the errno of the step that failed.
    std::array<int, 2> report{};
    if (::pipe2(report.data(), O_CLOEXEC) != 0) {
        throw SystemError("cannot start", spec.program, errno);
    }
    OwnedDescriptor report_read(report[0]);
    OwnedDescriptor report_write(report[1]);
    prepared.report = report[1];

    // No handler of ours may run in the child before it has reset them.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    if (pid == 0) {
        RunChild(spec, account, prepared);
    }
    const int fork_failed = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) {
        throw SystemError("cannot start", spec.program, fork_failed);
    }

    report_write.Close();
    int failed = 0;
    ssize_t got = 0;
    while ((got = ::read(report_read.Get(), &failed, sizeof failed)) < 0 && errno == EINTR) {
    }
    if (got == sizeof failed) {
        ::waitpid(pid, nullptr, 0);
        throw SystemError("cannot run (as " + account.name + ")", spec.program, failed);
    }
    return pid;
}

bool WaitForExit(pid_t pid, std::chrono::milliseconds deadline) {
    const OwnedDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (process.Get() < 0) {
        if (errno == ESRCH) {
            return true;
        }
        throw SystemError("cannot watch", "process " + std::to_string(pid), errno);
    }
    const Deadline until(deadline);
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until.Remaining());
        pollfd poll_entry{process.Get(), POLLIN, 0};
        const int ready = ::poll(&poll_entry, 1, static_cast<int>(left.count()));
        if (ready > 0) {
            return true;
        }
        if (ready == 0) {
            return false;
        }
        if (errno != EINTR) {
            throw SystemError("cannot wait for", "process " + std::to_string(pid), errno);
        }
    }
}

ProgramResult RunProgram(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                         std::string_view input, const Account& account, std::chrono::milliseconds deadline) {
    // Files in memory instead of pipes: nothing to pump, nothing that can fill up and block.
    const OwnedDescriptor input_file(MemoryFile(input));
    const OwnedDescriptor output_file(MemoryFile(""));
    ChildSpec spec;
    spec.program = program;
    spec.arguments = arguments;
    spec.input = input_file.Get();
    spec.output = output_file.Get();
    spec.signal_on_parent_death = SIGKILL;
    spec.own_session = true;
    const pid_t pid = StartChild(spec, account);

    ProgramResult result;
    result.timed_out = !WaitForExit(pid, deadline);
    if (result.timed_out) {
        ::kill(-pid, SIGKILL);
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.output = ReadAll(output_file.Get());
    return result;
}

}  // namespace platform
