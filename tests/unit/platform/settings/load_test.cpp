#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "platform/base/files.hpp"
#include "platform/base/invariant.hpp"
#include "tests/unit/platform/settings/ferry_table.hpp"

namespace platform {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class LoadingSettings : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "settings-test-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override {
        std::filesystem::remove_all(folder_);
    }
    std::string Write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
        const std::string path = folder_ + "/" + name;
        EXPECT_TRUE(WriteFileAtomically(path, text, mode).has_value());
        return path;
    }
    static SettingsOutcome Load(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
        return LoadSettings(FerryTable(), {std::move(arguments), std::move(environment)});
    }
    static Settings Good(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
        SettingsOutcome outcome = Load(std::move(arguments), std::move(environment));
        EXPECT_THAT(outcome.problems, IsEmpty());
        return outcome.settings;
    }

    std::string folder_;
};

TEST_F(LoadingSettings, StartsFromTheDefaults) {
    const Settings settings = Good({});
    EXPECT_EQ(settings.Text("listen-address"), "127.0.0.1:8080");
    EXPECT_EQ(settings.Integer("connections"), 100);
    EXPECT_EQ(settings.DurationOf("timeout"), std::chrono::seconds(30));
    EXPECT_FALSE(settings.Boolean("night-service"));
    EXPECT_EQ(settings.Text("log-format"), "json");
    EXPECT_FALSE(settings.Has("data-dir"));
    EXPECT_EQ(settings.Text("data-dir"), "");
    EXPECT_EQ(settings.Secret("token-file"), "");
    EXPECT_EQ(settings.Source("connections"), SettingSource::kDefault);
    EXPECT_THAT(settings.All(), SizeIs(FerryTable().settings.size()));
}

TEST_F(LoadingSettings, TakesOptions) {
    const Settings settings = Good({"--listen-address", "[::1]:1", "--connections=7", "--timeout", "250ms",
                                    "--night-service", "--log-format", "text", "--data-dir", "/var/ferry dir"});
    EXPECT_EQ(settings.Text("listen-address"), "[::1]:1");
    EXPECT_EQ(settings.Integer("connections"), 7);
    EXPECT_EQ(settings.DurationOf("timeout"), std::chrono::milliseconds(250));
    EXPECT_TRUE(settings.Boolean("night-service"));
    EXPECT_EQ(settings.Text("log-format"), "text");
    EXPECT_EQ(settings.Text("data-dir"), "/var/ferry dir");
    EXPECT_EQ(settings.Source("data-dir"), SettingSource::kCommandLine);
    EXPECT_FALSE(Good({"--night-service=false"}).Boolean("night-service"));
    EXPECT_EQ(Good({"--connections", "1", "--connections", "2"}).Integer("connections"), 2);
}

TEST_F(LoadingSettings, TakesVariables) {
    const Settings settings = Good({}, {"FERRY_LISTEN_ADDRESS=:1", "FERRY_NIGHT_SERVICE=true", "FERRY_DATA_DIR=a=b",
                                        "HOME=/root", "FERR_X=1", "NONSENSE"});
    EXPECT_EQ(settings.Text("listen-address"), ":1");
    EXPECT_TRUE(settings.Boolean("night-service"));
    EXPECT_EQ(settings.Text("data-dir"), "a=b");
    EXPECT_EQ(settings.Source("data-dir"), SettingSource::kEnvironment);
}

TEST_F(LoadingSettings, TakesAnEmptyVariableForNone) {
    const Settings settings = Good({}, {"FERRY_CONNECTIONS=", "FERRY_CONFIG_FILE="});
    EXPECT_EQ(settings.Integer("connections"), 100);
    EXPECT_EQ(settings.Source("connections"), SettingSource::kDefault);
}

TEST_F(LoadingSettings, TakesAFile) {
    const std::string path = Write("ferry.yaml",
                                   "# ours\nlisten-address: ':1'\nconnections: 7\ntimeout: 2m\n"
                                   "night-service: true\nlog-format: text\ndata-dir: /var/ferry\n");
    const Settings settings = Good({"--config", path});
    EXPECT_EQ(settings.Text("listen-address"), ":1");
    EXPECT_EQ(settings.Integer("connections"), 7);
    EXPECT_EQ(settings.DurationOf("timeout"), std::chrono::minutes(2));
    EXPECT_TRUE(settings.Boolean("night-service"));
    EXPECT_EQ(settings.Source("log-format"), SettingSource::kFile);
    EXPECT_EQ(Good({}, {"FERRY_CONFIG_FILE=" + path}).Integer("connections"), 7);
    EXPECT_EQ(
        Good({"--config", Write("quoted.yaml", "connections: '8'\nnight-service: 'true'\n")}).Integer("connections"),
        8);
    EXPECT_EQ(Good({"--config", Write("comments.yaml", "---\n# nothing\n")}).Integer("connections"), 100);
}

