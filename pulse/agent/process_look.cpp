#include "pulse/agent/process_look.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <set>

#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/service/process_variables.hpp"
#include "pulse/agent/command.hpp"
#include "tenancy/kill_switch.hpp"

namespace pulse::agent {
namespace {

constexpr std::size_t kMostProcBytes = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds kFindPatience{5'000};
constexpr std::size_t kStartField = 19;  // of the fields behind the name: the 22nd of /proc/<pid>/stat
constexpr std::size_t kStateField = 0;
constexpr std::size_t kBootIdDigits = 26;

platform::Unexpected<std::string> NotFound(std::string message) {
    return platform::Unexpected<std::string>(std::move(message));
}

template <typename Number>
std::optional<Number> NumberIn(std::string_view text, int base = 10) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string Proc(pid_t pid, std::string_view what) {
    return "/proc/" + std::to_string(pid) + "/" + std::string(what);
}

/// The fields behind the name, which may hold anything.
std::vector<std::string> StatOf(pid_t pid) {
    const auto text = platform::ReadFile(Proc(pid, "stat"), kMostProcBytes);
    std::vector<std::string> fields;
    if (!text || text->rfind(')') == std::string::npos) {
        return fields;
    }
    const std::string_view behind_name = std::string_view(*text).substr(text->rfind(')') + 1);
    for (const std::string_view field : platform::Split(behind_name, ' ')) {
        if (!platform::Trim(field).empty()) {
            fields.emplace_back(platform::Trim(field));
        }
    }
    return fields;
}

std::vector<pid_t> AllProcesses() {
    std::vector<pid_t> all;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        if (const auto pid = NumberIn<pid_t>(entry.path().filename().string())) {
            all.push_back(*pid);
        }
    }
    return all;
}

std::string FileOf(pid_t pid) {
    std::error_code error;
    return std::filesystem::read_symlink(Proc(pid, "exe"), error).string();
}

/// Its name alone stands for any file of that name. A file that was replaced since is still the one that runs.
bool Runs(pid_t pid, const std::string& program) {
    std::string file = FileOf(pid);
    constexpr std::string_view kGone = " (deleted)";
    if (file.ends_with(kGone)) {
        file.resize(file.size() - kGone.size());
    }
    return !file.empty() && (program.find('/') == std::string::npos ? std::filesystem::path(file).filename() == program
                                                                    : file == program);
}

/// Children that do the same as their parent (a process that is about to start something) are not meant.
pid_t ParentOf(pid_t pid) {
    const auto fields = StatOf(pid);
    return fields.size() > 1 ? NumberIn<pid_t>(fields[1]).value_or(0) : 0;
}

std::set<std::string> ListeningSockets(int port) {
    constexpr std::string_view kListens = "0A";
    std::set<std::string> sockets;
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        const auto text = platform::ReadFile(table, kMostProcBytes);
        for (const std::string_view line : platform::Split(text ? std::string_view(*text) : std::string_view(), '\n')) {
            std::vector<std::string_view> fields;
            for (const std::string_view field : platform::Split(line, ' ')) {
                if (!field.empty()) {
                    fields.push_back(field);
                }
            }
            constexpr std::size_t kInode = 9;
            if (fields.size() <= kInode || fields[3] != kListens) {
                continue;
            }
            const std::size_t colon = fields[1].rfind(':');
            if (colon != std::string_view::npos && NumberIn<int>(fields[1].substr(colon + 1), 16) == port) {
                sockets.insert("socket:[" + std::string(fields[kInode]) + "]");
            }
        }
    }
    return sockets;
}

bool HasOneOf(pid_t pid, const std::set<std::string>& sockets) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(Proc(pid, "fd"), error)) {
        std::error_code gone;
        if (sockets.contains(std::filesystem::read_symlink(entry.path(), gone).string())) {
            return true;
        }
    }
    return false;
}

platform::Expected<pid_t, std::string> OnlyOne(const std::vector<pid_t>& found, const std::string& what) {
    std::vector<pid_t> heads;
    for (const pid_t pid : found) {
        if (std::find(found.begin(), found.end(), ParentOf(pid)) == found.end()) {
            heads.push_back(pid);
        }
    }
    if (heads.empty()) {
        return NotFound("no process " + what);
    }
    if (heads.size() > 1) {
        return NotFound(std::to_string(heads.size()) + " processes " + what +
                        ": say more exactly which is meant (--pid-file, --process-command)");
    }
    return heads.front();
}

