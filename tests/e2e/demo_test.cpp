// demo/run played once with the real programs; the cases look at what it said and at what it left behind.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "platform/crypto/crypto.hpp"
#include "platform/json/json.hpp"
#include "tests/e2e/transcript.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace e2e {
namespace {

using Counts = std::map<std::string, int>;

constexpr const char* kRelease = "2025-01-15-audit-filter-ui";

std::size_t CountOf(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

class DemoTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        dir_ = std::make_unique<support::TempDir>(support::TempDir::InMemory("demo"));
        dir_->LetThrough();
        support::ProcessOptions options;
        options.environment = {
            {"PORTCULLIS_BIN_DIR", std::filesystem::path(support::BuiltProgram("portcullis")).parent_path().string()},
            {"HOME", dir_->Path().string()}};
        options.unset = {"PORTCULLIS_URL",     "PORTCULLIS_TOKEN",  "PORTCULLIS_TOKEN_FILE",
                         "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG", "XDG_CONFIG_HOME"};
        run_ = support::RunToEnd({PORTCULLIS_SOURCE_DIR "/demo/run", "--once", "--data-dir", Data().string(), "--port",
                                  "0", "--pulse-port", "0", "--fleet-port", "0"},
                                 options, std::chrono::seconds(480));
        steps_ = ReadTranscript(run_.output);
    }

    static void TearDownTestSuite() {
        dir_.reset();
    }

    void SetUp() override {
        ASSERT_EQ(run_.exit_code, 0) << run_.output << run_.error;
    }

    static std::filesystem::path Data() {
        return *dir_ / "data";
    }
    static std::filesystem::path Out(const std::string& name) {
        return Data() / "out" / name;
    }
    static std::filesystem::path Key() {
        return Out("portcullis.pub");
    }

    /// Exit code of the command line without any server to reach.
    static int Offline(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
        support::ProcessOptions options;
        options.environment = {{"HOME", dir_->Path().string()}, {"XDG_CONFIG_HOME", (Data() / "config").string()}};
        options.unset = {"PORTCULLIS_URL", "PORTCULLIS_TOKEN"};
        return support::RunToEnd(std::move(arguments), options).exit_code;
    }

    static int VerifyVerdict(const std::string& document, const std::string& at = "2025-02-14T10:05:00Z") {
        support::WriteFile(*dir_ / "verdict.json", document);
        return Offline({"verify-verdict", (*dir_ / "verdict.json").string(), "--key", Key().string(), "--at", at});
    }

    static int VerifyAudit(const std::string& lines) {
        support::WriteFile(*dir_ / "audit.jsonl", lines);
        return Offline({"audit", "verify", (*dir_ / "audit.jsonl").string(), "--key", Key().string()});
    }

    static int VerifyArchive(const std::string& tar) {
        support::WriteFile(*dir_ / "archive.tar", tar);
        return Offline({"archive", "verify", (*dir_ / "archive.tar").string(), "--key", Key().string()});
    }

    static inline std::unique_ptr<support::TempDir> dir_;
    static inline support::Finished run_;
    static inline std::vector<Step> steps_;
};

TEST_F(DemoTest, AsDatedTheFirstPromotionIsRefusedWithEveryReasonAndDoubt) {
    const Step& step = Find(steps_, "ravi.patel", std::string("promote ") + kRelease + " --to experimental");
    EXPECT_EQ(step.Findings(), (Counts{{"CLS-4 (pending)", 1},    // nobody from QA approved the class
                                       {"CLS-5 (pending)", 2},    // nobody acknowledged the lower class: two roles
                                       {"doubt CLS-5", 1},        // a path that touches auditing
                                       {"doubt EXP-6", 1},        // the plan's owner is its only approver
                                       {"EXP-7", 1},              // 200 ms to 500 ms: neither good enough nor a trigger
                                       {"OBS-4 (pending)", 1}}))  // no baseline before experimental
        << run_.output;
    EXPECT_TRUE(step.Says("(exit code 1)"));
}

