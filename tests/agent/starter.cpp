// Starts a process the way its supervisor would, with the environment that the supervisor would make, and restarts it.
//
//   starter systemd ROOT UNIT          as systemd.exec(5) says: Environment=, then the files of EnvironmentFile= in
//                                      order, then UnsetEnvironment=; unit file, then drop-ins by name
//   starter compose SERVICE FILE...    as the compose specification says: files merged in order, `environment` before
//                                      `env_file`
//   starter files FILE...              a script that reads one NAME=value file after the other
//   each followed by -- STATE PROGRAM [ARGUMENT...]
//
// In the folder STATE: `pid` of the process; `environment`, NAME=value lines that it gets besides; and what a test
// wishes to go wrong: `fail` (ends with 3 and does nothing), `hang` (does nothing and does not end before the file is
// gone), `stop-only` (ends the process, starts none), `do-nothing` (ends well), `stale` (NAME=value lines that win, as
// if nothing had been reloaded). Each restart adds a line to `restarts`. Written from those documents, not from the
// agent's code.
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/json/json.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

namespace fs = std::filesystem;
using Variables = std::map<std::string, std::string>;

std::vector<std::string> Lines(const fs::path& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return lines;
}

void Put(Variables& variables, const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals != std::string::npos) {
        variables[assignment.substr(0, equals)] = assignment.substr(equals + 1);
    }
}

/// systemd's files: no `export`, quotes taken off, carriage returns and blanks at the end not part of the value.
void ReadSystemdFile(const fs::path& path, Variables& variables) {
    for (std::string line : Lines(path)) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
            line.pop_back();
        }
        const std::size_t equals = line.find('=');
        if (line.empty() || line[0] == '#' || line[0] == ';' || equals == std::string::npos ||
            line.substr(0, equals).find(' ') != std::string::npos) {
            continue;
        }
        std::string value = line.substr(equals + 1);
        if (value.size() > 1 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0]) {
            value = value.substr(1, value.size() - 2);
        }
        variables[line.substr(0, equals)] = value;
    }
}

Variables OfSystemd(const fs::path& root, const std::string& unit) {
    std::map<std::string, fs::path> drop_ins;
    for (const char* folder : {"usr/lib/systemd/system", "run/systemd/system", "etc/systemd/system"}) {
        std::error_code none;
        for (const auto& entry : fs::directory_iterator(root / folder / (unit + ".d"), none)) {
            if (entry.path().extension() == ".conf") {
                drop_ins[entry.path().filename()] = entry.path();
            }
        }
    }
    std::vector<fs::path> parts;
    for (const char* folder : {"etc/systemd/system", "run/systemd/system", "usr/lib/systemd/system"}) {
        if (fs::exists(root / folder / unit)) {
            parts.push_back(root / folder / unit);
            break;
        }
    }
    for (const auto& [name, path] : drop_ins) {
        parts.push_back(path);
    }
    Variables variables;
    std::vector<std::string> files;
    std::set<std::string> unset;
    for (const fs::path& part : parts) {
        for (const std::string& line : Lines(part)) {
            const std::string key = line.substr(0, line.find('='));
            const std::string value = line.find('=') == std::string::npos ? "" : line.substr(line.find('=') + 1);
            std::istringstream words(value);
            if (key == "Environment") {
                for (std::string word; words >> word;) {
                    Put(variables, word);
                }
            } else if (key == "EnvironmentFile") {
                value.empty() ? files.clear() : files.push_back(value[0] == '-' ? value.substr(1) : value);
            } else if (key == "UnsetEnvironment") {
                for (std::string word; words >> word;) {
                    unset.insert(word);
                }
            }
        }
    }
    for (const std::string& file : files) {
        ReadSystemdFile(root / fs::path(file).relative_path(), variables);
    }
    for (const std::string& name : unset) {
        variables.erase(name);
    }
    return variables;
}

