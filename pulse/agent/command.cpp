#include "pulse/agent/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "tenancy/kill_switch.hpp"

extern char** environ;

namespace pulse::agent {
namespace {

constexpr std::size_t kMostOutput = 16 * 1024;
constexpr std::size_t kShownOutput = 400;
constexpr std::size_t kMostWords = 100;

class Owned {
public:
    explicit Owned(int fd = -1) : fd_(fd) {}
    ~Owned() {
        Close();
    }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    int Get() const {
        return fd_;
    }
    void Set(int fd) {
        Close();
        fd_ = fd;
    }
    void Close() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
        fd_ = -1;
    }

private:
    int fd_;
};

bool IsOurs(std::string_view variable) {
    for (const std::string_view name : {tenancy::kSwitchVariable, tenancy::kHostedVariable}) {
        if (variable.starts_with(name) && variable.substr(name.size()).starts_with('=')) {
            return true;
        }
    }
    return variable.starts_with("PULSE_AGENT_");
}

/// The end is what says what went wrong.
void Keep(std::string& output, std::string_view more) {
    output.append(more);
    if (output.size() > kMostOutput) {
        output.erase(0, output.size() - kMostOutput);
    }
}

/// What is there now; false when there will be no more.
bool ReadSome(int fd, std::string& output) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got > 0) {
            Keep(output, {buffer.data(), static_cast<std::size_t>(got)});
        } else if (got == 0) {
            return false;
        } else if (errno != EINTR) {
            return errno == EAGAIN;
        }
    }
}

int Spawn(const std::vector<std::string>& words, int output, pid_t& pid) {
    std::vector<char*> argv;
    for (const std::string& word : words) {
        argv.push_back(const_cast<char*>(word.c_str()));
    }
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (!IsOurs(*variable)) {
            envp.push_back(*variable);
        }
    }
    envp.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output, 1);
    ::posix_spawn_file_actions_adddup2(&actions, output, 2);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    const int failed = ::posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), envp.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/// Until it has ended; false at the deadline.
bool Await(int process, int output, std::string& text, const platform::Deadline& deadline) {
    bool open = true;
    for (;;) {
        std::array<pollfd, 2> watched{{{process, POLLIN, 0}, {open ? output : -1, POLLIN, 0}}};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.Remaining());
        const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(left.count()));
        if (ready < 0 && errno != EINTR) {
            return false;
        }
        if (watched[1].revents != 0) {
            open = ReadSome(output, text);
        }
        if (watched[0].revents != 0) {
            ReadSome(output, text);
            return true;
        }
        if (deadline.Passed()) {
            return false;
        }
    }
}

CommandResult NotStarted(int code) {
    CommandResult result;
    result.started = false;
    result.exit_code = 127;
    result.output = std::generic_category().message(code);
    return result;
}

}  // namespace

CommandResult RunCommand(const std::vector<std::string>& words, std::chrono::milliseconds deadline) {
    const platform::Stopwatch watch;
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        return NotStarted(errno);
    }
    const Owned output(pipe[0]);
    Owned input(pipe[1]);
    ::fcntl(input.Get(), F_SETFL, 0);  // a command that writes much waits for us, as it would for a terminal
    pid_t pid = 0;
    if (const int failed = Spawn(words, input.Get(), pid); failed != 0) {
        return NotStarted(failed);
    }
    input.Close();
    const Owned process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    CommandResult result;
    result.timed_out = !Await(process.Get(), output.Get(), result.output, platform::Deadline(deadline));
    if (result.timed_out) {
        ::kill(-pid, SIGKILL);
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(watch.Elapsed());
    return result;
}

std::string DescribeCommand(const std::vector<std::string>& words, const CommandResult& result) {
    std::string text = "`" + platform::EscapeForLog(platform::Join(words, " ")) + "` ";
    if (!result.started) {
        return text + "could not be started: " + result.output;
    }
    if (result.timed_out) {
        text += "did not end in " + platform::FormatDuration(result.duration) + " and was ended";
    } else {
        text += "ended with " + std::to_string(result.exit_code);
    }
    std::string_view said = platform::Trim(result.output);
    said = said.substr(said.size() > kShownOutput ? said.size() - kShownOutput : 0);
    return said.empty() ? text : text + ": " + platform::EscapeForLog(said);
}

platform::Expected<std::vector<std::string>, std::string> CommandWords(std::string_view text) {
    const std::string_view tidy = platform::Trim(text);
    std::vector<std::string> words;
    if (tidy.starts_with('[')) {
        const auto json = platform::ParseJson(tidy);
        bool texts = json && json->is_array();
        if (texts) {
            for (const platform::Json& word : *json) {
                texts = texts && word.is_string();
                words.push_back(texts ? word.get<std::string>() : std::string());
            }
        }
        if (!texts) {
            return platform::Unexpected<std::string>("it begins like a JSON list and is no list of texts");
        }
    } else {
        for (const std::string_view word : platform::Split(tidy, ' ')) {
            if (!word.empty()) {
                words.emplace_back(word);
            }
        }
    }
    if (words.empty() || words.front().empty() || words.size() > kMostWords) {
        return platform::Unexpected<std::string>("it names no program");
    }
    return words;
}

}  // namespace pulse::agent
