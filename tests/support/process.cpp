#include "tests/support/process.hpp"

#include "platform/base/clock.hpp"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace support {

namespace {

std::runtime_error ProcessError(const std::string& what) {
    return std::runtime_error(what + ": " + std::generic_category().message(errno));
}

std::vector<std::string> ProcessEnvironment(const ProcessOptions& options) {
    std::map<std::string, std::string> merged;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) {
            merged[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
        }
    }
    for (const auto& name : options.unset) {
        merged.erase(name);
    }
    for (const auto& [name, value] : options.environment) {
        merged[name] = value;
    }
    std::vector<std::string> lines;
    for (const auto& [name, value] : merged) {
        lines.push_back(name + "=" + value);
    }
    return lines;
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (auto& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

// A file in memory: however long the input, nobody has to feed it.
int InputFile(const std::string& input) {
    const int fd = ::memfd_create("input", MFD_CLOEXEC);
    if (fd < 0 || ::write(fd, input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
        throw ProcessError("cannot hold the standard input of a program");
    }
    ::lseek(fd, 0, SEEK_SET);
    return fd;
}

std::optional<std::string> LineWith(const std::string& text, std::string_view wanted) {
    const auto at = text.find(wanted);
    if (at == std::string::npos) {
        return std::nullopt;
    }
    const auto end = text.find('\n', at);
    if (end == std::string::npos) {
        return std::nullopt;  // the rest of the line is still to come
    }
    const auto begin = text.rfind('\n', at);
    const auto from = begin == std::string::npos ? 0 : begin + 1;
    return text.substr(from, end - from);
}

}  // namespace

struct Process::Impl {
    void Start(std::vector<std::string> command, const ProcessOptions& options);
    void Read(int fd, std::string Impl::*into);
    void Reap();
    void EndGroup() const;

    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    std::string output;
    std::string error;
    int open_streams = 2;
    std::optional<int> exit_code;
    pid_t pid = -1;
    std::thread keeper;  // starts and reaps the program: the kernel ties it to the thread that started it
    std::thread output_reader;
    std::thread error_reader;
};

void Process::Impl::Start(std::vector<std::string> command, const ProcessOptions& options) {
    auto environment = ProcessEnvironment(options);
    const auto argv = Pointers(command);
    const auto envp = Pointers(environment);
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    std::array<int, 2> report{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0 ||
        ::pipe2(report.data(), O_CLOEXEC) != 0) {
        throw ProcessError("cannot make a pipe");
    }
    const int input = InputFile(options.input);
    const std::string working_dir = options.working_dir.string();
    const pid_t parent = ::getpid();

    bool started = false;
    keeper = std::thread([&, this] {
        const pid_t child = ::fork();
        if (child == 0) {
            ::setpgid(0, 0);
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            sigset_t none;
            sigemptyset(&none);
            ::sigprocmask(SIG_SETMASK, &none, nullptr);
            int failed = 0;
            if (::getppid() != parent || ::dup2(input, 0) < 0 || ::dup2(out[1], 1) < 0 || ::dup2(err[1], 2) < 0 ||
                (!working_dir.empty() && ::chdir(working_dir.c_str()) != 0)) {
                failed = errno;
            } else {
                ::execvpe(argv[0], argv.data(), envp.data());
                failed = errno;
            }
            const ssize_t told = ::write(report[1], &failed, sizeof failed);
            ::_exit(told == sizeof failed ? 127 : 126);
        }
        {
            const std::lock_guard lock(mutex);
            pid = child;
            started = true;
        }
        changed.notify_all();
        if (child > 0) {
            ::setpgid(child, child);  // both sides do it: whoever comes first
            Reap();
        }
    });
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return started; });
    }
    for (const int fd : {input, out[1], err[1], report[1]}) {
        ::close(fd);
    }
    output_reader = std::thread([this, fd = out[0]] { Read(fd, &Impl::output); });
    error_reader = std::thread([this, fd = err[0]] { Read(fd, &Impl::error); });

    int failed = pid < 0 ? EAGAIN : 0;
    if (pid > 0 && ::read(report[0], &failed, sizeof failed) < 0) {
        failed = errno;
    }
    ::close(report[0]);
    if (failed != 0) {
        errno = failed;
        throw ProcessError("cannot run " + command.front());
    }
}