TEST_F(DemoTest, TheGoOnPaperIsRefusedWithEveryReasonAndDoubt) {
    const Step& step = Find(steps_, "bob.smith", std::string("memo decide ") + kRelease);
    Counts expected = {{"MEM-2", 4},  // stays, rollback, observability, exit criteria: four boxes that are not so
                       {"CLS-4 (pending)", 1}, {"CLS-5 (pending)", 2}, {"doubt CLS-5", 1},
                       {"doubt EXP-6", 1},     {"EXP-7", 1},           {"CHN-1", 1},  // the release never left dev
                       {"CHX-2 (pending)", 3},   // three exit criteria, none judged
                       {"CHX-4 (pending)", 1},   // no feedback of the tenants
                       {"CHX-5 (pending)", 1},   // no metrics of a stay in candidate
                       {"RBX-2 (pending)", 1}};  // no rollback drill
    for (int i = 1; i <= 9; ++i) {
        expected["OBS-" + std::to_string(i) + " (pending)"] = 1;
    }
    EXPECT_EQ(step.Findings(), expected) << run_.output;
    EXPECT_TRUE(step.Says("(exit code 1)"));
    EXPECT_TRUE(step.Says("CHN-1: The release is in dev"));
}

TEST_F(DemoTest, TheHandWrittenMemoContradictsTheFactsAndItself) {
    const Step& step = Find(steps_, "ravi.patel", "memo lint");
    EXPECT_EQ(step.LintFindings(), (Counts{{"line 1: CHN-1 (contradiction)", 1},
                                           {"line 9: CLS-4 (contradiction)", 2},
                                           {"line 9: CLS-5 (contradiction)", 2},
                                           {"line 9: EXP-6 (doubt)", 1},
                                           {"line 10: MEM-7 (doubt)", 1},
                                           {"line 14: CHN-2 (contradiction)", 3},
                                           {"line 14: MEM-2 (contradiction)", 1},
                                           {"line 18: MEM-2 (contradiction)", 1},
                                           {"line 19: MEM-2 (contradiction)", 1},
                                           {"line 20: MEM-2 (contradiction)", 1}}));
    EXPECT_TRUE(step.Says("14 days in experimental and 7 days in candidate are 21 days, but only 14 days lie between"));
}

TEST_F(DemoTest, PutRightItReachesStable) {
    const Step& show = Find(steps_, "ravi.patel", std::string("release show ") + kRelease);
    EXPECT_TRUE(std::any_of(show.answer.begin(), show.answer.end(), [](const std::string& line) {
        return line.find("channel") != std::string::npos && line.ends_with(" stable");
    })) << run_.output;
    const Step& hard_stop = Find(steps_, "ravi.patel", std::string("promote ") + kRelease + " --to candidate");
    EXPECT_EQ(hard_stop.Findings().at("HST-4 (hard stop)"), 1);
}

TEST_F(DemoTest, TheSavedVerdictVerifiesUnchangedAndInTimeOnly) {
    const std::string document = support::ReadFile(Out("verdict.json"));
    EXPECT_EQ(VerifyVerdict(document), 0);
    // The key was noted when the verdict was saved.
    EXPECT_EQ(Offline({"verify-verdict", Out("verdict.json").string(), "--at", "2025-02-14T10:05:00Z"}), 0);
    EXPECT_EQ(VerifyVerdict(document, "2025-03-14T10:05:00Z"), 4);
    auto parsed = platform::ParseJson(document);
    ASSERT_TRUE(parsed);
    int changed = 0;
    for (auto& [name, value] : parsed->items()) {
        if (value.is_string() && !value.get_ref<const std::string&>().empty()) {
            const platform::Json before = value;
            std::string text = value.get<std::string>();
            char& middle = text[text.size() / 2];
            middle = middle == 'A' ? 'B' : 'A';
            value = text;
            EXPECT_NE(VerifyVerdict(parsed->dump()), 0) << name;
            value = before;
            ++changed;
        }
    }
    EXPECT_GT(changed, 0);
    EXPECT_NE(VerifyVerdict(document.substr(0, document.size() / 2)), 0);
    EXPECT_NE(VerifyVerdict("{}"), 0);
}

