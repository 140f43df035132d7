// What is installed: as a package would have it, in a folder that stands for /.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "platform/base/text.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace agent_test {
namespace {

namespace fs = std::filesystem;

class Package : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<support::TempDir>("package");
        support::ProcessOptions options;
        options.environment = {{"DESTDIR", folder_->Path().string()}};
        const auto done = support::RunToEnd({"cmake", "--install", PORTCULLIS_BINARY_DIR, "--prefix", "/usr"}, options);
        ASSERT_EQ(done.exit_code, 0) << done.output << done.error;
    }
    static void TearDownTestSuite() {
        folder_.reset();
    }
    static fs::path In(const std::string& path) {
        return folder_->Path() / path;
    }

private:
    static inline std::unique_ptr<support::TempDir> folder_;
};

TEST_F(Package, BringsProgramsUnitsManualsAndCompletion) {
    for (const std::string program : {"portcullis", "portcullisd", "pulse-agent"}) {
        const std::string manual = program == "portcullis" ? "man1/portcullis.1" : "man8/" + program + ".8";
        EXPECT_TRUE(fs::exists(In("usr/bin/" + program))) << program;
        EXPECT_TRUE(support::ReadFile(In("usr/share/man/" + manual)).starts_with(".TH ")) << program;
        for (const std::string& script :
             {"usr/share/bash-completion/completions/" + program, "usr/share/zsh/vendor-completions/_" + program,
              "usr/share/fish/vendor_completions.d/" + program + ".fish"}) {
            EXPECT_NE(support::ReadFile(In(script)).find(program), std::string::npos) << script;
        }
    }
    for (const std::string unit : {"portcullisd.service", "pulse-agent.service"}) {
        const std::string text = support::ReadFile(In("usr/lib/systemd/system/" + unit));
        for (const char* held : {"NoNewPrivileges=yes", "ProtectSystem=strict",
                                 "CapabilityBoundingSet=", "SystemCallFilter=@system-service"}) {
            EXPECT_NE(text.find(held), std::string::npos) << unit << " " << held;
        }
        const std::size_t start = text.find("ExecStart=/") + std::string_view("ExecStart=/").size();
        EXPECT_TRUE(fs::exists(In(text.substr(start, text.find('\n', start) - start)))) << unit;
        const std::size_t file = text.find("EnvironmentFile=-/") + std::string_view("EnvironmentFile=-/").size();
        const fs::path settings = In(text.substr(file, text.find('\n', file) - file));
        ASSERT_TRUE(fs::exists(settings)) << settings;
        EXPECT_EQ(fs::status(settings).permissions(), fs::perms(0600)) << "paths of secrets are nobody else's matter";
    }
}

/// NAME=value lines, with the folder of the agent's secrets in another place.
std::map<std::string, std::string> SettingsIn(const fs::path& file, const std::string& secrets) {
    std::map<std::string, std::string> settings;
    const std::string text = support::ReadFile(file);
    for (const std::string_view line : platform::Split(text, '\n')) {
        const std::size_t equals = line.find('=');
        if (line.starts_with('#') || equals == std::string_view::npos) {
            continue;
        }
        std::string value(line.substr(equals + 1));
        constexpr std::string_view kFolder = "/etc/pulse-agent";
        if (value.starts_with(kFolder)) {
            value.replace(0, kFolder.size(), secrets);
        }
        settings[std::string(line.substr(0, equals))] = value;
    }
    return settings;
}

TEST_F(Package, ExamplesAreTakenByTheProgram) {
    const support::TempDir secrets("secrets");
    for (const char* name : {"canary", "enrolment-token"}) {
        support::WriteFile(secrets / name, "secret\n");
        fs::permissions(secrets / name, fs::perms(0600));
    }
    int examples = 0;
    for (const auto& entry : fs::directory_iterator(In("usr/share/doc/portcullis/examples/pulse-agent"))) {
        if (entry.path().extension() != ".env") {
            continue;
        }
        ++examples;
        support::ProcessOptions options;
        options.environment = SettingsIn(entry.path(), secrets.Path().string());
        EXPECT_GT(options.environment.size(), 5U) << entry.path();
        options.environment["PULSE_AGENT_DATA_DIR"] = (secrets / "state").string();
        const auto checked = support::RunToEnd({support::BuiltProgram("pulse-agent"), "check"}, options);
        EXPECT_EQ(checked.error, "") << entry.path();
        EXPECT_EQ(checked.exit_code, 1) << entry.path() << checked.output << "there is no such Pulse here";
        EXPECT_NE(checked.output.find("entry: "), std::string::npos) << checked.output;
    }
    EXPECT_EQ(examples, 3);
}

TEST_F(Package, SettingsFileAsInstalledStartsNothingByItself) {
    support::ProcessOptions options;
    options.environment = SettingsIn(In("etc/pulse-agent/pulse-agent.env"), "");
    EXPECT_TRUE(options.environment.empty()) << "whoever installs it says which controller";
}

}  // namespace
}  // namespace agent_test
