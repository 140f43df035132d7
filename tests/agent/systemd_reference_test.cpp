// What the agent makes of units against what systemd itself makes of them: systemd/cases.txt holds its answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "platform/base/text.hpp"
#include "pulse/agent/place.hpp"
#include "tests/support/temp_dir.hpp"

namespace agent_test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSwitch = "PULSE_MULTI_TENANT_ENABLED";

struct SystemdCase {
    std::string name;
    std::string unit;
    std::vector<std::pair<std::string, std::string>> files;  // path and text
    std::vector<std::pair<std::string, std::string>> links;  // path and target
    // systemd's answer
    std::vector<std::string> environment_files;  // in the order in which they are read
    std::vector<std::string> environment;
    std::vector<std::string> unset;
    std::vector<std::string> passed;

    std::string OwnFile() const {
        return "/etc/pulse-agent/" + unit + ".env";
    }
    /// Every path that the files name, whether systemd reads it or not.
    std::set<std::string> NamedFiles() const {
        constexpr std::string_view kSetting = "EnvironmentFile=-";
        std::set<std::string> named;
        for (const auto& [path, text] : files) {
            for (const std::string_view line : platform::Split(text, '\n')) {
                if (line.starts_with(kSetting)) {
                    named.emplace(line.substr(kSetting.size()));
                }
            }
        }
        return named;
    }
};

std::vector<SystemdCase> SystemdCases() {
    std::vector<SystemdCase> cases;
    std::string* file = nullptr;
    const std::string text = support::ReadFile(PORTCULLIS_SOURCE_DIR "/tests/agent/systemd/cases.txt");
    for (const std::string_view line : platform::Split(text, '\n')) {
        const std::string_view rest = line.substr(std::min<std::size_t>(3, line.size()));
        const auto words = platform::Split(rest, ' ');
        if (line.starts_with("== ")) {
            cases.push_back({std::string(words.at(0)), std::string(words.at(1)), {}, {}, {}, {}, {}, {}});
            file = nullptr;
        } else if (cases.empty() || line.empty()) {
            continue;
        } else if (line.starts_with("-- ")) {
            file = &cases.back().files.emplace_back(std::string(rest), "").second;
        } else if (line.starts_with("-> ")) {
            cases.back().links.emplace_back(words.at(0), words.at(1));
        } else if (line.starts_with("> ")) {
            const std::size_t colon = line.find(": ");
            const std::string_view key = line.substr(2, colon - 2);
            const std::string value(line.substr(colon + 2));
            if (key == "EnvironmentFile") {
                cases.back().environment_files.push_back(value.substr(1));  // its '-'
            } else if (key == "Environment") {
                cases.back().environment.push_back(value);
            } else if (key == "UnsetEnvironment") {
                cases.back().unset.push_back(value);
            } else if (key == "PassEnvironment") {
                cases.back().passed.push_back(value);
            }
        } else if (file != nullptr) {
            file->append(line).push_back('\n');
        }
    }
    return cases;
}

bool Mentions(const std::vector<std::string>& texts, std::string_view what) {
    return std::ranges::any_of(texts, [&](const auto& text) { return text.find(what) != std::string::npos; });
}

class SystemdsAnswers : public ::testing::TestWithParam<SystemdCase> {
protected:
    SystemdsAnswers() {
        for (const auto& [path, text] : GetParam().files) {
            Write(path, text);
        }
        for (const auto& [path, target] : GetParam().links) {
            fs::create_directories((root_ / path).parent_path());
            fs::create_symlink(target, root_ / path);
        }
        for (const std::string& path : GetParam().NamedFiles()) {
            Write(path.substr(1), "");
        }
    }
    void Write(const std::string& path, const std::string& text) {
        fs::create_directories((root_ / path).parent_path());
        support::WriteFile(root_ / path, text);
    }
    pulse::agent::PlaceLook Look(std::string_view wanted) const {
        return pulse::agent::MakeSystemdPlace(
                   {.unit = GetParam().unit, .root = root_.Path().string(), .env_file = GetParam().OwnFile()})
            ->Look(wanted);
    }

    support::TempDir root_{"systemd"};
};

TEST_P(SystemdsAnswers, AFileBeatsTheAgentsWhenSystemdReadsItLater) {
    const SystemdCase& one = GetParam();
    const auto& read = one.environment_files;
    const auto own = std::ranges::find(read, one.OwnFile());
    EXPECT_EQ(Mentions(Look("false").shadows, "forgets the agent's file"), own == read.end());
    for (const std::string& path : one.NamedFiles()) {
        if (path == one.OwnFile()) {
            continue;
        }
        Write(path.substr(1), std::string(kSwitch) + "=true\n");
        const auto look = Look("false");
        const auto there = std::ranges::find(read, path);
        const bool later = there != read.end() && own != read.end() && there > own;
        const bool earlier = there != read.end() && own != read.end() && there < own;
        EXPECT_EQ(Mentions(look.shadows, path + " line 1"), later) << path;
        EXPECT_EQ(Mentions(look.beaten, path + " line 1"), earlier) << path;
        if (later) {
            EXPECT_EQ(look.value, "true") << path;
        }
        Write(path.substr(1), "");
    }
}

TEST_P(SystemdsAnswers, WhatIsSetAndTakenAwayIsWhatSystemdSays) {
    const SystemdCase& one = GetParam();
    const bool known_file = std::ranges::find(one.environment_files, one.OwnFile()) != one.environment_files.end();
    const std::string name(kSwitch);
    const auto sets =
        std::ranges::find_if(one.environment, [&](const auto& entry) { return entry.starts_with(name + "="); });
    EXPECT_EQ(Mentions(Look("false").beaten, "sets it to"), sets != one.environment.end());
    EXPECT_EQ(Mentions(Look("false").beaten, "hands it through"),
              std::ranges::find(one.passed, name) != one.passed.end());
    for (const std::string value : {"true", "false"}) {
        const bool taken = std::ranges::any_of(one.unset, [&](const std::string& entry) {
            return entry == name || (known_file && entry == name + "=" + value);
        });
        EXPECT_EQ(Mentions(Look(value).shadows, "takes the variable away"), taken) << value;
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, SystemdsAnswers, ::testing::ValuesIn(SystemdCases()), [](const auto& instance) {
    std::string name = instance.param.name;
    std::ranges::replace(name, '-', '_');
    return name;
});

}  // namespace
}  // namespace agent_test
