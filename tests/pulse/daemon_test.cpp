// The program itself: the switch of the operator on the machine, restarts, its database, its files.
#include <csignal>
#include <filesystem>

#include "tests/pulse/harness.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace pulse_test {
namespace {

support::Finished Switch(const OwnPulsed& server, std::vector<std::string> words) {
    std::vector<std::string> command{support::BuiltProgram("pulsed"), "switch"};
    command.insert(command.end(), words.begin(), words.end());
    command.push_back("--data-dir=" + server.DataDir());
    return support::RunToEnd(command, {.environment = {{"PULSE_MULTI_TENANT_ENABLED", "true"}}});
}

TEST(Daemon, TheOperatorSwitchesOffAndGivesTheDecisionBack) {
    OwnPulsed server;
    server.As("alice").Get("/api/orgs").Expect(200);
    const auto off = Switch(server, {"off", "drill of the morning"});
    EXPECT_EQ(off.exit_code, 0) << off.error;
    EXPECT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 501; }));
    server.As("alice").In("acme").Get("/api/state").ExpectFeatureDisabled();
    server.As("alice").Get("/api/state").Expect(200);
    EXPECT_NE(Switch(server, {"status"}).output.find("off"), std::string::npos);
    // It survives a restart, whatever the environment says.
    EXPECT_EQ(server.Stop(), 0);
    server.Start();
    server.As("alice").Get("/api/orgs").ExpectFeatureDisabled();
    EXPECT_EQ(Switch(server, {"on"}).exit_code, 0);
    EXPECT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 200; }));
    EXPECT_EQ(server.As("victor").Get("/api/orgs/acme").Expect(200).Body()["members"].size(), 4U);
    EXPECT_NE(server.Log().find("tenant_switch.changed"), std::string::npos);
    EXPECT_EQ(Switch(server, {"sideways"}).exit_code, 2);
}

TEST(Daemon, TheStatusIsThatOfTheServingProcessWhateverTheCommandFindsAround) {
    OwnPulsed server;
    const auto status = [&] {
        return support::RunToEnd(
            {support::BuiltProgram("pulsed"), "switch", "status", "--data-dir=" + server.DataDir()},
            {.environment = {{"PULSE_MULTI_TENANT_ENABLED", "false"}}});
    };
    const auto serving = status();
    EXPECT_TRUE(serving.output.starts_with("on\n")) << serving.output;
    EXPECT_NE(serving.output.find("process "), std::string::npos) << serving.output;
    EXPECT_EQ(server.Stop(), 0);
    const auto nobody = status();
    EXPECT_TRUE(nobody.output.starts_with("off\n")) << nobody.output;
    EXPECT_NE(nobody.output.find("No pulsed serves this folder"), std::string::npos) << nobody.output;
}

TEST(Daemon, ManualOfItsSettingsIsTheOneInTheDocumentation) {
    const auto manual = support::RunToEnd({support::BuiltProgram("pulsed"), "--help-markdown"});
    EXPECT_EQ(manual.exit_code, 0);
    EXPECT_EQ(manual.output, support::ReadFile(PORTCULLIS_SOURCE_DIR "/docs/settings-pulsed.md"))
        << "write it anew: pulsed --help-markdown > docs/settings-pulsed.md";
}

TEST(Daemon, SwitchingIsInTheAuditLog) {
    OwnPulsed server;
    Switch(server, {"off", "drill"});
    ASSERT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 501; }));
    Switch(server, {"on", "drill is over"});
    ASSERT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 200; }));
    EXPECT_EQ(server.Stop(), 0);
    server.Sql(
        "DO $$ BEGIN ASSERT (SELECT array_agg(action ORDER BY seq) FROM audit_logs "
        "WHERE tenant_id = 'default' AND action LIKE 'tenant_switch%') = "
        "ARRAY['tenant_switch_off', 'tenant_switch_on']; END $$");
}

TEST(Daemon, NothingIsLostByARestart) {
    OwnPulsed server;
    server.As("alice").Post("/api/orgs", {{"id", "kept"}, {"displayName", "Kept"}}).Expect(201);
    const Caller session = server.As("alice");
    const Json before = session.Get("/api/orgs/kept").Expect(200).Body();
    const std::string boot = server.Anonymous().Get("/api/health").Body()["bootId"];
    EXPECT_EQ(server.Stop(), 0);
    server.SetMultiTenant("false");
    server.Start();
    server.As("alice").Get("/api/orgs/kept").ExpectFeatureDisabled();
    EXPECT_EQ(server.Stop(), 0);
    server.SetMultiTenant("true");
    server.Start();
    EXPECT_EQ(server.As("alice").Get("/api/orgs/kept").Expect(200).Body(), before);
    EXPECT_NE(server.Anonymous().Get("/api/health").Body()["bootId"], boot);
}