TEST_F(DemoTest, AnAuditExportThatIsChangedCutOrReorderedIsFound) {
    const std::string lines = support::ReadFile(Out("audit.jsonl"));
    ASSERT_EQ(VerifyAudit(lines), 0);
    std::string changed = lines;
    const std::size_t name = changed.find("jane.doe", changed.size() / 2);
    ASSERT_NE(name, std::string::npos);
    changed.replace(name, 8, "bob.smit");
    EXPECT_EQ(VerifyAudit(changed), 1);

    const std::size_t first_end = lines.find('\n', lines.size() / 2) + 1;
    const std::size_t second_end = lines.find('\n', first_end) + 1;
    const std::size_t third_end = lines.find('\n', second_end) + 1;
    const std::string second = lines.substr(first_end, second_end - first_end);
    const std::string third = lines.substr(second_end, third_end - second_end);
    EXPECT_EQ(VerifyAudit(lines.substr(0, first_end) + lines.substr(second_end)), 1);
    EXPECT_EQ(VerifyAudit(lines.substr(0, first_end) + third + second + lines.substr(third_end)), 1);
    EXPECT_EQ(VerifyAudit(lines.substr(0, second_end)), 1);
}

TEST_F(DemoTest, AnArchiveThatIsChangedOrCutIsFound) {
    const std::string tar = support::ReadFile(Out(std::string(kRelease) + ".tar"));
    ASSERT_EQ(VerifyArchive(tar), 0);
    std::string changed = tar;
    const std::size_t name = changed.find("quinn.lee");
    ASSERT_NE(name, std::string::npos);
    changed.replace(name, 9, "quinn.lea");
    EXPECT_NE(VerifyArchive(changed), 0);
    EXPECT_NE(VerifyArchive(tar.substr(0, tar.size() / 2 / 512 * 512)), 0);
    EXPECT_NE(VerifyArchive(tar.substr(512)), 0);
}

TEST_F(DemoTest, TheMemoIsThereInEveryForm) {
    const std::string text = support::ReadFile(Out("memo-1.txt"));
    EXPECT_EQ(CountOf(text, "- [x] "), 7U);
    EXPECT_EQ(CountOf(text, "- [ ] "), 0U);
    EXPECT_NE(text.find("DECISION: GO\n"), std::string::npos);
    EXPECT_NE(support::ReadFile(Out("memo-1.html")).find("<html"), std::string::npos);
    EXPECT_NE(support::ReadFile(Out("memo-1.md")).find(kRelease), std::string::npos);
    EXPECT_TRUE(platform::ParseJson(support::ReadFile(Out("memo-1.json"))));
}

TEST_F(DemoTest, NoTokenIsInTheControllersLogAndItEndedByItself) {
    const std::string log = support::ReadFile(Data() / "portcullisd.log");
    EXPECT_EQ(log.find("pcl_"), std::string::npos);
    EXPECT_NE(log.find("daemon.stopped"), std::string::npos);
}

TEST_F(DemoTest, AManagedInstanceIsThereWithTenantsAndEndsWithIt) {
    EXPECT_NE(run_.output.find("tenants are switched on: eu-1 hosts SBNC-dev and harbour"), std::string::npos)
        << run_.output;
    EXPECT_NE(run_.output.find("instance     http://127.0.0.1:"), std::string::npos) << run_.output;
    const std::string log = support::ReadFile(Data() / "pulse" / "eu-1" / "pulsed.log");
    EXPECT_NE(log.find("daemon.stopped"), std::string::npos) << log;
    std::string password = support::ReadFile(Data() / "pulse" / "eu-1" / "password");
    password.pop_back();
    EXPECT_EQ(log.find(password), std::string::npos);
    EXPECT_NE(run_.output.find("password " + password), std::string::npos);
    for (const char* secret : {"password", "app.url", "owner.url", "seed.json"}) {
        EXPECT_EQ(std::filesystem::status(Data() / "pulse" / "eu-1" / secret).permissions(),
                  std::filesystem::perms(0600))
            << secret;
    }
}

