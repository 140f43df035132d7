// Kill first: what reaches the instances while the database is stopped, hangs or is not asked yet, and what is on
// record of it afterwards.
#include <sys/types.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "controller/fleet/journal/kill_journal.hpp"
#include "controller/wire/kill_entry.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/postgres/cluster.hpp"
#include "tests/fleet/broken_network.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

const char* const kSwitch = "/v1/kill-switch/multi-tenant";

Json KillOrder(const std::string& reason, const Json& more = Json::object()) {
    Json order{{"enabled", false}, {"scope", {{"all", true}}}, {"reason", reason}, {"verify", false}};
    order.update(more);
    return order;
}

/// A controller whose database the test stops. To make a cluster takes seconds: the tests share one, and each has a
/// database of its own there.
class OnOwnDatabase : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<support::TempDir>("kill-first");
        cluster_ = std::make_unique<platform::PrivateCluster>(support::DurableClusterOptions(folder_->Path()));
    }
    static void TearDownTestSuite() {
        cluster_.reset();
        folder_.reset();
    }
    void SetUp() override {
        StartDatabase();
        const std::string database = "kill_first_" + std::to_string(++databases_);
        cluster_->EnsureDatabase(database);
        controller_ = std::make_unique<Controller>(cluster_->AppConninfo(database), cluster_->OwnerConninfo(database));
    }

    Controller& World() {
        return *controller_;
    }
    api_test::Caller Otto() const {
        return controller_->As("otto.operator");
    }
    static void StopDatabase() {
        cluster_->Stop();
    }
    static void StartDatabase() {
        if (!cluster_->ServerPid()) {
            cluster_->Start();
        }
    }
    /// The server and everything it has started.
    static std::vector<pid_t> DatabaseProcesses() {
        std::vector<pid_t> all = {cluster_->ServerPid().value()};
        const std::string task = "/proc/" + std::to_string(all[0]) + "/task/" + std::to_string(all[0]) + "/children";
        std::istringstream children(support::ReadFile(task));
        for (pid_t child = 0; children >> child;) {
            all.push_back(child);
        }
        return all;
    }
    static bool IsEntered(const Json& operation) {
        return operation.value("journal", Json::object()).value("entered", true);
    }
    /// The answer to a kill that the database has nothing to do with yet.
    Json KillWithoutDatabase(const std::string& reason) {
        const auto reply = Otto().Post(kSwitch, KillOrder(reason));
        reply.Expect(202);
        EXPECT_FALSE(IsEntered(reply.Body())) << reply.Text() << World().Server().Log();
        EXPECT_FALSE(reply.Body().value("finished", true)) << reply.Text();
        EXPECT_EQ(reply.Header("location"), "/v1/operations/" + reply.Id());
        return reply.Body();
    }
    Json Operation(const std::string& id) const {
        return Otto().Get("/v1/operations/" + id).Body();
    }
    bool BecomesEntered(const std::string& id) const {
        return Eventually([&] {
            const Json operation = Operation(id);
            return operation.contains("journal") && IsEntered(operation);
        });
    }
    /// The audit entries of kills, oldest first.
    std::vector<Json> Kills() const {
        auto entries = controller_->Audit("kill_switch.off");
        std::reverse(entries.begin(), entries.end());
        return entries;
    }
    static std::string OperationIn(const Json& audit_entry) {
        return audit_entry["details"].value("operation", "");
    }
    /// What the next process needs to know is on the disk about a second after the database was asked.
    bool IsRemembered(const std::string& name, const std::string& file = "known-instances") {
        const std::string path = World().Server().DataDir() + "/" + file;
        return Eventually(
            [&] { return std::filesystem::exists(path) && support::ReadFile(path).find(name) != std::string::npos; });
    }
    static std::int64_t AppliedIn(const Json& operation) {
        return operation.value("counts", Json::object()).value("applied", std::int64_t{-1});
    }
    /// With the database: entered, on record as applied, and what the instances have is what they are to have.
    void ExpectEnteredAndInForce(const std::string& operation, const std::vector<std::string>& instances) {
        StartDatabase();
        EXPECT_TRUE(BecomesEntered(operation)) << World().Server().Log();
        for (const std::string& name : instances) {
            EXPECT_TRUE(Eventually([&] { return OutcomeOf(Operation(operation), name) == "applied"; }))
                << Operation(operation).dump();
            EXPECT_TRUE(Eventually([&] {
                const Json shown = World().Instance(name);
                return shown.contains("order") && shown["state"]["generation"] == shown["order"]["generation"];
            })) << World().Instance(name).dump();
            EXPECT_FALSE(World().Instance(name)["state"].value("enabled", true));
        }
    }
    bool BecomesOff(pulse_test::OwnPulsed& pulsed) const {
        return Eventually([&] { return TenantsAnswer(pulsed) == 501; });
    }

