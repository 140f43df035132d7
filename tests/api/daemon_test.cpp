// The program itself: starting, first principals, commands, ending; and the database that comes and goes.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "platform/base/clock.hpp"
#include "tests/api/harness.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

using support::Finished;

constexpr const char* kPrincipals = PORTCULLIS_SOURCE_DIR "/tests/api/principals.yaml";

Finished RunDaemon(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), support::BuiltProgram("portcullisd"));
    return support::RunToEnd(std::move(arguments));
}

std::string SecretFile(const support::TempDir& dir, std::string_view name, const std::string& content) {
    const std::filesystem::path path = dir / name;
    support::WriteFile(path, content);
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    return path.string();
}

TEST(Daemon, HelpAndVersionArePrinted) {
    const Finished help = RunDaemon({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    for (const char* text : {"--listen-port", "--bootstrap", "migrate", "PORTCULLIS_"}) {
        EXPECT_NE(help.output.find(text), std::string::npos) << text;
    }
    const Finished version = RunDaemon({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_NE(version.output.find("portcullisd"), std::string::npos);
}

TEST(Daemon, ManualOfItsSettingsIsTheOneInTheDocumentation) {
    const Finished manual = RunDaemon({"--help-markdown"});
    EXPECT_EQ(manual.exit_code, 0);
    EXPECT_EQ(manual.output, support::ReadFile(PORTCULLIS_SOURCE_DIR "/docs/settings.md"))
        << "write it anew: portcullisd --help-markdown > docs/settings.md";
}

TEST(Daemon, WrongSettingsAreAllNamedAtOnce) {
    const Finished wrong = RunDaemon({"--listen-port=99999", "--treads=2", "--log-level=loud"});
    EXPECT_EQ(wrong.exit_code, 2);
    for (const char* text : {"listen-port", "--threads", "log-level"}) {
        EXPECT_NE(wrong.error.find(text), std::string::npos) << text << " in " << wrong.error;
    }
    EXPECT_EQ(RunDaemon({"dance"}).exit_code, 2);
    EXPECT_EQ(RunDaemon({"migrate", "sideways"}).exit_code, 2);
}

TEST(Daemon, NewDatabaseNeedsItsFirstPrincipals) {
    const support::TempDir dir("daemon");
    const support::TestDatabase database;
    const Finished refused =
        RunDaemon({"--data-dir=" + (dir / "state").string(), "--listen-port=0",
                   "--database-url-file=" + SecretFile(dir, "app", database.AppConninfo()),
                   "--owner-database-url-file=" + SecretFile(dir, "owner", database.OwnerConninfo())});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_NE(refused.error.find("--bootstrap"), std::string::npos) << refused.error;
}

TEST(Daemon, FirstStartMakesTheSchemaOfAnEmptyDatabase) {
    const support::TestDatabase database;
    OwnServer server({}, database.AppConninfo(), database.OwnerConninfo());
    server.As("rita.release").Post("/v1/tenants", {{"id", "first"}, {"name", "T"}, {"kind", "dev"}}).Expect(201);
    EXPECT_NE(server.Log().find("database.migrated"), std::string::npos) << server.Log();
    EXPECT_EQ(server.Stop(), 0) << server.Log();
}

TEST(Daemon, BootstrapFileIsCheckedWithoutADatabase) {
    const Finished good = RunDaemon({"bootstrap-check", std::string("--bootstrap=") + kPrincipals});
    EXPECT_EQ(good.exit_code, 0);
    EXPECT_NE(good.output.find("sam.owner (user): system_owner"), std::string::npos) << good.output;

    const support::TempDir dir("daemon");
    support::WriteFile(dir / "bad.yaml",
                       "principals:\n  - {id: one, kind: user, display_name: One, roles: [admin, king]}\n");
    const Finished bad = RunDaemon({"bootstrap-check", "--bootstrap=" + (dir / "bad.yaml").string()});
    EXPECT_EQ(bad.exit_code, 2);
    EXPECT_NE(bad.error.find("/principals/0/roles/1"), std::string::npos) << bad.error;
    EXPECT_EQ(RunDaemon({"bootstrap-check"}).exit_code, 2);
}

TEST(Daemon, SecretsAreTheirOwnersAlone) {
    OwnServer server;
    for (const char* name : {"initial-tokens", "signing.key"}) {
        const auto mode = std::filesystem::status(std::filesystem::path(server.DataDir()) / name).permissions();
        EXPECT_EQ(mode, std::filesystem::perms(0600)) << name;
    }
    EXPECT_EQ(server.Log().find(server.Token("ada.admin").substr(4)), std::string::npos);
    EXPECT_EQ(server.Log().find("password="), std::string::npos);
}

TEST(Daemon, EndsInOrderAndKnowsEverybodyAgain) {
    OwnServer server;
    const std::string token = server.Token("rita.release");
    server.As("rita.release").Post("/v1/tenants", {{"id", "kept"}, {"name", "T"}, {"kind", "dev"}}).Expect(201);
    EXPECT_EQ(server.Stop(), 0) << server.Log();
    EXPECT_NE(server.Log().find("daemon.stopped"), std::string::npos) << server.Log();
    server.Start();
    EXPECT_EQ(server.Token("rita.release"), token);
    server.As("nora.none").Get("/v1/tenants/kept").Expect(200);
}

TEST(Daemon, KindOfClockIsDecidedOnce) {
    OwnServer server({}, false);
    const Reply clock = server.As("nora.none").Get("/v1/clock");
    EXPECT_EQ(clock.Expect(200).Body()["simulated"], false);
    EXPECT_TRUE(clock.Header("x-portcullis-clock").empty());
    server.As("otto.operator").Post("/v1/clock/advance", {{"by", "1d"}}).ExpectProblem(409, "conflict.state");
    EXPECT_EQ(server.Stop(), 0);
    const support::TempDir dir("daemon");
    const Finished refused =
        RunDaemon({"--data-dir=" + server.DataDir(), "--listen-port=0", "--simulated-clock",
                   "--database-url-file=" + SecretFile(dir, "app", server.OwnerConninfo()),
                   "--owner-database-url-file=" + SecretFile(dir, "owner", server.OwnerConninfo())});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_NE(refused.error.find("clock"), std::string::npos) << refused.error;
}

TEST(Daemon, AuditIsSignedByItselfNowAndThen) {
    OwnServer server({"--checkpoint-entries=3"});
    for (int i = 0; i < 4; ++i) {
        server.As("rita.release")
            .Post("/v1/tenants", {{"id", "t" + std::to_string(i)}, {"name", "T"}, {"kind", "dev"}})
            .Expect(201);
    }
    EXPECT_TRUE(Eventually([&] {
        const std::string metrics = Caller(server.Url(), "").Get("/metrics").Text();
        return metrics.find("\nportcullis_audit_checkpoints_total 0\n") == std::string::npos;
    }));
    const Reply exported = server.As("anna.auditor").Get("/v1/audit/export");
    EXPECT_NE(exported.Expect(200).Text().find("\n{\"checkpoint\":"), std::string::npos);
    EXPECT_EQ(server.As("anna.auditor").Get("/v1/audit/verify").Body()["valid"], true);
}

TEST(Migrate, UpDownAndStatus) {
    const support::TempDir dir("daemon");
    const support::TestDatabase database;
    const auto migrate = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "migrate");
        words.push_back("--data-dir=" + (dir / "state").string());
        words.push_back("--database-url-file=" + SecretFile(dir, "app", database.AppConninfo()));
        words.push_back("--owner-database-url-file=" + SecretFile(dir, "owner", database.OwnerConninfo()));
        return RunDaemon(std::move(words));
    };
    EXPECT_NE(migrate({"status"}).output.find("0001  core                     pending"), std::string::npos);
    const Finished some = migrate({"up", "--to", "2"});
    EXPECT_EQ(some.exit_code, 0) << some.error;
    EXPECT_NE(some.output.find("applied 0002"), std::string::npos) << some.output;
    EXPECT_EQ(some.output.find("applied 0003"), std::string::npos) << some.output;
    EXPECT_EQ(migrate({"up"}).exit_code, 0);
    EXPECT_EQ(migrate({"status"}).output.find("pending"), std::string::npos);
    const Finished down = migrate({"down", "--to=0"});
    EXPECT_EQ(down.exit_code, 0) << down.error;
    EXPECT_NE(down.output.find("took back 0001"), std::string::npos) << down.output;
    EXPECT_EQ(migrate({"up", "--to", "many"}).exit_code, 2);
}

TEST(Start, IsRefusedOnADatabaseThatLacksAMigration) {
    const support::TempDir dir("daemon");
    const support::TestDatabase database;
    const std::vector<std::string> where = {"--data-dir=" + (dir / "state").string(),
                                            "--database-url-file=" + SecretFile(dir, "app", database.AppConninfo())};
    const auto run = [&](std::vector<std::string> words) {
        words.insert(words.end(), where.begin(), where.end());
        return RunDaemon(std::move(words));
    };
    const std::string owner = "--owner-database-url-file=" + SecretFile(dir, "owner", database.OwnerConninfo());
    ASSERT_EQ(run({"migrate", "up", "--to", "50", owner}).exit_code, 0);
    const Finished behind = run({"--listen-port=0"});
    EXPECT_EQ(behind.exit_code, 4) << behind.error;
    EXPECT_NE(behind.error.find("the database has schema version 50, this program needs "), std::string::npos)
        << behind.error;
    EXPECT_NE(behind.error.find("run portcullisd migrate up with --owner-database-url-file"), std::string::npos)
        << behind.error;
}

/// On a private cluster of its own, which the test kills.
class PrivateDaemon {
public:
    PrivateDaemon() : dir_("daemon") {
        dir_.LetThrough();
    }

    void Start() {
        process_ = std::make_unique<support::Process>(std::vector<std::string>{
            support::BuiltProgram("portcullisd"), "--data-dir=" + (dir_ / "state").string(), "--listen-port=0",
            "--threads=4", "--rate-limit=0", "--simulated-clock=2025-01-14T09:00:00Z",
            std::string("--bootstrap=") + kPrincipals});
        const auto line = process_->WaitForLine("listens on http", std::chrono::seconds(60));
        ASSERT_TRUE(line.has_value()) << process_->Error();
        const auto begin = line->find("http://");
        url_ = line->substr(begin, line->find(' ', begin) - begin);
        const std::string tokens = support::ReadFile(dir_ / "state" / "initial-tokens");
        const auto at = tokens.find("rita.release: ") + 14;
        token_ = tokens.substr(at, tokens.find('\n', at) - at);
    }

    Caller Rita() const {
        return Caller(url_, token_);
    }
    Caller Stranger() const {
        return Caller(url_, "");
    }
    support::Process& Process() {
        return *process_;
    }
    /// 0 while there is none.
    pid_t ServerPid() const {
        const std::filesystem::path file = dir_ / "state" / "database" / "pg" / "postmaster.pid";
        return std::filesystem::exists(file) ? static_cast<pid_t>(std::atol(support::ReadFile(file).c_str())) : 0;
    }
    bool Becomes(int status) const {
        return Eventually([&] { return Stranger().Get("/readyz").Status() == status; });
    }

private:
    support::TempDir dir_;
    std::unique_ptr<support::Process> process_;
    std::string url_;
    std::string token_;
};

/// One cluster for all cases: making one is what takes the time.
class PrivateDatabase : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        daemon_ = std::make_unique<PrivateDaemon>();
    }
    static void TearDownTestSuite() {
        daemon_.reset();
    }
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(daemon_->Start());
    }
    void TearDown() override {
        daemon_->Process().Signal(SIGTERM);
        EXPECT_TRUE(daemon_->Process().Wait().has_value()) << daemon_->Process().Error();
    }

    static PrivateDaemon& Daemon() {
        return *daemon_;
    }