TEST_F(DemoTest, TheFlagIsOnForTheTenantsOfThePlanWhereTheyAreHosted) {
    const Step& step = Find(steps_, "ravi.patel", std::string("release exposure ") + kRelease);
    auto rows = step.Rows("INSTANCE");
    ASSERT_EQ(rows.size(), 4U) << run_.output;
    const std::vector<std::vector<std::string>> expected = {{"eu-1", "SBNC-dev, default, harbour", "SBNC-dev"},
                                                            {"eu-2", "SBNC-staging, default, lakeside", "SBNC-staging"},
                                                            {"us-1", "default, orchard", "-"},
                                                            {"old-1", "meadow, quarry, default", "-"}};
    for (const std::vector<std::string>& row : expected) {
        auto& shown = rows[row[0]];
        EXPECT_EQ(shown["HOSTS"], row[1]) << row[0];
        EXPECT_EQ(shown["ORDERED ON FOR"], row[2]) << row[0];
        EXPECT_EQ(shown["IS ON FOR"], row[2]) << row[0];
        EXPECT_EQ(shown["DIFFERS"], "-") << row[0];
    }
}

TEST_F(DemoTest, ADrillIsTimedAndEachDirectionIsANewProcess) {
    const Step& approved = Find(steps_, "bob.smith", "drill approve --instance us-1");
    EXPECT_FALSE(approved.Says("(exit code"));
    const Step& drill = Find(steps_, "omar.haddad", "drill run --instance us-1 --mode restart");
    EXPECT_FALSE(drill.Says("(exit code")) << run_.output;
    EXPECT_TRUE(drill.Says("1 instance was switched off and back on, verified both times, and no data was lost."));
    const auto row = std::ranges::find_if(drill.answer, [](const std::string& line) {
        return line.find(" us-1 ") != std::string::npos && line.find("verified") != std::string::npos;
    });
    ASSERT_NE(row, drill.answer.end()) << run_.output;
    std::istringstream words(*row);
    std::string instance;
    std::string killed;
    std::string restored;
    std::string kept;
    int times[4] = {};
    words >> instance >> killed >> times[0] >> times[1] >> restored >> times[2] >> times[3] >> kept;
    EXPECT_EQ(instance + " " + killed + " " + restored + " " + kept, "us-1 verified verified yes") << *row;
    EXPECT_GT(times[0], 0) << *row;
    EXPECT_GE(times[1], times[0]) << *row;
    EXPECT_GT(times[2], 0) << *row;
    EXPECT_GE(times[3], times[2]) << *row;
    // What was there, what the kill left, what the restore left: three processes.
    std::set<std::string> boots;
    std::istringstream lines(run_.output.substr(run_.output.find("What the two orders found and left")));
    std::string line;
    std::getline(lines, line);
    for (int i = 0; i < 4 && std::getline(lines, line); ++i) {
        const std::size_t boot = line.find("boot_");
        ASSERT_NE(boot, std::string::npos) << line;
        boots.insert(line.substr(boot, line.find(',', boot) - boot));
        EXPECT_EQ(line.ends_with(" after the order"), i % 2 == 1) << line;
    }
    EXPECT_EQ(boots.size(), 3U);
}

TEST_F(DemoTest, AFlagIsKilledAndLiftedEverywhere) {
    const Step& kill = Find(steps_, "omar.haddad", std::string("kill --release ") + kRelease);
    EXPECT_TRUE(
        kill.Says("3 of 3 instances have the flag as ordered and verified. Not managed, by its own word an unmodified "
                  "Pulse without flags: "
                  "old-1."))
        << run_.output;
    EXPECT_TRUE(Find(steps_, "omar.haddad", "switch flags").Says("totals of one tenant are wrong"));
    EXPECT_FALSE(Find(steps_, "bob.smith", "switch approve --flag").Says("(exit code"));
    const Step& lift = Find(steps_, "omar.haddad", "switch lift --flag");
    EXPECT_TRUE(
        lift.Says("3 of 3 instances have the flag as ordered and verified. Not managed, by its own word an unmodified "
                  "Pulse without flags: "
                  "old-1."))
        << run_.output;
}

