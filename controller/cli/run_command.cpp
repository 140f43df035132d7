#include "controller/cli/run_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "controller/cli/failure.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace cli {
namespace {

constexpr std::size_t kHeadBytes = 1500;
constexpr std::size_t kTailBytes = 2000;
constexpr std::chrono::milliseconds kAfterEnd{2000};

/// The group of the command that runs, for the signal handler.
volatile std::sig_atomic_t running_group = 0;

/// The command is in a group of its own, so a Ctrl-C at the terminal does not reach it by itself.
void EndWithCommand(int signal) {
    if (running_group > 0) {
        ::kill(-static_cast<pid_t>(running_group), SIGKILL);
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// While a command runs, what ends us ends it.
class SignalsEndCommand {
public:
    explicit SignalsEndCommand(pid_t group) {
        running_group = group;
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            struct sigaction action {};
            action.sa_handler = EndWithCommand;
            ::sigaction(kSignals[i], &action, &before_[i]);
        }
    }
    ~SignalsEndCommand() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            ::sigaction(kSignals[i], &before_[i], nullptr);
        }
        running_group = 0;
    }
    SignalsEndCommand(const SignalsEndCommand&) = delete;
    SignalsEndCommand& operator=(const SignalsEndCommand&) = delete;

private:
    static constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};
    std::array<struct sigaction, 3> before_{};
};

/// Keeps the beginning and the end of a stream of any length.
class ExcerptKeeper {
public:
    void Add(std::string_view bytes) {
        const std::size_t room = kHeadBytes - std::min(kHeadBytes, head_.size());
        head_.append(bytes.substr(0, room));
        tail_.append(bytes.substr(std::min(room, bytes.size())));
        if (tail_.size() > 2 * kTailBytes) {
            skipped_ += tail_.size() - kTailBytes;
            tail_.erase(0, tail_.size() - kTailBytes);
        }
    }

    std::string Text() const {
        std::string tail = tail_;
        std::size_t skipped = skipped_;
        if (tail.size() > kTailBytes) {
            skipped += tail.size() - kTailBytes;
            tail.erase(0, tail.size() - kTailBytes);
        }
        return skipped == 0
                   ? Printable(head_ + tail)
                   : Printable(head_) + "\n[... " + std::to_string(skipped) + " bytes ...]\n" + Printable(tail);
    }

private:
    /// Valid UTF-8 without control characters; what is cut in the middle of a character or is binary becomes '?'.
    static std::string Printable(const std::string& bytes) {
        std::string text;
        for (std::size_t at = 0; at < bytes.size();) {
            std::size_t length = 1;
            while (length <= 4 && at + length <= bytes.size() &&
                   !platform::IsValidUtf8(std::string_view(bytes).substr(at, length))) {
                ++length;
            }
            const bool valid = length <= 4 && at + length <= bytes.size();
            const auto byte = static_cast<unsigned char>(bytes[at]);
            const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
            text += !valid || control ? "?" : bytes.substr(at, length);
            at += valid ? length : 1;
        }
        return text;
    }

    std::string head_;
    std::string tail_;
    std::size_t skipped_ = 0;
};

[[noreturn]] void ExecChild(const std::vector<std::string>& argv, int output) {
    ::setpgid(0, 0);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    const int null = ::open("/dev/null", O_RDONLY);
    if (null >= 0) {
        ::dup2(null, STDIN_FILENO);
    }
    std::signal(SIGPIPE, SIG_DFL);
    std::vector<char*> arguments;
    for (const std::string& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    const std::string message = "cannot start " + argv[0] + ": " + std::strerror(errno) + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
    ::_exit(127);
}

void WriteFully(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written <= 0) {
            return;  // the person's terminal went away; the record does not depend on it
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

CommandRun RunCommand(const std::vector<std::string>& argv, std::chrono::milliseconds limit, Echo echo) {
    std::array<int, 2> pipe_ends{};
    if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
        throw Failure(kExitInternal, std::string("no pipe: ") + std::strerror(errno));
    }
    CommandRun run;
    run.argv = argv;
    run.started_at = platform::SystemNow();
    const platform::Stopwatch watch;
    const platform::Deadline deadline(limit);
    const pid_t child = ::fork();
    if (child < 0) {
        throw Failure(kExitInternal, std::string("no process: ") + std::strerror(errno));
    }
    if (child == 0) {
        ExecChild(argv, pipe_ends[1]);
    }
    ::setpgid(child, child);  // both sides set it, so that neither order of events leaves the group unset
    ::close(pipe_ends[1]);
    const SignalsEndCommand signals(child);

    platform::Sha256Stream hash;
    ExcerptKeeper excerpt;
    std::vector<char> buffer(65536);
    int status = 0;
    bool ended = false;
    bool open = true;
    std::optional<platform::Deadline> last_output;  // for what the command left behind
    // The command has ended when its process has; a grandchild that keeps the pipe open does not prolong it for ever.
    while (!ended || open) {
        if (!ended && ::waitpid(child, &status, WNOHANG) == child) {
            ended = true;
            last_output.emplace(kAfterEnd);
        }
        if (last_output && last_output->Passed()) {
            break;
        }
        if (deadline.Passed() && !run.timed_out && !ended) {
            run.timed_out = true;
            ::kill(-child, SIGKILL);
        }
        pollfd readable{pipe_ends[0], POLLIN, 0};
        if (!open || ::poll(&readable, 1, 20) <= 0) {
            if (ended) {
                break;
            }
            continue;
        }
        const ssize_t count = ::read(pipe_ends[0], buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            open = false;
            if (!ended && deadline.Passed()) {
                continue;
            }
            if (!ended) {
                // The output is closed; all that is left is the end of the process or the end of the time.
                ::poll(nullptr, 0, 5);
            }
            continue;
        }
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
        hash.Update(bytes);
        excerpt.Add(bytes);
        run.output_bytes += count;
        if (echo == Echo::kYes) {
            WriteFully(STDERR_FILENO, bytes);
        }
    }
    ::close(pipe_ends[0]);
    ::kill(-child, SIGKILL);  // whatever it left behind in its group
    run.duration = std::chrono::duration_cast<std::chrono::milliseconds>(watch.Elapsed());
    run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    run.output_sha256 = hash.FinishHex();
    run.excerpt = excerpt.Text();
    return run;
}

}  // namespace cli
