// Kills, health and ordinary requests while the database hangs or is not there, also when the controller starts then.
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "tests/fault/database_world.hpp"

namespace fault_test {
namespace {

using api_test::Eventually;
using fleet_test::StartInstance;
using fleet_test::TenantsAnswer;

constexpr int kRequests = 200;

/// Ordinary requests of many clients at once, each answered or not.
class Crowd {
public:
    explicit Crowd(const api_test::Caller& caller) {
        for (int i = 0; i < kRequests; ++i) {
            clients_.emplace_back([this, caller] {
                ++sent_;
                const int status = caller.Get("/v1/instances").Status();
                const std::lock_guard lock(mutex_);
                ++answers_[status];
            });
        }
    }
    bool AllSent() const {
        return Eventually([this] { return sent_.load() == kRequests; });
    }
    std::map<int, int> Answers() {
        for (std::thread& client : clients_) {
            client.join();
        }
        clients_.clear();
        return answers_;
    }

private:
    std::atomic<int> sent_{0};
    std::mutex mutex_;
    std::map<int, int> answers_;
    std::vector<std::thread> clients_;
};

TEST_F(DatabaseAway, AKillPassesEverybodyWhoWaitsForADatabaseThatHangs) {
    const auto pulsed = StartInstance(World(), "eu-1");
    Otto().Get("/v1/whoami").Expect(200);
    ASSERT_TRUE(BecomesReady());
    ASSERT_EQ(TenantsAnswer(*pulsed), 200);

    support::FrozenServer frozen(DatabaseServer());
    Crowd crowd(World().As("nora.none"));
    ASSERT_TRUE(crowd.AllSent());
    std::vector<std::string> given;
    for (const char* reason : {"isolation is in doubt", "it is in doubt elsewhere, too", "and it is in doubt there"}) {
        const auto reply = Kill(reason);
        reply.Expect(202);
        EXPECT_FALSE(reply.Body()["journal"].value("entered", true)) << reply.Text();
        given.push_back(reply.Id());
    }
    EXPECT_TRUE(BecomesOff(*pulsed)) << World().Server().Log();
    const std::string journal = support::ReadFile(World().Server().DataDir() + "/kill-journal/journal");
    for (const std::string& operation : given) {
        EXPECT_NE(journal.find(operation), std::string::npos) << "on the disk before it was answered";
    }
    Nobody().Get("/healthz").Expect(200);
    EXPECT_TRUE(BecomesUnready());
    const auto answers = crowd.Answers();
    EXPECT_EQ(answers, (std::map<int, int>{{503, kRequests}})) << "each was told, none was left waiting";
    World().As("nora.none").Get("/v1/instances").ExpectProblem(503, "unavailable.database");

    frozen.Thaw();
    EXPECT_TRUE(BecomesReady());
    for (const std::string& operation : given) {
        EXPECT_TRUE(BecomesEntered(operation)) << World().Server().Log();
    }
    EXPECT_EQ(KillsOnRecord(), given);
    EXPECT_TRUE(Eventually([&] { return World().As("nora.none").Get("/v1/instances").Status() == 200; }));
    EXPECT_EQ(fleet_test::OutcomeOf(World().Await(given.back()), "eu-1"), "applied");
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
}

TEST_F(DatabaseAway, AfterADatabaseThatHungTheFleetIsServedAsBefore) {
    const auto first = StartInstance(World(), "eu-1");
    support::FrozenServer frozen(DatabaseServer());
    ASSERT_TRUE(BecomesUnready());
    frozen.Thaw();
    ASSERT_TRUE(BecomesReady());
    // Listener, order sender and recorder: an order through the database arrives, and what became of it is on record.
    EXPECT_TRUE(Eventually([&] { return Otto().Get("/v1/instances").Status() == 200; }));
    const std::string killed = World().KillAll();
    EXPECT_TRUE(BecomesOff(*first));
    EXPECT_EQ(fleet_test::OutcomeOf(World().Await(killed), "eu-1"), "applied");
    const std::string on = World().SwitchOnAll();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*first) == 200; }));
    EXPECT_EQ(fleet_test::OutcomeOf(World().Await(on), "eu-1"), "applied");
    // And the handshake of somebody new.
    const auto second = StartInstance(World(), "eu-2");
    EXPECT_EQ(TenantsAnswer(*second), 200);
}

/// What the next process needs to know is on the disk about a second after the database was asked.
bool IsRemembered(const std::string& data_dir, const std::string& file, const std::string& name) {
    const std::string path = data_dir + "/" + file;
    return Eventually(
        [&] { return std::filesystem::exists(path) && support::ReadFile(path).find(name) != std::string::npos; });
}