TEST_F(DemoTest, WithoutItsDatabaseItKillsAndSwitchesNothingOn) {
    const Step& kill = Find(steps_, "omar.haddad", "kill --all --reason 'isolation is in doubt, and the database");
    EXPECT_FALSE(kill.Says("(exit code")) << run_.output;
    EXPECT_TRUE(kill.Says("The database does not answer: the order is in the journal of controller")) << run_.output;
    EXPECT_NE(run_.output.find("sent to 4 connected instances, of which 4 report off"), std::string::npos)
        << run_.output;
    EXPECT_TRUE(Find(steps_, "omar.haddad", "switch on --all --reason 'as if").Says("(exit code 4)"));
    const auto id = std::ranges::find_if(
        kill.answer, [](const std::string& line) { return line.find("operation    op_") != std::string::npos; });
    ASSERT_NE(id, kill.answer.end());
    const Step& watch = Find(steps_, "omar.haddad", "operation watch " + id->substr(id->find("op_")));
    EXPECT_FALSE(watch.Says("(exit code")) << run_.output;
    EXPECT_TRUE(watch.Says("4 of 4 instances are switched off and verified.")) << run_.output;
    const std::string audit = support::ReadFile(Out("audit.jsonl"));
    EXPECT_NE(audit.find("isolation is in doubt, and the database is gone"), std::string::npos);
    EXPECT_TRUE(Find(steps_, "omar.haddad", "switch on --all --reason 'the database is back'")
                    .Says("4 of 4 instances are switched on and verified."));
}

TEST_F(DemoTest, AnInstanceThatHangsIsReportedAsNotKilled) {
    const Step& kill = Find(steps_, "omar.haddad", "kill --all");
    EXPECT_TRUE(kill.Says("(exit code 4)")) << run_.output;
    EXPECT_TRUE(kill.Says("3 of 4 instances are switched off and verified. Not: us-1 (unreachable).")) << run_.output;
    const auto record = platform::ParseJson(support::ReadFile(Out("kill-first-look.json")));
    ASSERT_TRUE(record);
    EXPECT_EQ((*record)["operation"]["counts"]["verified"], 3);
    EXPECT_EQ((*record)["operation"]["complete"], false);
    EXPECT_TRUE(record->contains("as_of"));
    const std::string markdown = support::ReadFile(Out("kill-first-look.md"));
    const std::size_t alarm = markdown.find("NOT AS ORDERED");
    ASSERT_NE(alarm, std::string::npos) << markdown;
    EXPECT_LT(markdown.find("us-1", alarm), markdown.find("## Order")) << "before anything else";
}

TEST_F(DemoTest, ThenEverybodyIsProvenAndTheEvidenceIsThere) {
    const Step& watch = Find(steps_, "omar.haddad", "operation watch");
    EXPECT_TRUE(watch.Says("4 of 4 instances are switched off and verified.")) << run_.output;
    EXPECT_FALSE(watch.Says("(exit code"));
    const std::string json = support::ReadFile(Out("kill.json"));
    const auto record = platform::ParseJson(json);
    ASSERT_TRUE(record);
    for (const platform::Json& part : (*record)["operation"]["instances"]) {
        Counts steps;
        for (const platform::Json& step : part["steps"]) {
            steps[step.value("step", "")] += step.value("outcome", "") == "passed" ? 1 : 0;
        }
        for (const char* step : {"applied", "value", "probes", "ui", "websocket", "data", "watch"}) {
            EXPECT_EQ(steps[step], 1) << part["instance"] << " " << step;
        }
    }
    const std::string hash = platform::Sha256Hex(json);
    EXPECT_NE(support::ReadFile(Out("kill.html")).find(hash), std::string::npos);
    EXPECT_NE(support::ReadFile(Out("kill.md")).find("sha256:" + hash), std::string::npos);
}

TEST_F(DemoTest, AnUnmodifiedOneIsKilledWithTheOthersAndProvenByWhatItsProcessAnswers) {
    const auto first_look = platform::ParseJson(support::ReadFile(Out("kill-first-look.json")));
    ASSERT_TRUE(first_look);
    std::map<std::string, std::string> outcomes;
    for (const platform::Json& part : (*first_look)["operation"]["instances"]) {
        outcomes[part.value("instance", "")] = part.value("outcome", "");
    }
    EXPECT_EQ(outcomes,
              (std::map<std::string, std::string>{
                  {"eu-1", "verified"}, {"eu-2", "verified"}, {"old-1", "verified"}, {"us-1", "unreachable"}}));
    const std::size_t off = run_.output.find("old-1 is started from the file: PULSE_MULTI_TENANT_ENABLED=false");
    ASSERT_NE(off, std::string::npos) << run_.output;
    EXPECT_NE(run_.output.find("meadow selects itself there:    501", off), std::string::npos) << run_.output;
    EXPECT_LT(run_.output.find("meadow selects itself there:    200"), off) << "before the kill";
    EXPECT_NE(run_.output.find("meadow selects itself there:    200", off), std::string::npos) << "switched back on";
    EXPECT_NE(support::ReadFile(Data() / "pulse" / "old-1" / "pulse.env").find("PULSE_MULTI_TENANT_ENABLED=true"),
              std::string::npos);
}