private:
    static inline std::unique_ptr<support::TempDir> folder_;
    static inline std::unique_ptr<platform::PrivateCluster> cluster_;
    static inline int databases_ = 0;
    std::unique_ptr<Controller> controller_;
};

using KillFirst = OnOwnDatabase;

TEST_F(KillFirst, WithTheDatabaseStoppedItIsDeliveredAtOnceAndEnteredLaterInOrder) {
    const auto pulsed = StartInstance(World(), "eu-1");
    ASSERT_EQ(TenantsAnswer(*pulsed), 200);
    StopDatabase();
    const std::string first = KillWithoutDatabase("isolation is in doubt").value("id", "");
    EXPECT_TRUE(BecomesOff(*pulsed));
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Operation(first), "eu-1") == "applied"; }))
        << Operation(first).dump();
    EXPECT_FALSE(Operation(first).value("finished", true)) << "nothing of it is on record";
    const std::string second = KillWithoutDatabase("it is in doubt elsewhere, too").value("id", "");
    EXPECT_LT(first, second);

    // What the database must be asked for is refused meanwhile: switching on, batches, people who are not known here.
    Json on = KillOrder("all is well again");
    on["enabled"] = true;
    Otto().Post(kSwitch, on).ExpectProblem(503, "unavailable.database");
    Otto()
        .Post(kSwitch, KillOrder("in two batches", {{"batch_size", 1}}))
        .ExpectProblem(503, "unavailable.database")
        .Mentioning("all at once");
    World().As("max.all").Post(kSwitch, KillOrder("not seen here")).ExpectProblem(503, "unavailable.database");
    api_test::Caller(World().Server().Url(), "pcl_nonsense")
        .Post(kSwitch, KillOrder("who is that?"))
        .ExpectProblem(401, "auth.unauthenticated");

    StartDatabase();
    EXPECT_TRUE(BecomesEntered(second));
    const Json operation = World().Await(second);
    EXPECT_EQ(OutcomeOf(operation, "eu-1"), "applied") << operation.dump();
    EXPECT_TRUE(operation.value("complete", false)) << operation.dump();
    const auto kills = Kills();
    ASSERT_EQ(kills.size(), 2U);
    EXPECT_EQ(OperationIn(kills[0]), first);
    EXPECT_EQ(OperationIn(kills[1]), second);
    EXPECT_EQ(kills[0].value("actor", ""), "otto.operator");
    EXPECT_EQ(kills[0]["details"]["given_at"], Operation(first)["journal"]["given_at"]);
    EXPECT_EQ(Operation(first)["requested_at"], Operation(first)["journal"]["given_at"]) << "not when it was entered";
    EXPECT_EQ(kills[0]["details"]["sent_before_it_was_entered"], 1);
    EXPECT_EQ(Otto().All("/v1/kill-switch/reviews?open=true").size(), 2U) << "each opened its review";
    const Json shown = World().Instance("eu-1");
    EXPECT_EQ(shown["state"]["generation"], shown["order"]["generation"]);
    EXPECT_EQ(shown["order"]["operation"], second);
}

