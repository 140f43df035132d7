#include "platform/service/process_variables.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"

namespace platform {
namespace {

constexpr std::size_t kMostStatBytes = 64 * 1024;
constexpr std::size_t kMostEnvironmentBytes = 16 * 1024 * 1024;
constexpr unsigned long kForkedOnly = 0x40;  // PF_FORKNOEXEC of the kernel's sched.h
constexpr int kShortestPauseMs = 1;
constexpr int kLongestPauseMs = 16;

/// What of /proc/<pid>/stat changes when a program is started.
struct StartMarks {
    char state = 'X';
    unsigned long flags = 0;
    unsigned long started = 0;  // ticks since the machine's start
    unsigned long environment_begin = 0;
    unsigned long environment_end = 0;  // zero within exec, and for an account that may not read it

    friend bool operator==(const StartMarks&, const StartMarks&) = default;

    bool Gone() const {
        return state == 'X' || state == 'Z';
    }
    std::chrono::milliseconds Age() const {
        timespec now{};
        ::clock_gettime(CLOCK_BOOTTIME, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::milliseconds(now.tv_nsec / 1'000'000) -
               std::chrono::milliseconds(started * 1'000 / static_cast<unsigned long>(::sysconf(_SC_CLK_TCK)));
    }
};

std::string FileOfProcess(pid_t process, const char* name) {
    return "/proc/" + std::to_string(process) + "/" + name;
}

StartMarks ReadMarks(pid_t process) {
    // Positions behind the name, which may hold anything.
    constexpr std::size_t kState = 0;
    constexpr std::size_t kFlags = 6;
    constexpr std::size_t kStarted = 19;
    constexpr std::size_t kBegin = 47;
    constexpr std::size_t kEnd = 48;
    StartMarks marks;
    const auto text = ReadFile(FileOfProcess(process, "stat"), kMostStatBytes);
    if (!text || text->rfind(')') == std::string::npos) {
        return marks;
    }
    const auto fields = Split(Trim(std::string_view(*text).substr(text->rfind(')') + 1)), ' ');
    if (fields.size() <= kEnd) {
        return marks;
    }
    const auto number = [&](std::size_t at) {
        unsigned long value = 0;
        std::from_chars(fields[at].data(), fields[at].data() + fields[at].size(), value);
        return value;
    };
    marks.state = fields[kState].front();
    marks.flags = number(kFlags);
    marks.started = number(kStarted);
    marks.environment_begin = number(kBegin);
    marks.environment_end = number(kEnd);
    return marks;
}

void Pick(std::string_view environment, const std::vector<std::string_view>& names, ProcessVariables& into) {
    for (const std::string_view entry : Split(environment, '\0')) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string_view::npos) {
            continue;
        }
        const std::string_view name = entry.substr(0, equals);
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            into.values.emplace(name, entry.substr(equals + 1));  // of two, programs take the first
        }
    }
}

}  // namespace

std::optional<std::string> ProcessVariables::Value(std::string_view name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

ProcessVariables ReadProcessVariables(pid_t process, const std::vector<std::string_view>& names,
                                      std::chrono::milliseconds patience) {
    const Deadline deadline(patience);
    for (int pause = kShortestPauseMs;; pause = std::min(2 * pause, kLongestPauseMs)) {
        ProcessVariables variables;
        const StartMarks before = ReadMarks(process);
        const auto environment = ReadFile(FileOfProcess(process, "environ"), kMostEnvironmentBytes);
        const StartMarks after = ReadMarks(process);
        if (before.Gone() || after.Gone() || !environment) {
            return variables;
        }
        const bool forked_only = (after.flags & kForkedOnly) != 0 && after.Age() < patience;
        const bool its_own = after.environment_end != 0 && !forked_only && before.environment_end != 0 &&
                             before.environment_begin == after.environment_begin && before.started == after.started &&
                             (before.flags & kForkedOnly) == (after.flags & kForkedOnly);
        if (its_own) {
            variables.readable = true;
            Pick(*environment, names, variables);
            return variables;
        }
        if (deadline.Passed()) {
            variables.starting = true;
            return variables;
        }
        ::poll(nullptr, 0, pause);
    }
}

}  // namespace platform