TEST_F(DemoTest, TheWayBackOnIsADecision) {
    EXPECT_TRUE(Find(steps_, "omar.haddad", "switch on").Says("KSW-8"));
    EXPECT_FALSE(Find(steps_, "bob.smith", "switch approve").Says("(exit code"));
    const auto record = platform::ParseJson(support::ReadFile(Out("switch-on.json")));
    ASSERT_TRUE(record);
    EXPECT_EQ((*record)["operation"]["complete"], true);
    EXPECT_EQ((*record)["approval"]["approved_by"], "bob.smith");
    EXPECT_NE(run_.output.find("SBNC-dev asks eu-1 for its records: 501"), std::string::npos);
    EXPECT_GT(run_.output.rfind("SBNC-dev asks eu-1 for its records: 200"),
              run_.output.find("SBNC-dev asks eu-1 for its records: 501"));
}

TEST(DemoWithoutTenants, TheInstanceIsTheProductForOneOrganization) {
    support::TempDir dir = support::TempDir::InMemory("demo-off");
    dir.LetThrough();
    support::ProcessOptions options;
    options.environment = {
        {"PORTCULLIS_BIN_DIR", std::filesystem::path(support::BuiltProgram("portcullis")).parent_path().string()},
        {"HOME", dir.Path().string()},
        {"PULSE_MULTI_TENANT_ENABLED", "false"}};
    options.unset = {"PORTCULLIS_URL", "PORTCULLIS_TOKEN"};
    const support::Finished run =
        support::RunToEnd({PORTCULLIS_SOURCE_DIR "/demo/run", "--once", "--data-dir", (dir / "data").string(), "--port",
                           "0", "--pulse-port", "0", "--fleet-port", "0"},
                          options, std::chrono::seconds(480));
    EXPECT_EQ(run.exit_code, 0) << run.output << run.error;
    EXPECT_NE(run.output.find("tenants are switched off"), std::string::npos) << run.output;
}

TEST_F(DemoTest, AProgrammeIsCertifiedAndARolloutReachesStageTwo) {
    EXPECT_TRUE(Find(steps_, "quinn.lee", "packet review workspaces 00").Says("PKT-1"));
    Find(steps_, "bob.smith", "programme certify workspaces");
    EXPECT_NE(support::ReadFile(Out("programme.md")).find("certified by bob.smith"), std::string::npos);
    EXPECT_TRUE(Find(steps_, "ravi.patel", "rollout gate workspaces --stage 2").Says("STG-5"));
    Find(steps_, "ravi.patel", "rollout advance workspaces --to 2");
}

TEST_F(DemoTest, ALeakIsSwitchedOffByNobody) {
    const Step& alerts = Find(steps_, "omar.haddad", "alerts");
    EXPECT_TRUE(alerts.Says("tenant_leak") || alerts.Says("authorisation_bypass")) << run_.output;
    EXPECT_TRUE(Find(steps_, "omar.haddad", "incident list").Says("SEV-1")) << run_.output;
    EXPECT_NE(run_.output.find("lakeside asks eu-2 for its records: 501"), std::string::npos) << run_.output;
    EXPECT_NE(run_.output.find("lakeside asks eu-2 for its records: 200"), std::string::npos) << run_.output;
    EXPECT_TRUE(Find(steps_, "ravi.patel", "rollout decide workspaces").Says("reversed")) << run_.output;
    const std::string log = support::ReadFile(Data() / "portcullisd.log");
    EXPECT_NE(log.find("monitoring.leak_killed"), std::string::npos);
}

}  // namespace
}  // namespace e2e