TEST_F(KillFirst, AKeyGivesOneKillBeforeAndAfterItIsEntered) {
    const auto pulsed = StartInstance(World(), "eu-1");
    StopDatabase();
    const auto first = Otto().Key("k-1").Post(kSwitch, KillOrder("isolation is in doubt"));
    first.Expect(202);
    const auto again = Otto().Key("k-1").Post(kSwitch, KillOrder("isolation is in doubt"));
    again.Expect(202);
    EXPECT_EQ(again.Id(), first.Id());
    EXPECT_EQ(again.Header("idempotency-replayed"), "true");
    Otto().Key("k-1").Post(kSwitch, KillOrder("another reason")).ExpectProblem(409, "conflict.idempotency");
    StartDatabase();
    EXPECT_TRUE(BecomesEntered(first.Id()));
    const auto later = Otto().Key("k-1").Post(kSwitch, KillOrder("isolation is in doubt"));
    later.Expect(202);
    EXPECT_EQ(later.Id(), first.Id());
    EXPECT_EQ(later.Header("idempotency-replayed"), "true");
    EXPECT_EQ(Kills().size(), 1U);
}

TEST_F(KillFirst, AKeyIsAnsweredAsBeforeByTheNextProcess) {
    const auto pulsed = StartInstance(World(), "eu-1");
    const auto first = Otto().Key("k-1").Post(kSwitch, KillOrder("isolation is in doubt"));
    first.Expect(202);
    EXPECT_EQ(first.Body()["instances"].size(), 1U);
    World().Restart();
    const auto later = Otto().Key("k-1").Post(kSwitch, KillOrder("isolation is in doubt"));
    later.Expect(202);
    EXPECT_EQ(later.Header("idempotency-replayed"), "true");
    EXPECT_EQ(later.Text(), first.Text());
    EXPECT_EQ(Kills().size(), 1U);
}

// Without the database nobody knows that the key was used; the kill is given, and the answer of before stays.
TEST_F(KillFirst, AKeyThatWasUsedBeforeKeepsItsFirstAnswer) {
    const auto pulsed = StartInstance(World(), "eu-1");
    const auto first = Otto().Key("k-1").Post(kSwitch, KillOrder("isolation is in doubt"));
    first.Expect(202);
    World().Restart();
    StopDatabase();
    const auto second = Otto().Key("k-1").Post(kSwitch, KillOrder("another reason"));
    second.Expect(202);
    StartDatabase();
    EXPECT_TRUE(BecomesEntered(second.Id()));
    World().Restart();
    const auto again = Otto().Key("k-1").Post(kSwitch, KillOrder("isolation is in doubt"));
    again.Expect(202);
    EXPECT_EQ(again.Header("idempotency-replayed"), "true");
    EXPECT_EQ(again.Text(), first.Text());
    EXPECT_EQ(Kills().size(), 2U);
}

TEST_F(KillFirst, AControllerKilledBetweenDeliveryAndEntryEntersItOnceWhenItIsBack) {
    const auto pulsed = StartInstance(World(), "eu-1");
    StopDatabase();
    const std::string given = KillWithoutDatabase("isolation is in doubt").value("id", "");
    EXPECT_TRUE(BecomesOff(*pulsed));
    World().Server().Kill();
    StartDatabase();
    World().Server().Start();
    EXPECT_TRUE(BecomesEntered(given));
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Operation(given), "eu-1") == "applied"; }))
        << Operation(given).dump();
    World().Server().Kill();
    World().Server().Start();
    EXPECT_TRUE(BecomesEntered(given));
    const auto kills = Kills();
    ASSERT_EQ(kills.size(), 1U) << "once, however often the controller starts";
    EXPECT_EQ(OperationIn(kills[0]), given);
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
}

