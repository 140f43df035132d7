#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/base/text.hpp"
#include "tests/unit/platform/settings/ferry_table.hpp"

namespace platform {
namespace {

using testing::HasSubstr;

TEST(SettingsHelp, IsMadeFromTheTable) {
    EXPECT_EQ(HelpPage(FerryTable()), R"(ferryd 1.2.3: Carries people across the river.

Usage: ferryd [options] [command]

Commands:
  sail
      Casts off.
  repair [part]
      Repairs the hull | keel.

A setting is given as an option (--key value), as an environment variable (FERRY_KEY) or as a line
of the YAML file that --config names (key: value). An option beats a variable, a variable beats the
file, the file beats the default. An empty variable counts as not given. Anything unknown, and any
value out of range, keeps the program from starting.

Network:
  --listen-address <text>
      Where to listen.
      default 127.0.0.1:8080; FERRY_LISTEN_ADDRESS
  --connections <number>
      How many at once.
      a whole number from 1 to 1000 (connections); default 100; FERRY_CONNECTIONS
  --timeout <duration>
      How long to wait for a passenger.
      a duration such as 250ms, 30s, 15m, 48h or 7d from 100ms to 1h; default 30s; FERRY_TIMEOUT

Settings:
  --night-service[=true|false]
      Sail at night.
      default false; FERRY_NIGHT_SERVICE
  --log-format <json|text>
      Form of the log lines.
      default json; FERRY_LOG_FORMAT
  --data-dir <path>
      Where the log book is kept.
      no default; FERRY_DATA_DIR
  --token-file <path>
      What the harbour master gave us.
      no default; FERRY_TOKEN_FILE

Other options:
  --config <path>
      Read settings from this YAML file. Variable: FERRY_CONFIG_FILE.
  -h, --help
      Show this page.
  --help-markdown
      Show it as a page of the manual, in Markdown.
  --help-man
      Show it as a page for man.
  --help-completion <bash|zsh|fish>
      Show the completion script of a shell.
  --version
      Show the version.
)");
}

TEST(SettingsManual, HasARowForEachSettingAndCommand) {
    const std::string page = MarkdownPage(FerryTable());
    EXPECT_THAT(page, HasSubstr("# Settings of ferryd\n\nCarries people across the river.\n"));
    EXPECT_THAT(page,
                HasSubstr("\n## Network\n\n| Option | Variable | Value | Default | Meaning |\n|---|---|---|---|---|\n"
                          "| `--listen-address` | `FERRY_LISTEN_ADDRESS` | text | `127.0.0.1:8080` | Where to "
                          "listen. |\n"));
    EXPECT_THAT(page, HasSubstr("| `--data-dir` | `FERRY_DATA_DIR` | a path |  | Where the log book is kept. |\n"));
    EXPECT_THAT(page, HasSubstr("| `repair [part]` | Repairs the hull \\| keel. |\n"));
    for (const Setting& setting : FerryTable().settings) {
        EXPECT_THAT(page, HasSubstr("| `--" + std::string(setting.key) + "` | "));
    }
    for (const std::string_view line : Split(page, '\n')) {
        if (line.starts_with("| `") && line.find("`FERRY_") != std::string_view::npos) {
            EXPECT_EQ(Split(line, '|').size(), 7U) << line;
        }
    }
}

TEST(SettingsProblems, AreListedOneALine) {
    EXPECT_EQ(ProblemsPage(FerryTable(), {"--a: is wrong", "B: too"}),
              "ferryd: 2 problems with the settings:\n  --a: is wrong\n  B: too\nAll settings: ferryd --help\n");
    EXPECT_THAT(ProblemsPage(FerryTable(), {"--a: is wrong"}), HasSubstr("1 problem with"));
}

TEST(SettingsNames, OfSourcesReadBothWays) {
    for (const auto& name : EnumNames<SettingSource>::kNames) {
        EXPECT_EQ(ParseEnum<SettingSource>(EnumText(name.value)), name.value);
    }
}

}  // namespace
}  // namespace platform