TEST_F(DatabaseAway, AControllerStartsWithoutItsDatabaseAndEntersWhatWasAcknowledged) {
    const auto pulsed = StartInstance(World(), "eu-1");
    Otto().Get("/v1/whoami").Expect(200);
    const std::string data_dir = World().Server().DataDir();
    ASSERT_TRUE(IsRemembered(data_dir, "known-callers", "otto.operator"));
    ASSERT_TRUE(IsRemembered(data_dir, "known-instances", "eu-1"));
    for (const char* file : {"known-callers", "known-instances"}) {
        EXPECT_EQ(std::filesystem::status(data_dir + "/" + file).permissions(), std::filesystem::perms(0600)) << file;
    }

    Cluster().Stop();
    const auto first = Kill("isolation is in doubt");
    first.Expect(202);
    EXPECT_TRUE(BecomesOff(*pulsed));
    World().Server().Kill();
    World().Server().Start();
    Nobody().Get("/healthz").Expect(200);
    Nobody().Get("/readyz").ExpectProblem(503, "unavailable.not_ready");
    World().As("nora.none").Get("/v1/instances").ExpectProblem(503, "unavailable.database");
    Json on{{"enabled", true}, {"scope", {{"all", true}}}, {"reason", "all is well again"}};
    Otto().Post("/v1/kill-switch/multi-tenant", on).ExpectProblem(503, "unavailable.database");

    // Who was known to the process before may kill with this one too, and reaches the instances that have come back.
    EXPECT_TRUE(Eventually([&] { return World().Server().Log().find("fleet.remembered") != std::string::npos; }));
    const auto second = Kill("it is in doubt elsewhere, too");
    second.Expect(202);
    EXPECT_FALSE(second.Body()["journal"].value("entered", true)) << second.Text();
    EXPECT_TRUE(Eventually([&] { return fleet_test::OutcomeOf(Operation(second.Id()), "eu-1") == "applied"; }))
        << Operation(second.Id()).dump() << World().Server().Log();
    World().As("max.all").Get("/v1/whoami").ExpectProblem(503, "unavailable.database");
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);

    Cluster().Start();
    EXPECT_TRUE(BecomesReady()) << World().Server().Log();
    EXPECT_TRUE(BecomesEntered(first.Id())) << World().Server().Log();
    EXPECT_TRUE(BecomesEntered(second.Id())) << World().Server().Log();
    EXPECT_EQ(KillsOnRecord(), (std::vector<std::string>{first.Id(), second.Id()}));
    EXPECT_EQ(fleet_test::OutcomeOf(World().Await(second.Id()), "eu-1"), "applied");
    EXPECT_EQ(TenantsAnswer(*pulsed), 501) << "nothing was switched on meanwhile";
}

TEST_F(DatabaseAway, AControllerStartsBesideADatabaseThatHangs) {
    const auto pulsed = StartInstance(World(), "eu-1");
    Otto().Get("/v1/whoami").Expect(200);
    ASSERT_TRUE(IsRemembered(World().Server().DataDir(), "known-callers", "otto.operator"));
    support::FrozenServer frozen(DatabaseServer());
    World().Server().Kill();
    World().Server().Start();
    Nobody().Get("/healthz").Expect(200);
    Nobody().Get("/readyz").ExpectProblem(503, "unavailable.not_ready");
    const auto given = Kill("isolation is in doubt");
    given.Expect(202);
    frozen.Thaw();
    EXPECT_TRUE(BecomesReady()) << World().Server().Log();
    EXPECT_TRUE(BecomesEntered(given.Id())) << World().Server().Log();
    EXPECT_EQ(KillsOnRecord(), (std::vector<std::string>{given.Id()}));
    EXPECT_TRUE(BecomesOff(*pulsed));
}