TEST_F(LoadingSettings, LetsOptionsBeatVariablesBeatTheFileBeatDefaults) {
    const std::string path = Write("ferry.yaml", "connections: 2\ntimeout: 2s\nlog-format: text\n");
    const Settings settings =
        Good({"--connections", "4", "--config", path}, {"FERRY_CONNECTIONS=3", "FERRY_TIMEOUT=3s"});
    EXPECT_EQ(settings.Integer("connections"), 4);
    EXPECT_EQ(settings.DurationOf("timeout"), std::chrono::seconds(3));
    EXPECT_EQ(settings.Text("log-format"), "text");
    EXPECT_EQ(settings.Text("listen-address"), "127.0.0.1:8080");
}

TEST_F(LoadingSettings, ListsEveryProblemAtOnce) {
    const std::string path = Write("ferry.yaml",
                                   "conections: 2\ntimeout: 5\nlog-format: xml\nlisten-address: 1.10\n"
                                   "data-dir: null\nnight-service: [true]\n");
    const SettingsOutcome outcome = Load({"--lisen-address", ":1", "--connections", "0", "--config", path, "dance"},
                                         {"FERRY_TIMEOUT=2h", "FERRY_LISTENADDRESS=:1", "FERRY_ZZZ=1"});
    EXPECT_THAT(
        outcome.problems,
        ElementsAre("--lisen-address: unknown option; did you mean '--listen-address'?",
                    path + ": conections: unknown setting; did you mean 'connections'?",
                    path + ": data-dir: needs a value: a path",
                    path + ": listen-address: must be text, not 1.1; write it in quotes if it is text",
                    path + ": log-format: must be one of json, text, not 'xml'",
                    path + ": night-service: must be true or false, not a list or a group of settings",
                    path + ": timeout: must be a duration such as 250ms, 30s, 15m, 48h or 7d from 100ms to 1h, not '5'",
                    "FERRY_TIMEOUT: must be a duration such as 250ms, 30s, 15m, 48h or 7d from 100ms to 1h, not '2h'",
                    "FERRY_LISTENADDRESS: unknown variable; did you mean 'FERRY_LISTEN_ADDRESS'?",
                    "FERRY_ZZZ: unknown variable; see ferryd --help for those there are",
                    "--connections: must be a whole number from 1 to 1000 (connections), not '0'",
                    "'dance': unknown command; known: sail, repair"));
}

TEST_F(LoadingSettings, RefusesValuesThatDoNotFit) {
    for (const std::string argument :
         {"--connections=1001", "--connections=-1", "--connections=ten", "--connections=1.0", "--connections=0x10",
          "--connections=99999999999999999999", "--timeout=99ms", "--timeout=61m", "--timeout=1", "--timeout=-1s",
          "--night-service=yes", "--night-service=TRUE", "--log-format=JSON", "--data-dir=a\nb",
          "--listen-address=\xFF"}) {
        const SettingsOutcome outcome = Load({argument});
        ASSERT_THAT(outcome.problems, SizeIs(1)) << argument;
        EXPECT_THAT(outcome.problems[0], StartsWith(argument.substr(0, argument.find('=')) + ": must be "));
    }
}

TEST_F(LoadingSettings, AsksForMissingValues) {
    EXPECT_THAT(Load({"--connections", "--timeout", "1s", "--config"}).problems,
                ElementsAre("--config: needs a value: the path of a YAML file",
                            "--connections: needs a value: a whole number from 1 to 1000 (connections)"));
}

TEST_F(LoadingSettings, LetsOtherProgramsHaveTheirVariables) {
    EXPECT_THAT(Load({}, {"FERRY_URL=http://x", "FERRY_TEST_CLUSTER=/tmp/x"}).problems, IsEmpty());
    EXPECT_THAT(Load({}, {"FERRY_URLS=http://x"}).problems, SizeIs(1));
}