void Process::Impl::Read(int fd, std::string Impl::*into) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        const std::lock_guard lock(mutex);
        if (count <= 0) {
            --open_streams;
            changed.notify_all();
            break;
        }
        (this->*into).append(buffer.data(), static_cast<std::size_t>(count));
        changed.notify_all();
    }
    ::close(fd);
}

void Process::Impl::Reap() {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    // Under the mutex, so that Signal never reaches a stranger with a reused number.
    const std::lock_guard lock(mutex);
    ::kill(-pid, SIGKILL);  // what it left behind in its group holds our pipes open
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    exit_code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    changed.notify_all();
}

void Process::Impl::EndGroup() const {
    const std::lock_guard lock(mutex);
    if (pid > 0 && !exit_code) {
        ::kill(-pid, SIGKILL);
    }
}

Process::Process(std::vector<std::string> command, const ProcessOptions& options) : impl_(std::make_unique<Impl>()) {
    const auto finish = [this] {
        impl_->EndGroup();
        for (auto* thread : {&impl_->keeper, &impl_->output_reader, &impl_->error_reader}) {
            if (thread->joinable()) {
                thread->join();
            }
        }
    };
    try {
        impl_->Start(std::move(command), options);
    } catch (...) {
        finish();
        throw;
    }
}

Process::~Process() {
    impl_->EndGroup();
    impl_->keeper.join();
    impl_->output_reader.join();
    impl_->error_reader.join();
}

pid_t Process::Pid() const {
    return impl_->pid;
}

bool Process::Running() const {
    const std::lock_guard lock(impl_->mutex);
    return !impl_->exit_code;
}

void Process::Signal(int number) const {
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->exit_code) {
        ::kill(impl_->pid, number);
    }
}

std::optional<int> Process::Wait(std::chrono::milliseconds deadline) {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait_for(lock, deadline, [&] { return impl_->exit_code && impl_->open_streams == 0; });
    return impl_->exit_code;
}

std::string Process::Output() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->output;
}

std::string Process::Error() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->error;
}

std::optional<std::string> Process::WaitForLine(std::string_view text, std::chrono::milliseconds deadline) const {
    std::unique_lock lock(impl_->mutex);
    std::optional<std::string> line;
    impl_->changed.wait_for(lock, deadline, [&] {
        line = LineWith(impl_->output, text);
        if (!line) {
            line = LineWith(impl_->error, text);
        }
        return line || (impl_->exit_code && impl_->open_streams == 0);
    });
    return line;
}

void MakePasswordsQuick(ProcessOptions& options) {
#ifdef QUICK_PASSWORDS
    const char* const others = std::getenv("LD_PRELOAD");
    options.environment["LD_PRELOAD"] =
        std::string(QUICK_PASSWORDS) + (others == nullptr ? "" : ":" + std::string(others));
#else
    static_cast<void>(options);
#endif
}

Finished RunToEnd(std::vector<std::string> command, const ProcessOptions& options, std::chrono::milliseconds deadline) {
    const std::string name = command.front();
    Process process(std::move(command), options);
    const auto exit_code = process.Wait(deadline);
    if (!exit_code) {
        throw std::runtime_error(name + " did not end in time; it wrote: " + process.Output() + process.Error());
    }
    return {*exit_code, process.Output(), process.Error()};
}

std::string BuiltProgram(std::string_view name) {
    return std::string(PORTCULLIS_BINARY_DIR) + "/bin/" + std::string(name);
}

}  // namespace support