TEST_F(DatabaseAway, WhatWasRememberedAndIsNotWholeLetsNobodyIn) {
    const auto pulsed = StartInstance(World(), "eu-1");
    Otto().Get("/v1/whoami").Expect(200);
    const std::string data_dir = World().Server().DataDir();
    ASSERT_TRUE(IsRemembered(data_dir, "known-callers", "otto.operator"));
    ASSERT_TRUE(IsRemembered(data_dir, "known-instances", "eu-1"));
    World().Server().Kill();
    Cluster().Stop();
    for (const char* file : {"/known-callers", "/known-instances"}) {
        std::string content = support::ReadFile(data_dir + file);
        content.replace(content.rfind('}'), 1, " }");
        support::WriteFile(data_dir + file, content);
    }
    World().Server().Start();
    Kill("isolation is in doubt").ExpectProblem(503, "unavailable.database");
    EXPECT_NE(World().Server().Log().find("kill_memory.problem"), std::string::npos) << World().Server().Log();
    EXPECT_EQ(World().Server().Log().find("fleet.remembered"), std::string::npos);
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
    Cluster().Start();
    EXPECT_TRUE(BecomesReady());
    Kill("isolation is in doubt").Expect(202);
    EXPECT_TRUE(BecomesOff(*pulsed));
}

TEST_F(DatabaseAway, WhoWasRevokedIsNotRememberedByTheNextProcess) {
    const auto token = Otto().Post("/v1/tokens", {{"name", "to be revoked"}, {"roles", {"operator"}}});
    token.Expect(201);
    const std::string text = token.Body().value("token", "");
    const auto holder = [&] { return api_test::Caller(World().Server().Url(), text); };
    holder().Get("/v1/whoami").Expect(200);
    const std::string data_dir = World().Server().DataDir();
    ASSERT_TRUE(IsRemembered(data_dir, "known-callers", token.Id()));
    Otto().Post("/v1/tokens/" + token.Id() + ":revoke").Expect(200);
    ASSERT_TRUE(Eventually(
        [&] { return support::ReadFile(data_dir + "/known-callers").find(token.Id()) == std::string::npos; }));
    Cluster().Stop();
    World().Server().Kill();
    World().Server().Start();
    holder()
        .Post("/v1/kill-switch/multi-tenant",
              {{"enabled", false}, {"scope", {{"all", true}}}, {"reason", "with a revoked token"}})
        .ExpectProblem(503, "unavailable.database");
    Kill("otto is still known").Expect(202);
    Cluster().Start();
    EXPECT_TRUE(BecomesReady());
}

TEST_F(DatabaseAway, RolloutsAndMonitoringSayThatItIsAwayAndNothingIsHalfDone) {
    const api_test::Caller rita = World().As("rita.release");
    rita.Post("/v1/tenants", {{"id", "workbench"}, {"name", "W"}, {"kind", "dev"}}).Expect(201);
    Json stages = Json::array();
    for (int stage = 0; stage <= 3; ++stage) {
        stages.push_back(
            {{"stage", stage},
             {"metrics",
              {{{"key", "errors"}, {"text", "errors stay rare"}, {"comparison", "<"}, {"threshold", 0.01}}}}});
    }
    stages[0]["organizations"] = {"workbench"};
    rita.Post("/v1/rollouts", {{"id", "depots"},
                               {"title", "Depots"},
                               {"capability", "depots of their own"},
                               {"flag", "DEPOTS_ENABLED"},
                               {"owner", "rita.release"},
                               {"engineering", "dora.lead"},
                               {"product", "quinn.qa"},
                               {"support", "otto.operator"},
                               {"stages", stages}})
        .Expect(201);
    const std::string path = "/v1/rollouts/depots";
    const std::string etag = rita.Get(path).Etag();

    support::FrozenServer frozen(DatabaseServer());
    ASSERT_TRUE(BecomesUnready());
    for (const char* list : {"/v1/rollouts", "/v1/rollouts/depots", "/v1/rollouts/depots/gates/0", "/v1/alerts",
                             "/v1/monitoring/instances", "/v1/monitoring/baselines"}) {
        rita.Get(list).ExpectProblem(503, "unavailable.database");
    }
    rita.IfMatch(etag)
        .Post(path + ":advance", {{"to", 0}, {"reason", "it is time"}})
        .ExpectProblem(503, "unavailable.database");
    Otto()
        .Post("/v1/monitoring/baselines", {{"reason", "a quiet hour"}, {"span", "5m"}})
        .ExpectProblem(503, "unavailable.database");

    frozen.Thaw();
    ASSERT_TRUE(BecomesReady());
    ASSERT_TRUE(Eventually([&] { return rita.Get(path).Status() == 200; }));
    const Json after = rita.Get(path).Body();
    EXPECT_EQ(after["state"], "planned") << after.dump(1);
    EXPECT_TRUE(after["moves"].empty());
    EXPECT_TRUE(World().Audit("rollout.advance").empty());
    rita.IfMatch(rita.Get(path).Etag()).Post(path + ":advance", {{"to", 0}, {"reason", "it is time"}}).Expect(200);
}

}  // namespace
}  // namespace fault_test