private:
    static std::unique_ptr<PrivateDaemon> daemon_;
};

std::unique_ptr<PrivateDaemon> PrivateDatabase::daemon_;

TEST_F(PrivateDatabase, LossIsSaidAndHealsByItselfAndNothingIsHalfWritten) {
    PrivateDaemon& daemon = Daemon();
    std::atomic<bool> enough = false;
    std::atomic<int> done = 0;
    std::vector<std::vector<std::string>> acknowledged(3);
    std::vector<std::thread> writers;
    for (std::size_t w = 0; w < acknowledged.size(); ++w) {
        writers.emplace_back([&, w] {
            for (int i = 0; !enough; ++i) {
                const std::string id = "w" + std::to_string(w) + "." + std::to_string(i);
                const Reply reply = daemon.Rita().Post("/v1/tenants", {{"id", id}, {"name", "T"}, {"kind", "dev"}});
                if (reply.Status() == 201) {
                    acknowledged[w].push_back(id);
                    ++done;
                } else {
                    reply.ExpectProblem(503, "unavailable.database");
                    EXPECT_FALSE(reply.Header("retry-after").empty());
                }
            }
        });
    }
    EXPECT_TRUE(Eventually([&] { return done > 20; }));
    const pid_t server = daemon.ServerPid();
    EXPECT_EQ(::kill(server, SIGKILL), 0);
    EXPECT_TRUE(Eventually([&] { return daemon.ServerPid() != server; }));
    EXPECT_TRUE(daemon.Becomes(200)) << daemon.Process().Error();
    const int before = done;
    EXPECT_TRUE(Eventually([&] { return done > before + 20; })) << daemon.Process().Error();
    enough = true;
    for (std::thread& writer : writers) {
        writer.join();
    }

    std::set<std::string> kept;
    for (const Json& tenant : daemon.Rita().All("/v1/tenants?limit=500")) {
        kept.insert(tenant["id"]);
    }
    for (const auto& ids : acknowledged) {
        for (const std::string& id : ids) {
            EXPECT_TRUE(kept.contains(id)) << id << " was acknowledged and is lost";
        }
    }
    // One entry of the audit log for each tenant that is there, answered or not.
    std::multiset<std::string> recorded;
    for (const Json& entry : daemon.Rita().All("/v1/audit?action=tenant.register&limit=500")) {
        recorded.insert(entry["tenant"]);
    }
    EXPECT_EQ(recorded, std::multiset<std::string>(kept.begin(), kept.end()));

    daemon.Process().Signal(SIGTERM);
    EXPECT_EQ(daemon.Process().Wait(), 0) << daemon.Process().Error();
}