Variables OfCompose(const std::string& service, const std::vector<std::string>& files) {
    Variables low;
    Variables high;
    for (const std::string& file : files) {
        if (!fs::exists(file)) {
            continue;
        }
        const auto json = platform::ParseYaml(support::ReadFile(file));
        if (!json) {
            throw std::runtime_error(file + ": " + json.error().front().message);
        }
        const platform::Json own =
            json->value("services", platform::Json::object()).value(service, platform::Json::object());
        if (own.contains("env_file")) {
            for (const std::string& line : Lines(fs::path(file).parent_path() / own["env_file"].get<std::string>())) {
                Put(low, line.starts_with("export ") ? line.substr(7) : line);
            }
        }
        const platform::Json environment = own.value("environment", platform::Json::object());
        for (const auto& [key, value] : environment.items()) {
            if (environment.is_array()) {
                Put(high, value.get<std::string>());
            } else {
                high[key] = value.is_string() ? value.get<std::string>() : value.dump();
            }
        }
    }
    for (const auto& [name, value] : low) {
        high.emplace(name, value);
    }
    return high;
}

void EndOld(const fs::path& state) {
    std::ifstream file(state / "pid");
    pid_t pid = 0;
    if (!(file >> pid) || pid <= 0) {
        return;
    }
    const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) {
        return;
    }
    ::kill(pid, SIGTERM);
    pollfd ended{process, POLLIN, 0};
    if (::poll(&ended, 1, 20'000) == 0) {
        ::kill(pid, SIGKILL);
        ::poll(&ended, 1, 20'000);
    }
    ::close(process);
    fs::remove(state / "pid");
}

void StartNew(const fs::path& state, const std::vector<std::string>& program, const Variables& variables) {
    std::vector<std::string> environment{"PATH=/usr/bin:/bin"};
    for (const auto& [name, value] : variables) {
        environment.push_back(name + "=" + value);
    }
    std::vector<char*> argv;
    std::vector<char*> envp;
    for (const std::string& word : program) {
        argv.push_back(const_cast<char*>(word.c_str()));
    }
    for (const std::string& variable : environment) {
        envp.push_back(const_cast<char*>(variable.c_str()));
    }
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    const std::string log = state / "log";
    int report[2];
    if (::pipe2(report, O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::setsid();
        ::dup2(::open("/dev/null", O_RDONLY), 0);
        const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(out, 1);
        ::dup2(out, 2);
        ::close(out);
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    // Closed by the start of the program.
    ::close(report[1]);
    char byte = 0;
    static_cast<void>(::read(report[0], &byte, 1));
    support::WriteFile(state / "pid.new", std::to_string(pid) + "\n");
    fs::rename(state / "pid.new", state / "pid");
}

int Run(std::vector<std::string> words) {
    std::size_t dashes = 0;
    while (dashes < words.size() && words[dashes] != "--") {
        ++dashes;
    }
    if (dashes + 2 >= words.size() || dashes < 2) {
        return 2;
    }
    const std::vector<std::string> how(words.begin() + 1, words.begin() + static_cast<std::ptrdiff_t>(dashes));
    const fs::path state = words[dashes + 1];
    const std::vector<std::string> program(words.begin() + static_cast<std::ptrdiff_t>(dashes) + 2, words.end());
    std::ofstream(state / "restarts", std::ios::app) << "restart\n";
    if (fs::exists(state / "fail")) {
        std::fputs("Unit not found.\n", stderr);
        return 3;
    }
    if (fs::exists(state / "hang")) {
        while (fs::exists(state / "hang")) {
            ::poll(nullptr, 0, 50);
        }
        return 5;  // whoever waited for it has gone
    }
    if (fs::exists(state / "do-nothing")) {
        return 0;
    }
    EndOld(state);
    if (fs::exists(state / "stop-only")) {
        return 0;
    }
    Variables variables;
    if (words[0] == "systemd") {
        variables = OfSystemd(how.at(0), how.at(1));
    } else if (words[0] == "compose") {
        variables = OfCompose(how.at(0), {how.begin() + 1, how.end()});
    } else {
        for (const std::string& file : how) {
            for (const std::string& line : Lines(file)) {
                Put(variables, line);
            }
        }
    }
    for (const char* more : {"environment", "stale"}) {
        for (const std::string& line : Lines(state / more)) {
            Put(variables, line);
        }
    }
    StartNew(state, program, variables);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return Run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "starter: %s\n", error.what());
        return 4;
    }
}