TEST(Daemon, OneDatabaseHasOneInstance) {
    OwnPulsed server;
    std::vector<std::string> command = server.Command();
    const support::TempDir other("pulse-other");
    command.push_back("--data-dir=" + (other / "state").string());
    const auto second = support::RunToEnd(command);
    EXPECT_EQ(second.exit_code, 4);
    EXPECT_NE(second.error.find("another pulsed uses this database"), std::string::npos) << second.error;
    server.Anonymous().Get("/api/health").Expect(200);
}

TEST(Daemon, ChangesMadeInTheDatabaseItselfAreSeen) {
    OwnPulsed server;
    server.As("carol").In("acme").Get("/api/state").ExpectB(403, "access_denied");
    server.As("victor").In("acme").Get("/api/state").Expect(200);
    server.Sql("DELETE FROM tenancy.members WHERE org_id = 'acme' AND user_id = 'victor'");
    EXPECT_TRUE(Eventually([&] { return server.As("victor").In("acme").Get("/api/state").Status() == 403; }));
    server.Sql("UPDATE pulse.accounts SET active = false WHERE username = 'alice'");
    const Caller alice = server.As("edith");
    alice.Get("/api/state").Expect(200);
    server.Sql("DELETE FROM pulse.sessions WHERE username = 'edith'");
    EXPECT_TRUE(Eventually([&] { return alice.Get("/api/state").Status() == 401; }));
    EXPECT_TRUE(Eventually([&] { return server.Token("acme-reader").Get("/api/state").Status() == 401; }))
        << "a token ends with its owner's account";
}

TEST(Daemon, TheFirstStartMakesTheSchemaAndThePeople) {
    OwnPulsed server({.people = "few_people.json", .database = FirstDatabase::kEmpty});
    EXPECT_NE(server.Log().find("database.migrated"), std::string::npos) << server.Log();
    for (const char* person : {"admin", "root"}) {
        server.As(person).Get("/api/admin/tenants").Expect(200);
    }
    EXPECT_EQ(server.As("alice").Get("/api/orgs/acme").Expect(200).Body()["displayName"], "Acme");
    server.Token("acme-reader").Get("/api/state").Expect(200);
}

TEST(Daemon, AMadeUpPasswordIsWrittenDownOnce) {
    const support::TempDir data("pulse-first");
    support::TestDatabase database;
    const auto file = [&](std::string_view name, const std::string& content) {
        support::WriteFile(data / name, content);
        std::filesystem::permissions(data / name, std::filesystem::perms(0600));
        return (data / name).string();
    };
    support::Process process({support::BuiltProgram("pulsed"), "--data-dir=" + (data / "state").string(),
                              "--listen-port=0", "--metrics-port=0",
                              "--database-url-file=" + file("app.url", database.AppConninfo()),
                              "--owner-database-url-file=" + file("owner.url", database.OwnerConninfo())});
    const auto line = process.WaitForLine("listens on http", std::chrono::seconds(60));
    ASSERT_TRUE(line) << process.Error();
    const auto begin = line->find("http://");
    const Caller anonymous(line->substr(begin, line->find(' ', begin) - begin));
    std::string password = support::ReadFile(data / "state" / "initial-admin-password");
    password.pop_back();
    EXPECT_GE(password.size(), 20U);
    anonymous.Post("/api/login", {{"username", "admin"}, {"password", password}}).Expect(200);
    process.Signal(SIGTERM);
    EXPECT_EQ(process.Wait(), 0);
}

TEST(Daemon, MistakesInSettingsAreNamed) {
    const auto unknown = support::RunToEnd({support::BuiltProgram("pulsed"), "--listen-prt=1"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_NE(unknown.error.find("listen-port"), std::string::npos) << unknown.error;
    const auto help = support::RunToEnd({support::BuiltProgram("pulsed"), "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.output.find("PULSE_LISTEN_PORT"), std::string::npos);
}

}  // namespace
}  // namespace pulse_test