platform::Expected<pid_t, std::string> PidIn(std::string_view text, const std::string& source) {
    const auto pid = NumberIn<pid_t>(platform::Trim(text));
    if (!pid || *pid < 0) {
        return NotFound(source + " holds no process id: " + platform::QuoteForMessage(platform::Trim(text)));
    }
    if (*pid == 0) {
        return NotFound("it does not run, says " + source);
    }
    return *pid;
}

platform::Expected<pid_t, std::string> Find(const ProcessRule& rule) {
    if (!rule.command.empty()) {
        const CommandResult said = RunCommand(rule.command, kFindPatience);
        if (!said.Succeeded()) {
            return NotFound(DescribeCommand(rule.command, said));
        }
        return PidIn(said.output, "`" + platform::Join(rule.command, " ") + "`");
    }
    if (!rule.pid_file.empty()) {
        const auto text = platform::ReadFile(rule.pid_file, kMostProcBytes);
        return text ? PidIn(*text, rule.pid_file) : NotFound(text.error().message);
    }
    std::vector<pid_t> found;
    const auto sockets = rule.port > 0 ? ListeningSockets(rule.port) : std::set<std::string>();
    for (const pid_t pid : AllProcesses()) {
        if (rule.port > 0 ? HasOneOf(pid, sockets) : Runs(pid, rule.program)) {
            found.push_back(pid);
        }
    }
    return OnlyOne(found, rule.port > 0 ? "listens on port " + std::to_string(rule.port) : "runs " + rule.program);
}

std::chrono::milliseconds SinceMachineStart() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::milliseconds(now.tv_nsec / 1'000'000);
}

std::string BootIdOf(pid_t pid, const std::string& ticks) {
    const auto machine = platform::ReadFile("/proc/sys/kernel/random/boot_id", kMostProcBytes);
    const std::string text = (machine ? *machine : std::string()) + " " + std::to_string(pid) + " " + ticks;
    return "boot_" + platform::Sha256Hex(text).substr(0, kBootIdDigits);
}

}  // namespace

std::optional<bool> ProcessFacts::Enabled() const {
    return readable ? std::optional(tenancy::EnvironmentSaysOn(value)) : std::nullopt;
}

platform::Expected<ProcessFacts, std::string> LookAtProcess(const ProcessRule& rule) {
    const auto pid = Find(rule);
    if (!pid) {
        return NotFound(pid.error());
    }
    const auto fields = StatOf(*pid);
    const auto ticks = fields.size() > kStartField ? NumberIn<std::int64_t>(fields[kStartField]) : std::nullopt;
    if (!ticks || fields[kStateField] == "Z" || fields[kStateField] == "X") {
        return NotFound("the process " + std::to_string(*pid) + " does not run");
    }
    ProcessFacts facts;
    facts.pid = *pid;
    facts.boot_id = BootIdOf(*pid, fields[kStartField]);
    // The kernel cuts the start off to its tick; the end of that tick, so that no process looks older than it is.
    const std::chrono::milliseconds started((*ticks + 1) * 1'000 / ::sysconf(_SC_CLK_TCK));
    const auto variables = platform::ReadProcessVariables(*pid, {tenancy::kSwitchVariable, tenancy::kHostedVariable});
    facts.readable = variables.readable;
    facts.starting = variables.starting;
    facts.value = variables.Value(tenancy::kSwitchVariable);
    facts.hosted = tenancy::EnvironmentSaysHosted(variables.Value(tenancy::kHostedVariable));
    // Another process may have got the number meanwhile; then what was read belongs to nobody in particular.
    const auto again = StatOf(*pid);
    if (again.size() <= kStartField || again[kStartField] != fields[kStartField]) {
        return NotFound("the process " + std::to_string(*pid) + " ended while it was looked at");
    }
    facts.age = std::max(SinceMachineStart() - started, std::chrono::milliseconds(0));
    return facts;
}

}  // namespace pulse::agent