TEST_F(KillFirst, WhatWasJournalledAndNotSentIsSentByTheNextStartBesideATornEntry) {
    const auto pulsed = StartInstance(World(), "eu-1");
    World().Server().Kill();
    wire::KillEntry entry;
    entry.machine_time = platform::SystemNow();
    entry.given_at = entry.machine_time;
    entry.operation = policy::RecordId::Trusted("op_" + platform::MakeUlid(1'700'000'000'000));
    entry.controller = "the one before";
    entry.actor = policy::PrincipalId::Trusted("otto.operator");
    entry.order = KillOrder("the process died here").dump();
    entry.targets = {{policy::InstanceId::Trusted("eu-1"), 16, 0}};
    const std::string folder = World().Server().DataDir() + "/kill-journal";
    {
        fleet::KillJournal journal(folder);
        ASSERT_TRUE(journal.Append({entry.operation.Text(), EncodeKillEntry(entry)}));
    }
    std::string content = support::ReadFile(folder + "/journal");
    const std::size_t end = content.find('\0');
    ASSERT_NE(end, std::string::npos);
    const std::string torn = content.substr(0, 60);
    content.replace(end, torn.size(), torn);
    support::WriteFile(folder + "/journal", content);
    World().Server().Start();
    EXPECT_TRUE(BecomesEntered(entry.operation.Text()));
    EXPECT_TRUE(BecomesOff(*pulsed));
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Operation(entry.operation.Text()), "eu-1") == "applied"; }));
    EXPECT_NE(World().Server().Log().find("kill_journal.damaged"), std::string::npos) << World().Server().Log();
}

TEST_F(KillFirst, WhoConnectsLaterIsReachedWithoutTheDatabase) {
    const auto there = StartInstance(World(), "eu-1");
    const auto late = StartInstance(World(), "eu-2");
    ASSERT_TRUE(IsRemembered("eu-2"));
    ASSERT_EQ(late->Stop(), 0);
    ASSERT_TRUE(Eventually([&] { return !World().IsConnected("eu-2"); }));
    StopDatabase();
    const std::string given = KillWithoutDatabase("isolation is in doubt").value("id", "");
    EXPECT_TRUE(BecomesOff(*there));
    late->Start();
    EXPECT_TRUE(BecomesOff(*late)) << World().Server().Log();
    EXPECT_TRUE(Eventually([&] { return AppliedIn(Operation(given)) == 2; })) << Operation(given).dump();
    EXPECT_FALSE(IsEntered(Operation(given)));
    const std::string journal = support::ReadFile(World().Server().DataDir() + "/kill-journal/journal");
    EXPECT_NE(journal.find("eu-2"), std::string::npos) << "on the disk, too";
    ExpectEnteredAndInForce(given, {"eu-1", "eu-2"});
}

TEST_F(KillFirst, WhoDidNotHaveItWhenTheControllerDiedIsReachedByTheNextOneWithoutTheDatabase) {
    const auto obeys = StartInstance(World(), "eu-1");
    const auto hangs = StartInstance(World(), "eu-2");
    ASSERT_TRUE(IsRemembered("eu-1") && IsRemembered("eu-2") && IsRemembered("otto.operator", "known-callers"));
    StopDatabase();
    SignalInstance(*hangs, SIGSTOP);
    const std::string given = KillWithoutDatabase("isolation is in doubt").value("id", "");
    EXPECT_TRUE(BecomesOff(*obeys));
    World().Server().Kill();
    SignalInstance(*hangs, SIGCONT);
    World().Server().Start();
    EXPECT_TRUE(BecomesOff(*hangs)) << World().Server().Log();
    EXPECT_TRUE(Eventually([&] { return AppliedIn(Operation(given)) == 2; })) << Operation(given).dump();
    EXPECT_FALSE(IsEntered(Operation(given)));
    // The next one again: what it finds in the journal is in force everywhere, so nothing is sent.
    World().Server().Kill();
    World().Server().Start();
    EXPECT_TRUE(Eventually([&] { return AppliedIn(Operation(given)) == 2; })) << Operation(given).dump();
    EXPECT_EQ(World().Server().Log().find("kill_journal.reached"), std::string::npos) << World().Server().Log();
    ExpectEnteredAndInForce(given, {"eu-1", "eu-2"});
    ASSERT_EQ(Kills().size(), 1U);
}

