// Background work: each job touches the tenants it is about and no other.
#include <pqxx/pqxx>
#include <set>

#include "tests/pulse/isolation/world.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace isolation {
namespace {

/// As the housekeeper's table in pulse/daemon names them.
std::set<std::string> JobsOfTheDaemon() {
    const std::string source = support::ReadFile(PORTCULLIS_SOURCE_DIR "/pulse/daemon/run.cpp");
    const std::string table = source.substr(source.find("std::vector<Chore> ChoresOf"));
    std::set<std::string> names;
    for (auto at = table.find("{\""); at != std::string::npos && at < table.find("\n}\n");
         at = table.find("{\"", at + 1)) {
        const auto end = table.find('"', at + 2);
        if (table.compare(end, 15, "\", std::chrono:") == 0) {
            names.insert(table.substr(at + 2, end - at - 2));
        }
    }
    return names;
}

TEST(Jobs, AreTheOnesTestedHere) {
    EXPECT_EQ(JobsOfTheDaemon(),
              (std::set<std::string>{"alerts of all tenants", "alerts of tenants", "digest of tenants",
                                     "ended sessions", "retention", "switch journal", "usage"}))
        << "a job is new or gone: say below that it keeps tenants apart";
}

/// The command of the operator on the machine.
void Switch(const pulse_test::OwnPulsed& server, std::vector<std::string> words) {
    std::vector<std::string> command{support::BuiltProgram("pulsed"), "switch"};
    command.insert(command.end(), words.begin(), words.end());
    command.push_back("--data-dir=" + server.DataDir());
    const auto done = support::RunToEnd(command, {.environment = {{"PULSE_MULTI_TENANT_ENABLED", "true"}}});
    ASSERT_EQ(done.exit_code, 0) << done.error;
}

/// Without those that a slow machine gives anybody.
std::vector<Json> AlertsOfUse(const Caller& caller, const std::string& path) {
    std::vector<Json> alerts = caller.Get(path).Expect(200).Body().get<std::vector<Json>>();
    std::erase_if(alerts, [](const Json& alert) { return alert.at("type") == "response_time"; });
    return alerts;
}

TEST(Jobs, UsageAndItsAlertsAreTheTenantsOwn) {
    World world;
    pulse_test::OwnPulsed& server = world.Server();
    const Caller root = server.As("root");
    const Caller theirs = server.As(world.Theirs().owner).In(world.Theirs().id);
    const Caller ours = server.As(world.Ours().owner).In(world.Ours().id);
    const auto calls = [](const Caller& caller) {
        return caller.Get("/api/tenants/quotas").Expect(200).Body()["quotas"]["apiCalls"]["used"].get<int>();
    };
    const int before = calls(ours);
    for (int i = 0; i < 25; ++i) {
        theirs.Get("/api/state").Expect(200);
        theirs.Get("/api/customers/none").Expect(404);  // errors, too
    }
    EXPECT_LE(calls(ours) - before, 2) << "their calls were counted for us";
    root.Put("/api/admin/tenants/" + world.Theirs().id + "/quotas", {{"customers", 2}}).Expect(200);
    theirs.Post("/api/customers", {{"name", "one too many"}}).ExpectA(403, "quota_exceeded");

    EXPECT_FALSE(AlertsOfUse(theirs, "/api/tenants/alerts").empty());
    EXPECT_TRUE(AlertsOfUse(ours, "/api/tenants/alerts?all=true").empty());
    EXPECT_EQ(ours.Get("/api/state").Expect(200).Body()["activeAlerts"].size(), 1U) << "the one of its own";
    for (const Json& alert : AlertsOfUse(root, "/api/admin/alerts?all=true")) {
        EXPECT_EQ(alert["tenantId"], world.Theirs().id) << alert;
    }
}

TEST(Jobs, TheRetentionTakesWhoseTimeIsUpAndNothingElse) {
    pulse_test::PulsedOptions options;
    options.hosted = "true";
    World world(options);
    pulse_test::OwnPulsed& server = world.Server();
    const std::vector<std::string> others{world.Ours().id, world.Third().id};
    server.As("root")
        .Post("/api/admin/orgs/" + world.Theirs().id + "/soft-delete", {{"retention_days", 3}})
        .Expect(200);
    const std::string waiting = DigestOf(server.OwnerConninfo(), {world.Theirs().id});
    const std::string kept = DigestOf(server.OwnerConninfo(), others);
    EXPECT_EQ(server.Stop(), 0);
    server.Start();  // the reaper looks at once
    server.As(world.Ours().owner).In(world.Ours().id).Get("/api/state").Expect(200);
    EXPECT_EQ(DigestOf(server.OwnerConninfo(), {world.Theirs().id}), waiting) << "its time was not up";

    Sql(server, "UPDATE tenancy.orgs SET deletion_requested_at = now() - interval '73 hours' WHERE id = 'theirs'");
    EXPECT_EQ(server.Stop(), 0);
    server.Start();
    const auto left = [&] {
        pqxx::connection connection(server.OwnerConninfo());
        pqxx::read_transaction tx(connection);
        return tx
            .exec1(
                "SELECT (SELECT count(*) FROM tenancy.orgs WHERE id = 'theirs') + (SELECT count(*) FROM "
                "pulse.customers WHERE org_id = 'theirs') + (SELECT count(*) FROM tenancy.members WHERE org_id = "
                "'theirs') + (SELECT count(*) FROM pulse.tokens WHERE 'theirs' = ANY (org_ids))")[0]
            .as<int>();
    };
    EXPECT_TRUE(pulse_test::Eventually([&] { return left() == 0; })) << left();
    EXPECT_EQ(DigestOf(server.OwnerConninfo(), others), kept);
    server.Anonymous().With("X-API-Token", world.Theirs().token_secret).Get("/api/state").ExpectText(401, "Invalid");
}

TEST(Jobs, EndedSessionsAreTheirOwnOnly) {
    World world;
    pulse_test::OwnPulsed& server = world.Server();
    const Caller ended = server.As(world.Theirs().owner);
    const Caller other = server.As(world.Ours().owner);
    Sql(server,
        "UPDATE pulse.sessions SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' "
        "WHERE username = '" +
            world.Theirs().owner + "'");
    EXPECT_TRUE(pulse_test::Eventually([&] { return ended.Get("/api/state").Status() == 401; }));
    other.Get("/api/state").Expect(200);
}

TEST(Jobs, AnOrderOfTheOperatorChangesNobodysData) {
    World world;
    pulse_test::OwnPulsed& server = world.Server();
    const std::string before = DigestOf(server.OwnerConninfo(), {"ours", "theirs", "third"});
    Switch(server, {"off", "drill"});
    const Caller ours = server.As(world.Ours().owner).In(world.Ours().id);
    EXPECT_TRUE(pulse_test::Eventually([&] { return ours.Get("/api/customers").Status() == 501; }));
    EXPECT_EQ(Leak(server.As(world.Ours().owner).Get("/api/state").Expect(200), world.Ours()), "")
        << "default is default";
    EXPECT_EQ(DigestOf(server.OwnerConninfo(), {"ours", "theirs", "third"}), before);
    Switch(server, {"on"});
    EXPECT_TRUE(pulse_test::Eventually([&] { return ours.Get("/api/customers").Status() == 200; }));
    EXPECT_EQ(DigestOf(server.OwnerConninfo(), {"ours", "theirs", "third"}), before);
}

}  // namespace
}  // namespace isolation