TEST_F(PrivateDatabase, NothingAcknowledgedIsLostWhenTheControllerIsKilled) {
    PrivateDaemon& daemon = Daemon();
    for (int i = 0; i < 20; ++i) {
        daemon.Rita()
            .Post("/v1/tenants", {{"id", "acknowledged." + std::to_string(i)}, {"name", "T"}, {"kind", "dev"}})
            .Expect(201);
    }
    daemon.Process().Signal(SIGKILL);
    ASSERT_TRUE(daemon.Process().Wait().has_value());
    ASSERT_NO_FATAL_FAILURE(daemon.Start());
    EXPECT_EQ(daemon.Rita().All("/v1/tenants?limit=100&q=acknowledged.").size(), 20U);
}

TEST_F(PrivateDatabase, InitialisedOneStartsQuicklyAndStaysSmall) {
    PrivateDaemon& daemon = Daemon();
    daemon.Process().Signal(SIGTERM);
    ASSERT_EQ(daemon.Process().Wait(), 0);
    const platform::Stopwatch stopwatch;
    ASSERT_NO_FATAL_FAILURE(daemon.Start());
    // The budget on a quiet machine is one second; tests share theirs.
    EXPECT_LT(stopwatch.Elapsed(), std::chrono::seconds(5));
    const std::string metrics = daemon.Stranger().Get("/metrics").Text();
    const std::string name = "\nprocess_resident_memory_bytes ";
    const auto at = metrics.find(name);
    ASSERT_NE(at, std::string::npos);
    EXPECT_LT(std::stod(metrics.substr(at + name.size())), 64.0 * 1024 * 1024);
}

TEST_F(PrivateDatabase, SecondSignalEndsAtOnce) {
    PrivateDaemon& daemon = Daemon();
    daemon.Process().Signal(SIGINT);
    daemon.Process().Signal(SIGINT);
    const auto code = daemon.Process().Wait();
    ASSERT_TRUE(code.has_value());
    // The first may have been enough by then.
    EXPECT_TRUE(*code == 0 || *code == 130) << *code;
}

}  // namespace
}  // namespace api_test