TEST_F(KillFirst, ItsAgeIsNotThatOfAClockThatWasSetSince) {
    const auto pulsed = StartInstance(World(), "eu-1");
    World().Server().Kill();
    timespec running{};
    ::clock_gettime(CLOCK_BOOTTIME, &running);
    wire::KillEntry entry;
    entry.given_at = platform::SystemNow();
    entry.machine_time = entry.given_at - std::chrono::hours(3);  // it was set three hours ahead since
    entry.machine_start = platform::Trim(support::ReadFile("/proc/sys/kernel/random/boot_id"));
    entry.machine_age = std::chrono::seconds(running.tv_sec);
    entry.operation = policy::RecordId::Trusted("op_" + platform::MakeUlid(1'700'000'000'000));
    entry.controller = "the one before";
    entry.actor = policy::PrincipalId::Trusted("otto.operator");
    entry.order = KillOrder("the process died here").dump();
    ASSERT_TRUE(fleet::KillJournal(World().Server().DataDir() + "/kill-journal")
                    .Append({entry.operation.Text(), EncodeKillEntry(entry)}));
    World().Server().Start();
    EXPECT_TRUE(BecomesEntered(entry.operation.Text()));
    EXPECT_TRUE(BecomesOff(*pulsed));
    const Json shown = World().Await(entry.operation.Text());
    EXPECT_EQ(OutcomeOf(shown, "eu-1"), "applied") << shown.dump();
    EXPECT_LT(shown["instances"][0].value("applied_ms", std::int64_t{-1}), 3'600'000) << shown.dump();
}

TEST_F(KillFirst, ADatabaseThatHangsHoldsNoKillUp) {
    const auto pulsed = StartInstance(World(), "eu-1");
    Otto().Get("/v1/whoami").Expect(200);
    const auto processes = DatabaseProcesses();
    for (const pid_t process : processes) {
        ASSERT_EQ(::kill(process, SIGSTOP), 0);
    }
    const platform::Stopwatch stopwatch;
    const std::string given = KillWithoutDatabase("isolation is in doubt").value("id", "");
    const bool off = BecomesOff(*pulsed);
    for (const pid_t process : processes) {
        ::kill(process, SIGCONT);
    }
    EXPECT_TRUE(off);
    EXPECT_LT(stopwatch.Elapsed(), std::chrono::seconds(15));
    EXPECT_TRUE(BecomesEntered(given));
    EXPECT_EQ(OutcomeOf(World().Await(given), "eu-1"), "applied");
    EXPECT_EQ(Kills().size(), 1U);
}

TEST_F(KillFirst, AnOrderThatIsLostOnItsWayGoesOutAgainWithoutTheDatabase) {
    const std::string controller = World().FleetUrl();
    BrokenNetwork network(static_cast<std::uint16_t>(std::stoi(controller.substr(controller.rfind(':') + 1))));
    const support::TempDir tokens("tokens");
    pulse_test::PulsedOptions options;
    options.people = "few_people.json";
    options.arguments = {"--instance=eu-1", "--controller-url=" + network.Url(),
                         "--enrolment-token-file=" + World().EnrolInto((tokens / "eu-1").string(), "eu-1")};
    pulse_test::OwnPulsed pulsed(std::move(options));
    ASSERT_TRUE(Eventually([&] { return World().IsConnected("eu-1"); })) << pulsed.Log();
    StopDatabase();
    network.GoSilent();
    const Json given = KillWithoutDatabase("isolation is in doubt");
    const std::string id = given.value("id", "");
    EXPECT_EQ(OutcomeOf(given, "eu-1"), "pending") << given.dump();
    network.Cut();
    EXPECT_EQ(TenantsAnswer(pulsed), 200) << "the order is lost";
    network.Recover();
    EXPECT_TRUE(BecomesOff(pulsed)) << pulsed.Log();
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Operation(id), "eu-1") == "applied"; })) << Operation(id).dump();
    EXPECT_FALSE(IsEntered(Operation(id)));
    StartDatabase();
    EXPECT_TRUE(BecomesEntered(id));
    EXPECT_EQ(OutcomeOf(World().Await(id), "eu-1"), "applied");
    const Json shown = World().Instance("eu-1");
    EXPECT_EQ(shown["state"]["generation"], shown["order"]["generation"]);
}