TEST_F(LoadingSettings, SaysWhatIsWrongWithTheFile) {
    EXPECT_THAT(Load({"--config", folder_ + "/none"}).problems,
                ElementsAre("cannot read " + folder_ + "/none: No such file or directory"));
    EXPECT_THAT(Load({"--config", Write("broken.yaml", "a: [1\nb: 2\n")}).problems,
                ElementsAre(HasSubstr("broken.yaml: ")));
    EXPECT_THAT(Load({"--config", Write("twice.yaml", "connections: 1\nconnections: 2\n")}).problems,
                ElementsAre(HasSubstr("is there twice")));
    EXPECT_THAT(Load({"--config", Write("list.yaml", "- connections\n")}).problems,
                ElementsAre(HasSubstr("`key: value`")));
    EXPECT_THAT(Load({"--config", Write("empty.yaml", "")}).problems, ElementsAre(HasSubstr("empty")));
    EXPECT_THAT(Load({"--config", Write("open.yaml", "connections: 1\n", 0666)}).problems,
                ElementsAre(HasSubstr("every user of this machine may write it")));
    EXPECT_THAT(Load({"--config", folder_}).problems, ElementsAre(HasSubstr("Is a directory")));
}

TEST_F(LoadingSettings, ReadsItsUsualFileWhenItIsThere) {
    SettingsTable table = FerryTable();
    const std::string usual = folder_ + "/usual.yaml";
    table.usual_config_file = usual;
    EXPECT_THAT(LoadSettings(table, {}).problems, IsEmpty());
    Write("usual.yaml", "connections: 5\n");
    EXPECT_EQ(LoadSettings(table, {}).settings.Integer("connections"), 5);
    const std::string other = Write("other.yaml", "timeout: 9s\n");
    EXPECT_EQ(LoadSettings(table, {{"--config", other}, {}}).settings.Integer("connections"), 100);
}

TEST_F(LoadingSettings, ReadsSecretsFromFiles) {
    const std::string path = Write("token", "s3same\n", 0640);
    const Settings settings = Good({"--token-file", path});
    EXPECT_EQ(settings.Secret("token-file"), "s3same");
    EXPECT_EQ(settings.Text("token-file"), path);
    EXPECT_EQ(Good({"--token-file", Write("lines", " a\nb \r\n\n")}).Secret("token-file"), " a\nb ");
}

