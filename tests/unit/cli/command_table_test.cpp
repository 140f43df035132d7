// The command table as a whole, and what is generated from it.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "controller/cli/command.hpp"
#include "platform/base/text.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace cli {
namespace {

TEST(CommandTable, PathsAreUniqueAndNoneIsTheBeginningOfAnother) {
    std::set<std::string> paths;
    for (const Command& command : AllCommands()) {
        EXPECT_TRUE(paths.insert(command.path).second) << command.path;
        EXPECT_TRUE(command.run) << command.path;
    }
    for (const std::string& path : paths) {
        for (const std::string& other : paths) {
            EXPECT_FALSE(other.starts_with(path + " ")) << other << " could never be reached behind " << path;
        }
    }
}

TEST(CommandTable, ArgumentsAreUniqueAndExplained) {
    const std::set<std::string> global = {"url", "token-file", "profile", "output", "quiet", "call-timeout", "help"};
    for (const Command& command : AllCommands()) {
        EXPECT_TRUE(command.help.ends_with('.')) << command.path;
        std::set<std::string> names;
        for (const Argument& argument : command.arguments) {
            const std::string where = command.path + " " + argument.name;
            EXPECT_TRUE(names.insert(argument.name).second) << where;
            EXPECT_FALSE(global.contains(argument.name)) << where;
            EXPECT_TRUE(argument.help.ends_with('.')) << where;
            EXPECT_TRUE(argument.fallback.empty() || argument.kind == ArgumentKind::kValue) << where;
            EXPECT_TRUE(argument.fallback.empty() || argument.choices.empty() ||
                        std::count(argument.choices.begin(), argument.choices.end(), argument.fallback) == 1)
                << where;
            if (argument.kind == ArgumentKind::kRest) {
                EXPECT_EQ(&argument, &command.arguments.back()) << where;
            }
        }
    }
}

class BashCompletion : public testing::Test {
protected:
    BashCompletion() {
        support::WriteFile(script_, CompletionScript("bash", AllCommands()));
    }

    /// What bash offers for the last of `words`.
    std::set<std::string> Offers(const std::vector<std::string>& words) {
        std::string line = "source " + script_.string() + "; COMP_WORDS=(portcullis";
        for (const std::string& word : words) {
            line += " '" + word + "'";
        }
        line += "); COMP_CWORD=" + std::to_string(words.size()) + "; _portcullis; printf '%s\\n' \"${COMPREPLY[@]}\"";
        const support::Finished done = support::RunToEnd({"bash", "--norc", "-c", line});
        EXPECT_EQ(done.exit_code, 0) << done.error;
        std::set<std::string> offers;
        for (const std::string_view word : platform::Split(done.output, '\n')) {
            if (!word.empty()) {
                offers.emplace(word);
            }
        }
        return offers;
    }

    support::TempDir dir_{"completion"};
    std::filesystem::path script_ = dir_ / "portcullis.bash";
};

TEST_F(BashCompletion, IsValidBash) {
    const support::Finished checked = support::RunToEnd({"bash", "-n", script_.string()});
    EXPECT_EQ(checked.exit_code, 0) << checked.error;
}

TEST_F(BashCompletion, CompletesCommandsOptionsAndChoices) {
    EXPECT_EQ(Offers({"rel"}), (std::set<std::string>{"release"}));
    EXPECT_EQ(Offers({"release", "sh"}), (std::set<std::string>{"show"}));
    EXPECT_EQ(Offers({"gate", "my-release", "--to", ""}),
              (std::set<std::string>{"candidate", "experimental", "stable"}));
    EXPECT_EQ(Offers({"gate", "my-release", "--wa"}), (std::set<std::string>{"--wait"}));
    EXPECT_EQ(Offers({"-o", "ma"}), (std::set<std::string>{"markdown"}));
    EXPECT_TRUE(Offers({"gate", "--u"}).contains("--url"));
    EXPECT_EQ(Offers({"completion", "b"}), (std::set<std::string>{"bash"}));
}

TEST(Completion, EveryCommandIsInEveryShellsScript) {
    const std::vector<Command> commands = AllCommands();
    for (const char* shell : {"bash", "zsh", "fish"}) {
        const std::string script = CompletionScript(shell, commands);
        for (const Command& command : commands) {
            for (const std::string_view word : platform::Split(command.path, ' ')) {
                EXPECT_NE(script.find(word), std::string::npos) << shell << ": " << command.path;
            }
        }
    }
}

TEST(ManPageText, NamesEveryCommandAndOptionAndBreaksNoLine) {
    const std::vector<Command> commands = AllCommands();
    const std::string page = ManPage(commands);
    EXPECT_TRUE(page.starts_with(".TH PORTCULLIS 1"));
    for (const Command& command : commands) {
        std::string name = command.path;
        for (std::size_t at = name.find('-'); at != std::string::npos; at = name.find('-', at + 2)) {
            name.insert(at, "\\");
        }
        EXPECT_NE(page.find(".B " + name), std::string::npos) << command.path;
    }
    int indents = 0;
    for (const std::string_view line : platform::Split(page, '\n')) {
        indents += line == ".RS" ? 1 : line == ".RE" ? -1 : 0;
        EXPECT_GE(indents, 0);
        EXPECT_FALSE(line.starts_with('\'')) << line;
        if (line.starts_with('.')) {
            const std::string_view macro = line.substr(0, line.find(' '));
            EXPECT_TRUE(macro == ".TH" || macro == ".SH" || macro == ".TP" || macro == ".B" || macro == ".RS" ||
                        macro == ".RE")
                << line;
        }
    }
    EXPECT_EQ(indents, 0);
}

}  // namespace
}  // namespace cli
