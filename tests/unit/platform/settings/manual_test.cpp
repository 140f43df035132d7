// The page for man and the completion, as man's formatter and the shells themselves read them.
#include "platform/settings/manual.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "platform/base/text.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/platform/settings/ferry_table.hpp"

namespace platform {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

const SettingsTable& SteamerTable() {
    static const SettingsTable table = [] {
        SettingsTable made = FerryTable();
        made.program = "steamer-d";
        made.commands.push_back({"whistle", "It's heard; far.", "on|off [REASON]", 2});
        return made;
    }();
    return table;
}

TEST(SettingsManualPage, HasEverySettingAndCommandAndNoRequestOfItsOwn) {
    const std::string page = ManualPage(SteamerTable());
    EXPECT_TRUE(page.starts_with(".TH STEAMER-D 8 "));
    EXPECT_THAT(page, HasSubstr("steamer\\-d \\- Carries people across the river."));
    EXPECT_THAT(page, HasSubstr(".B whistle \\fIon|off [REASON]\\fR\nIt's heard; far.\n"));
    EXPECT_THAT(page, HasSubstr(".SS Network\n"));
    for (const Setting& setting : SteamerTable().settings) {
        std::string option = "\\-\\-";
        for (const char c : setting.key) {
            option += c == '-' ? std::string("\\-") : std::string(1, c);
        }
        EXPECT_THAT(page, HasSubstr(".BR " + option + " ")) << setting.key;
    }
    const std::set<std::string_view> requests{".TH", ".SH", ".SS", ".TP", ".B", ".BR", ".PP"};
    for (const std::string_view line : Split(page, '\n')) {
        EXPECT_FALSE(line.starts_with('\'')) << line;
        if (line.starts_with('.')) {
            EXPECT_TRUE(requests.contains(line.substr(0, line.find(' ')))) << line;
        }
    }
}

class SettingsCompletion : public testing::TestWithParam<const char*> {
protected:
    SettingsCompletion() {
        support::WriteFile(script_, CompletionScript(SteamerTable(), GetParam()));
    }
    /// What the shell offers for the last of `words`.
    std::set<std::string> Offers(const Words& words) const {
        const std::string shell = GetParam();
        std::string quoted;
        for (const std::string& word : words) {
            quoted += " '" + word + "'";
        }
        std::string line = "source " + script_.string() + "; ";
        if (shell == "bash") {
            line += "COMP_WORDS=(steamer-d" + quoted + "); COMP_CWORD=" + std::to_string(words.size()) +
                    "; _steamer_d; printf '%s\\n' \"${COMPREPLY[@]}\"";
        } else if (shell == "zsh") {
            // The three ways in which the script offers something print it; the rest is zsh's own.
            line =
                "compdef() { }; compadd() { shift; print -l -- \"$@\" }; _files() { print -l -- *(N) }; "
                "_describe() { print -l -- \"${(P@)2}\" }; " +
                line + "words=(steamer-d" + quoted + "); CURRENT=$#words; _steamer_d";
        } else {
            line += "complete -C 'steamer-d";
            for (const std::string& word : words) {
                line += " " + word;
            }
            line += "'";
        }
        support::ProcessOptions options;
        options.working_dir = files_.Path();
        options.environment = {{"HOME", dir_.Path().string()}, {"XDG_DATA_HOME", dir_.Path().string()}};
        const auto plain = shell == "bash" ? "--norc" : shell == "zsh" ? "-f" : "--no-config";
        const auto done = support::RunToEnd({shell, plain, "-c", line}, options);
        EXPECT_EQ(done.exit_code, 0) << done.error;
        EXPECT_EQ(done.error, "");
        std::set<std::string> offers;
        for (const std::string_view text : Split(done.output, '\n')) {
            const std::string_view word = text.substr(0, text.find_first_of("\t:"));
            if (!word.empty() && word.starts_with(words.back())) {
                offers.emplace(word);
            }
        }
        return offers;
    }

    support::TempDir dir_{"completion"};
    std::filesystem::path script_ = dir_ / "script";
    support::TempDir files_{"files"};
};

TEST_P(SettingsCompletion, OffersCommandsOptionsChoicesAndFiles) {
    using Offered = std::set<std::string>;
    support::WriteFile(files_ / "logbook", "");
    EXPECT_EQ(Offers({""}), (Offered{"sail", "repair", "whistle"}));
    EXPECT_EQ(Offers({"whistle", "o"}), (Offered{"on", "off"}));
    EXPECT_EQ(Offers({"--lo"}), (Offered{"--log-format"}));
    EXPECT_EQ(Offers({"sail", "--night"}), (Offered{"--night-service"}));
    EXPECT_EQ(Offers({"--log-format", ""}), (Offered{"json", "text"}));
    EXPECT_EQ(Offers({"--help-completion", "z"}), (Offered{"zsh"}));
    EXPECT_EQ(Offers({"--data-dir", "lo"}), (Offered{"logbook"}));
    EXPECT_EQ(Offers({"--token-file", "lo"}), (Offered{"logbook"}));
    EXPECT_EQ(Offers({"--timeout", ""}), Offered{});
    EXPECT_EQ(Offers({"--vers"}), (Offered{"--version"}));
}

INSTANTIATE_TEST_SUITE_P(Shells, SettingsCompletion, testing::Values("bash", "zsh", "fish"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace platform