TEST_F(LoadingSettings, RefusesSecretsThatAreNone) {
    for (const mode_t mode : {0644U, 0604U, 0602U, 0601U}) {
        EXPECT_THAT(
            Load({"--token-file", Write("token", "s3same", mode)}).problems,
            ElementsAre("token-file: " + folder_ +
                        "/token is open to every user of this machine, so what it holds is no secret; chmod 640 "
                        "or 600 it"));
    }
    EXPECT_THAT(Load({"--token-file", Write("nothing", "\n")}).problems, ElementsAre(HasSubstr("nothing is empty")));
    EXPECT_THAT(Load({"--token-file", folder_ + "/none"}).problems, ElementsAre(HasSubstr("No such file")));
    EXPECT_THAT(Load({"--token-file", Write("huge", std::string(70'000, 'x'))}).problems,
                ElementsAre(HasSubstr("larger than")));
    EXPECT_THAT(Load({"--token", "s3same"}).problems, ElementsAre(HasSubstr("did you mean '--token-file'?")));
}

TEST_F(LoadingSettings, TakesOneCommandAndItsArguments) {
    const SettingsOutcome sail = Load({"--connections", "5", "sail"});
    EXPECT_EQ(sail.command, "sail");
    EXPECT_THAT(sail.command_arguments, IsEmpty());
    EXPECT_EQ(sail.settings.Integer("connections"), 5);
    const SettingsOutcome repair = Load({"repair", "keel", "--night-service"});
    EXPECT_EQ(repair.command, "repair");
    EXPECT_THAT(repair.command_arguments, ElementsAre("keel"));
    EXPECT_TRUE(repair.settings.Boolean("night-service"));
    EXPECT_THAT(Load({"sail", "home"}).problems, ElementsAre("sail: takes at most 0 arguments, not 'home'"));
    EXPECT_THAT(Load({"repiar"}).problems, ElementsAre("'repiar': unknown command; did you mean 'repair'?"));
    EXPECT_EQ(Load({}).command, "");
}

TEST_F(LoadingSettings, AsksForWhatIsRequiredOnce) {
    SettingsTable table = FerryTable();
    table.settings.push_back({.key = "harbour", .help = "Where we belong.", .required = true});
    EXPECT_THAT(LoadSettings(table, {}).problems,
                ElementsAre("--harbour (or FERRY_HARBOUR, or harbour in the config file) is required: text"));
    EXPECT_THAT(LoadSettings(table, {{"--harbour", "x"}, {}}).problems, IsEmpty());
    EXPECT_THAT(LoadSettings(table, {{"--harbour"}, {}}).problems, ElementsAre("--harbour: needs a value: text"));
}

TEST_F(LoadingSettings, ShowsPagesEvenWhenSettingsAreWrong) {
    EXPECT_THAT(*Load({"--help", "--connections", "0"}).page, HasSubstr("Usage: ferryd"));
    EXPECT_THAT(*Load({"-h"}).page, HasSubstr("Usage: ferryd"));
    EXPECT_EQ(*Load({"--version"}).page, "ferryd 1.2.3\n");
    EXPECT_THAT(*Load({"--help-markdown"}).page, StartsWith("# Settings of ferryd\n"));
    EXPECT_EQ(Load({}).page, std::nullopt);
}

TEST_F(LoadingSettings, NeverPrintsWhatCouldDriveATerminal) {
    const SettingsOutcome outcome = Load({"--x\x1B[31m", "\x1B[31m"}, {"FERRY_\x1B=1", "FERRY_LOG_FORMAT=\x1B[31m"});
    for (const std::string& problem : outcome.problems) {
        EXPECT_EQ(problem.find('\x1B'), std::string::npos);
    }
    EXPECT_THAT(outcome.problems, SizeIs(3));
}

TEST(SettingsValues, AreAskedForAsWhatTheyAre) {
    const Settings settings = LoadSettings(FerryTable(), {}).settings;
    EXPECT_THROW(settings.Text("nothing"), InvariantViolation);
    EXPECT_THROW(settings.Text("connections"), InvariantViolation);
    EXPECT_THROW(settings.Integer("timeout"), InvariantViolation);
    EXPECT_THROW(settings.DurationOf("connections"), InvariantViolation);
    EXPECT_THROW(settings.Boolean("log-format"), InvariantViolation);
    EXPECT_THROW(settings.Secret("data-dir"), InvariantViolation);
}

TEST(SettingsInput, ComesFromMain) {
    const char* argv[] = {"ferryd", "--help", nullptr};
    const char* environment[] = {"A=1", "B=2", nullptr};
    const SettingsInput input = SettingsInputOf(2, argv, environment);
    EXPECT_THAT(input.arguments, ElementsAre("--help"));
    EXPECT_THAT(input.environment, ElementsAre("A=1", "B=2"));
    EXPECT_THAT(SettingsInputOf(1, argv, nullptr).environment, IsEmpty());
}

TEST(SettingsTables, AreRefusedWhenTheyContradictThemselves) {
    for (const Setting& setting : std::vector<Setting>{
             {.key = "", .help = "Help."},
             {.key = "Upper", .help = "Help."},
             {.key = "under_score", .help = "Help."},
             {.key = "-dash", .help = "Help."},
             {.key = "config", .help = "Help."},
             {.key = "no-help"},
             {.key = "token", .type = SettingType::kSecretFile, .help = "Help."},
             {.key = "count", .type = SettingType::kInteger, .fallback = "x", .help = "Help."},
             {.key = "count", .type = SettingType::kInteger, .fallback = "0", .help = "Help.", .min = "1"},
             {.key = "count", .type = SettingType::kInteger, .help = "Help.", .min = "1s"},
             {.key = "span", .type = SettingType::kDuration, .help = "Help.", .max = "10"},
             {.key = "text", .help = "Help.", .max = "10"},
             {.key = "flag", .type = SettingType::kBoolean, .help = "Help."},
             {.key = "form", .type = SettingType::kChoice, .help = "Help."},
             {.key = "form", .type = SettingType::kChoice, .fallback = "c", .help = "Help.", .choices = {"a", "b"}},
             {.key = "must", .fallback = "x", .help = "Help.", .required = true},
             {.key = "connections", .help = "Declared already."},
         }) {
        SettingsTable table = FerryTable();
        table.settings.push_back(setting);
        EXPECT_THROW(LoadSettings(table, {}), InvariantViolation) << setting.key;
    }
}

}  // namespace
}  // namespace platform