TEST_F(KillFirst, WhomTheSwitchDoesNotDecideForIsNotCalledOffWithoutTheDatabase) {
    const auto hosted = StartInstance(World(), "hosted", "true", "true");
    const auto pulsed = StartInstance(World(), "eu-1");
    StopDatabase();
    const std::string id = KillWithoutDatabase("isolation is in doubt").value("id", "");
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Operation(id), "eu-1") == "applied"; })) << Operation(id).dump();
    EXPECT_EQ(OutcomeOf(Operation(id), "hosted"), "unkillable") << Operation(id).dump();
    EXPECT_NE(Operation(id).value("summary", "").find("of which 1 report off and 1 cannot be killed"),
              std::string::npos)
        << Operation(id).value("summary", "");
    StartDatabase();
    EXPECT_TRUE(BecomesEntered(id));
    EXPECT_EQ(OutcomeOf(World().Await(id), "hosted"), "unkillable");
}

TEST_F(KillFirst, WhoWasRevokedIsNotRemembered) {
    const auto pulsed = StartInstance(World(), "eu-1");
    const auto token = Otto().Post("/v1/tokens", {{"name", "to be revoked"}, {"roles", {"operator"}}});
    token.Expect(201);
    const api_test::Caller holder(World().Server().Url(), token.Body().value("token", ""));
    holder.Get("/v1/whoami").Expect(200);
    Otto().Post("/v1/tokens/" + token.Id() + ":revoke").Expect(200);
    ASSERT_TRUE(Eventually([&] {
        const std::string log = World().Server().Log();
        const auto forgotten = log.find("caller.forgotten");
        return forgotten != std::string::npos && log.find(token.Id(), forgotten) != std::string::npos;
    })) << "noticed while the database answers";
    StopDatabase();
    holder.Post(kSwitch, KillOrder("with a revoked token")).ExpectProblem(503, "unavailable.database");
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
    KillWithoutDatabase("otto is still known");
    EXPECT_TRUE(BecomesOff(*pulsed));
    StartDatabase();
}

TEST(KillFirstBeside, AStuckInstanceDelaysNobody) {
    Controller controller;
    const auto stuck = StartInstance(controller, "stuck");
    const auto alive = StartInstance(controller, "alive");
    SignalInstance(*stuck, SIGSTOP);
    const auto killed = controller.As("otto.operator").Post(kSwitch, KillOrder("isolation is in doubt"));
    killed.Expect(202);
    EXPECT_TRUE(killed.Body()["journal"].value("entered", false)) << "the database answers, so it is on record";
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*alive) == 501; }));
    const Json operation = controller.Await(killed.Id());
    EXPECT_EQ(OutcomeOf(operation, "alive"), "applied") << operation.dump();
    EXPECT_EQ(OutcomeOf(operation, "stuck"), "unreachable") << operation.dump();
    SignalInstance(*stuck, SIGCONT);
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*stuck) == 501; }));
}

TEST(KillFirstBeside, NamesOfNoInstanceAndReasonsOfNoneAreRefusedAsBefore) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    const auto otto = controller.As("otto.operator");
    otto.Post(kSwitch, KillOrder("one of these is none", {{"scope", {{"instances", {"eu-1", "nowhere"}}}}}))
        .ExpectProblem(422, "input.invalid");
    otto.Post(kSwitch, KillOrder("")).ExpectRules({"KSW-7"});
    controller.As("nora.none").Post(kSwitch, KillOrder("may she?")).ExpectProblem(403, "auth.role_missing");
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
    EXPECT_TRUE(controller.Audit("kill_switch.off").size() >= 2U) << "refusals are on record";
    const auto named = otto.Post(kSwitch, KillOrder("only this one", {{"scope", {{"instances", {"eu-1"}}}}}));
    named.Expect(202);
    EXPECT_EQ(OutcomeOf(controller.Await(named.Id()), "eu-1"), "applied");
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
}

}  // namespace
}  // namespace fleet_test
