// Completion in the shells themselves: bash, zsh and fish run the scripts and say what they would offer.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "controller/cli/command.hpp"
#include "platform/base/text.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace cli {
namespace {

using Words = std::vector<std::string>;

class ShellCompletion : public testing::TestWithParam<const char*> {
protected:
    ShellCompletion() {
        support::WriteFile(script_, CompletionScript(GetParam(), AllCommands()));
    }

    /// What the shell offers for the last of `words`.
    std::set<std::string> Offers(const Words& words) const {
        const std::string shell = GetParam();
        const support::Finished done = shell == "bash" ? Bash(words) : shell == "zsh" ? Zsh(words) : Fish(words);
        EXPECT_EQ(done.exit_code, 0) << done.error;
        EXPECT_EQ(done.error, "");
        std::set<std::string> offers;
        for (const std::string_view line : platform::Split(done.output, '\n')) {
            const std::string_view word = line.substr(0, line.find_first_of("\t:"));
            if (!word.empty() && word.starts_with(words.back())) {
                offers.emplace(word);
            }
        }
        return offers;
    }

private:
    static std::string Quoted(const Words& words) {
        std::string text;
        for (const std::string& word : words) {
            text += " '" + word + "'";
        }
        return text;
    }

    support::Finished Bash(const Words& words) const {
        return Run({"bash", "--norc", "-c",
                    "source " + script_.string() + "; COMP_WORDS=(portcullis" + Quoted(words) + "); COMP_CWORD=" +
                        std::to_string(words.size()) + "; _portcullis; printf '%s\\n' \"${COMPREPLY[@]}\""});
    }
    // The three ways in which the script offers something print it here; the rest is zsh's own.
    support::Finished Zsh(const Words& words) const {
        return Run({"zsh", "-f", "-c",
                    "compdef() { }; compadd() { shift; print -l -- \"$@\" }; _files() { print -l -- *(N) }; "
                    "_describe() { print -l -- \"${(P@)2}\" }; source " +
                        script_.string() + "; words=(portcullis" + Quoted(words) + "); CURRENT=$#words; _portcullis"});
    }
    support::Finished Fish(const Words& words) const {
        std::string line = "portcullis";
        for (const std::string& word : words) {
            line += " " + word;
        }
        return Run({"fish", "--no-config", "-c", "source " + script_.string() + "; complete -C '" + line + "'"});
    }

    support::Finished Run(Words command) const {
        support::ProcessOptions options;
        options.working_dir = files_.Path();
        options.environment = {{"HOME", dir_.Path().string()}, {"XDG_DATA_HOME", dir_.Path().string()}};
        return support::RunToEnd(std::move(command), options);
    }

    support::TempDir dir_{"completion"};
    std::filesystem::path script_ = dir_ / "script";
    support::TempDir files_{"files"};

protected:
    const std::filesystem::path& Files() const {
        return files_.Path();
    }
};

TEST_P(ShellCompletion, OffersCommandsOptionsAndChoices) {
    using Offered = std::set<std::string>;
    EXPECT_EQ(Offers({"rel"}), (Offered{"release"}));
    EXPECT_EQ(Offers({"release", "sh"}), (Offered{"show"}));
    EXPECT_EQ(Offers({"release", "show", "r", "l"}), Offered{});
    EXPECT_EQ(Offers({"gate", "my-release", "--to", ""}), (Offered{"candidate", "experimental", "stable"}));
    EXPECT_EQ(Offers({"gate", "my-release", "--wa"}), (Offered{"--wait"}));
    EXPECT_EQ(Offers({"-o", "ma"}), (Offered{"markdown"}));
    EXPECT_EQ(Offers({"gate", "--u"}), (Offered{"--url"}));
    EXPECT_EQ(Offers({"completion", "b"}), (Offered{"bash"}));
    EXPECT_EQ(Offers({"whoa"}), (Offered{"whoami"}));
}

TEST_P(ShellCompletion, OffersEveryCommand) {
    std::set<std::string> first;
    for (const Command& command : AllCommands()) {
        const auto words = platform::Split(command.path, ' ');
        first.emplace(words.front());
    }
    for (const Command& command : BuiltInCommands()) {
        first.insert(command.path);
    }
    EXPECT_EQ(Offers({""}), first);
}

TEST_P(ShellCompletion, OffersFilesWhereOneIsWanted) {
    support::WriteFile(Files() / "release.yaml", "");
    for (const Words& words : {Words{"apply", "--file", "rel"}, Words{"apply", "-f", "rel"},
                               Words{"gate", "r", "--to", "stable", "--save", "rel"}}) {
        EXPECT_EQ(Offers(words), (std::set<std::string>{"release.yaml"})) << testing::PrintToString(words);
    }
}

INSTANTIATE_TEST_SUITE_P(Shells, ShellCompletion, testing::Values("bash", "zsh", "fish"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace cli
