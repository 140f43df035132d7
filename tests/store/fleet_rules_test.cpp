// Enrolments, credentials, orders, operations and the way back on: the store's functions, and what PostgreSQL refuses
// of plain SQL.
#include <algorithm>

#include <gtest/gtest.h>

#include "controller/store/fleet_listener.hpp"
#include "controller/store/operations.hpp"
#include "platform/base/clock.hpp"
#include "tests/store/world.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

namespace store_test {
namespace {

using store::InstanceId;

InstanceId Named(std::string_view name) {
    return InstanceId::Trusted(std::string(name));
}

platform::Digest SecretHash(const std::string& secret) {
    return platform::Sha256(secret);
}

std::string SecretHex(const std::string& secret) {
    return platform::Sha256Hex(secret);
}

store::NewEnrolment NewEnrolmentOf(std::string_view instance, const std::string& token) {
    return {NewId("enr"), Named(instance), SecretHash(token), Person("ana"), std::chrono::hours(1)};
}

/// Lets an instance in: token "token-<name>", credential "credential-<name>".
void LetIn(World& world, const std::string& name, const std::string& round = {}) {
    world.Db().Write([&](store::Tx& tx) { store::InsertEnrolment(tx, NewEnrolmentOf(name, "token-" + name + round)); });
    world.Db().Write([&](store::Tx& tx) {
        const auto enrolment = store::LockEnrolmentByHash(tx, SecretHash("token-" + name + round));
        ASSERT_TRUE(enrolment);
        store::ExchangeEnrolment(tx, *enrolment, NewId("crd"), SecretHex("credential-" + name + round));
    });
}

policy::RecordId Order(World& world, bool enabled, std::vector<InstanceId> instances = {},
                       std::optional<policy::RecordId> approval = std::nullopt, std::string_view by = "ana") {
    store::NewOperation operation;
    operation.id = NewId("op");
    operation.enabled = enabled;
    operation.mode = "hot";
    operation.whole_fleet = instances.empty();
    operation.instances = std::move(instances);
    operation.reason = "isolation in doubt";
    operation.requested_by = Person(by);
    operation.approval = std::move(approval);
    world.Db().Write([&](store::Tx& tx) { store::InsertOperation(tx, operation); });
    return operation.id;
}

store::InstanceReport Says(std::string_view name, std::int64_t generation, bool enabled) {
    store::InstanceReport report;
    report.instance = Named(name);
    report.boot_id = "boot_1";
    report.started_at = support::At("2025-01-13T08:00:00Z");
    report.program = "pulsed 1";
    report.generation = generation;
    report.enabled = enabled;
    return report;
}

std::vector<store::RecordedStep> Record(World& world, const std::vector<store::InstanceReport>& reports) {
    return world.Db().Write([&](store::Tx& tx) { return store::RecordReports(tx, "controller-a", reports); });
}

std::int64_t Generation(World& world, std::string_view name) {
    const auto states = world.Db().Read([&](store::Tx& tx) { return store::LoadDesiredStates(tx, {Named(name)}); });
    return states.empty() ? 0 : states.front().generation;
}

void CompleteReviews(World& world) {
    world.Db().Write([](store::Tx& tx) {
        for (const auto& review : store::ListKillReviews(tx, true, {.limit = 100, .after = {}}).rows) {
            store::CompleteKillReview(tx, review.operation, "a mistake in a query; fixed", Person("sue"));
        }
    });
}

/// What refers to rows that are not there is refused as by a foreign key, with its name, and with the whole statement.
void ExpectUnknown(const World& world, const std::string& reference, const std::string& sql) {
    try {
        world.Sql(sql);
        ADD_FAILURE() << "not refused: " << sql;
    } catch (const pqxx::foreign_key_violation& error) {
        EXPECT_NE(std::string(error.what()).find('"' + reference + '"'), std::string::npos) << error.what() << sql;
    }
}

TEST(ManyAtOnce, AreRefusedTogetherWhenOneIsOfNobody) {
    World world;
    LetIn(world, "eu-1");
    LetIn(world, "eu-2");
    const std::string order = Order(world, false, {Named("eu-1")}).Text();
    const std::string targets = "INSERT INTO portcullis.operation_targets (operation_id, instance_id, batch) VALUES ";
    ExpectUnknown(world, "operation_targets_instance_id_fkey",
                  targets + "('" + order + "', 'eu-2', 1), ('" + order + "', 'stranger', 1)");
    ExpectUnknown(world, "operation_targets_operation_id_fkey", targets + "('op_none', 'eu-2', 1)");
    ExpectUnknown(world, "operation_instances_are_chosen",
                  "INSERT INTO portcullis.operation_instances (operation_id, instance_id, generation) VALUES ('" +
                      order + "', 'eu-2', 7)");
    ExpectUnknown(world, "operation_steps_operation_id_instance_id_fkey",
                  "INSERT INTO portcullis.operation_steps (operation_id, instance_id, step, evidence) VALUES ('" +
                      order + "', 'eu-1', 'applied', '{}'), ('" + order + "', 'eu-2', 'applied', '{}')");
    const std::string pushes =
        "INSERT INTO portcullis.kill_pushes (operation_id, instance_id, generation, base) VALUES ";
    ExpectUnknown(world, "kill_pushes_operation_id_fkey", pushes + "('" + order + "', 'eu-1', 16, 0)");
    ExpectUnknown(world, "kill_pushes_instance_id_fkey",
                  "INSERT INTO portcullis.kill_journal (operation_id, controller, given_at) VALUES ('" + order +
                      "', 'controller-a', now()); " + pushes + "('" + order + "', 'stranger', 16, 0)");
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.operation_targets"), "1");
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.operation_steps"), "0");
    ExpectRefused(world, "KSW-3",
                  "UPDATE portcullis.desired_states SET generation = generation + 1, operation_id = 'op_none'");
}

TEST(ManyAtOnce, AreOrderedWhetherTheyHadAnOrderBeforeOrNot) {
    World world;
    LetIn(world, "eu-1");
    LetIn(world, "eu-2");
    LetIn(world, "eu-3");
    Order(world, false, {Named("eu-2")});
    Record(world, {Says("eu-2", 1, false), Says("eu-3", 40, true)});  // eu-3 was told more elsewhere
    const auto kill = Order(world, false, {Named("eu-1"), Named("eu-2"), Named("eu-3")});
    EXPECT_EQ(Generation(world, "eu-1"), 1);
    EXPECT_EQ(Generation(world, "eu-2"), 2);
    EXPECT_EQ(Generation(world, "eu-3"), 41);
    const auto steps = Record(world, {Says("eu-1", 1, false), Says("eu-2", 1, false), Says("eu-3", 41, false)});
    ASSERT_EQ(steps.size(), 2U) << "eu-2 still has the order before";
    for (const store::RecordedStep& step : steps) {
        EXPECT_EQ(step.operation, kill);
        EXPECT_EQ(step.step, "applied");
    }
}

TEST(Orders, AreLoadedForThoseThatAreBehind) {
    World world;
    LetIn(world, "eu-1");
    LetIn(world, "eu-2");
    Order(world, false);
    Order(world, false, {Named("eu-2")});
    const auto above = world.Db().Read([](store::Tx& tx) {
        return store::LoadDesiredAbove(tx, {Named("eu-1"), Named("eu-2"), Named("eu-3")}, {1, 1, 0});
    });
    ASSERT_EQ(above.size(), 1U);
    EXPECT_EQ(above[0].instance, Named("eu-2"));
    EXPECT_EQ(above[0].generation, 2);
    EXPECT_EQ(world.Db().Read([](store::Tx& tx) {
        return store::FindStrangers(tx, {Named("eu-1"), Named("eu-3")});
    }),
              std::vector<InstanceId>{Named("eu-3")});
}

TEST(Enrolment, LetsAnInstanceInOnce) {
    World world;
    LetIn(world, "eu-1");
    const auto found = world.Db().Once(
        [](store::Tx& tx) { return store::FindInstanceByCredential(tx, SecretHash("credential-eu-1")); });
    EXPECT_EQ(found, Named("eu-1"));
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([](store::Tx& tx) {
                      const auto enrolment = store::LockEnrolmentByHash(tx, SecretHash("token-eu-1"));
                      EXPECT_EQ(enrolment->credential_hash, SecretHex("credential-eu-1"));
                      EXPECT_TRUE(enrolment->used_at);
                      store::ExchangeEnrolment(tx, *enrolment, NewId("crd"), SecretHex("another"));
                  });
              }),
              "ATT-2");
}

TEST(Enrolment, ExpiresAndIsNeverLongerThanAWeek) {
    World world;
    world.Db().Write([](store::Tx& tx) { store::InsertEnrolment(tx, NewEnrolmentOf("eu-1", "late")); });
    world.Advance(std::chrono::hours(1));
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([](store::Tx& tx) {
                      store::ExchangeEnrolment(tx, *store::LockEnrolmentByHash(tx, SecretHash("late")), NewId("crd"),
                                               SecretHex("credential"));
                  });
              }),
              "ATT-2");
    EXPECT_THROW(world.Sql("INSERT INTO portcullis.enrolments (id, instance_id, hash, created_by, expires_at) VALUES "
                           "('enr_x', 'eu-1', decode(repeat('ab', 32), 'hex'), 'ana', portcullis.now() + interval '8 "
                           "days')"),
                 pqxx::check_violation);
}

TEST(Enrolment, AnewTakesTheOldCredentialAway) {
    World world;
    LetIn(world, "eu-1");
    LetIn(world, "eu-1", "-again");
    world.Db().Read([](store::Tx& tx) {
        EXPECT_FALSE(store::FindInstanceByCredential(tx, SecretHash("credential-eu-1")));
        EXPECT_TRUE(store::FindInstanceByCredential(tx, SecretHash("credential-eu-1-again")));
        EXPECT_EQ(store::GoodCredentials(tx, {SecretHex("credential-eu-1"), SecretHex("credential-eu-1-again")}),
                  std::vector<std::string>{SecretHex("credential-eu-1-again")});
    });
    EXPECT_TRUE(world.Db().Write([](store::Tx& tx) { return store::RevokeCredential(tx, Named("eu-1"), "ana"); }));
    EXPECT_FALSE(world.Db().Write([](store::Tx& tx) { return store::RevokeCredential(tx, Named("eu-1"), "ana"); }));
    ExpectRefused(world, "ATT-2", "UPDATE portcullis.instance_credentials SET revoked_by = 'dora'");
    ExpectRefused(world, "ATT-2",
                  "INSERT INTO portcullis.instance_credentials (id, instance_id, hash, enrolment_id) SELECT 'crd_x', "
                  "'eu-1', decode(repeat('cd', 32), 'hex'), id FROM portcullis.enrolments LIMIT 1");
    ExpectNoRight(world, "UPDATE portcullis.enrolments SET used_at = NULL");
    ExpectNoRight(world, "DELETE FROM portcullis.enrolments");
}

TEST(Orders, GrowAndReachWhoeverIsMeant) {
    World world;
    LetIn(world, "eu-1");
    LetIn(world, "eu-2");
    EXPECT_EQ(Generation(world, "eu-1"), 0);
    Order(world, false);
    EXPECT_EQ(Generation(world, "eu-1"), 1);
    EXPECT_EQ(Generation(world, "eu-2"), 1);
    Order(world, false, {Named("eu-2")});
    EXPECT_EQ(Generation(world, "eu-1"), 1);
    EXPECT_EQ(Generation(world, "eu-2"), 2);
    // An instance that was under another controller has seen higher ones.
    Record(world, {Says("eu-1", 40, false)});
    Order(world, false);
    EXPECT_EQ(Generation(world, "eu-1"), 41);
    EXPECT_EQ(Generation(world, "eu-2"), 3);
}

TEST(Orders, OnlyMoveForwardAndOnlyAsAnOperationSays) {
    World world;
    LetIn(world, "eu-1");
    Order(world, false);
    ExpectRefused(world, "KSW-7", "UPDATE portcullis.desired_states SET generation = 1");
    ExpectRefused(world, "KSW-3", "UPDATE portcullis.desired_states SET generation = 2, enabled = true");
    ExpectNoRight(world, "DELETE FROM portcullis.desired_states");
    ExpectNoRight(world, "UPDATE portcullis.operations SET reason = 'another'");
    ExpectNoRight(world, "DELETE FROM portcullis.operation_steps");
    ExpectNoRight(world, "UPDATE portcullis.operation_steps SET evidence = '{}'");
    pqxx::connection owner(world.OwnerConninfo());
    pqxx::work work(owner);
    EXPECT_ANY_THROW(work.exec("DELETE FROM portcullis.operation_instances"));
}

TEST(Orders, HoldForThoseThatJoinLater) {
    World world;
    const auto operation = Order(world, false);
    LetIn(world, "eu-1");
    EXPECT_EQ(Generation(world, "eu-1"), 1);
    const auto parts = world.Db().Read([&](store::Tx& tx) { return store::LoadOperationInstances(tx, operation); });
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0].instance.id, Named("eu-1"));
    EXPECT_FALSE(parts[0].instance.desired->enabled);
}

TEST(Orders, LeaveRetiredInstancesAlone) {
    World world;
    LetIn(world, "eu-1");
    world.Db().Write([](store::Tx& tx) { store::RetireInstance(tx, Named("eu-1"), Person("ana")); });
    Order(world, false);
    EXPECT_EQ(Generation(world, "eu-1"), 0);
    world.Db().Read([](store::Tx& tx) {
        EXPECT_TRUE(store::ListInstances(tx, false, {.limit = 10, .after = {}}).rows.empty());
        EXPECT_EQ(store::ListInstances(tx, true, {.limit = 10, .after = {}}).rows.size(), 1U);
        EXPECT_FALSE(store::FindInstanceByCredential(tx, SecretHash("credential-eu-1")));
    });
}

TEST(Reports, BecomeStepsOfTheOrderTheyAreAbout) {
    World world;
    LetIn(world, "eu-1");
    LetIn(world, "eu-2");
    LetIn(world, "eu-3");
    const auto operation = Order(world, false);
    auto refused = Says("eu-3", 0, true);
    refused.refused_generation = 1;
    refused.refusal = "forged";
    refused.refusal_reason = R"(the signature is not "one" of the pinned key)";
    const auto first = Record(world, {Says("eu-1", 0, true), Says("eu-1", 1, false), Says("eu-2", 1, true), refused});
    EXPECT_EQ(first.size(), 3U);
    EXPECT_TRUE(Record(world, {Says("eu-1", 1, false)}).empty()) << "a step is recorded once";
    const auto parts = world.Db().Read([&](store::Tx& tx) { return store::LoadOperationInstances(tx, operation); });
    ASSERT_EQ(parts.size(), 3U);
    ASSERT_EQ(parts[0].steps.size(), 1U);
    EXPECT_EQ(parts[0].steps[0].step, "applied");
    EXPECT_NE(parts[0].steps[0].evidence.find(R"("boot_id": "boot_1")"), std::string::npos);
    EXPECT_NE(parts[0].steps[0].evidence.find("2025-01-13T08:00:00.000000Z"), std::string::npos);
    EXPECT_EQ(parts[0].instance.status->generation, 1) << "the newest word of an instance counts";
    EXPECT_EQ(parts[0].instance.status->connected_to, "controller-a");
    ASSERT_TRUE(parts[0].instance.status->silent_for);
    EXPECT_LT(*parts[0].instance.status->silent_for, std::chrono::minutes(5));
    EXPECT_EQ(parts[1].steps.at(0).step, "contradicted");
    EXPECT_EQ(parts[2].steps.at(0).step, "refused");
    world.Db().Write([](store::Tx& tx) {
        store::RecordDisconnected(tx, "controller-b", {Named("eu-1")});  // it is not that one's any more
        store::RecordDisconnected(tx, "controller-a", {Named("eu-2")});
    });
    world.Db().Read([](store::Tx& tx) {
        EXPECT_TRUE(store::LoadInstance(tx, Named("eu-1"))->status->connected_to);
        const auto gone = store::LoadInstance(tx, Named("eu-2"));
        EXPECT_FALSE(gone->status->connected_to);
        EXPECT_TRUE(gone->status->last_seen_at);
    });
}

TEST(Reports, OnTheWayToANewerOrderContradictNothing) {
    World world;
    LetIn(world, "eu-1");
    Order(world, false);
    EXPECT_EQ(Record(world, {Says("eu-1", 1, false)}).size(), 1U);
    CompleteReviews(world);
    const auto approval = world.Db().Write([&](store::Tx& tx) {
        return store::InsertSwitchApproval(tx, NewId("swa"), Person("sue"), "cause found", std::chrono::hours(24)).id;
    });
    const auto on = Order(world, true, {}, approval);
    // As an agent says it whose process was started again: what the process has, and what it noted last.
    EXPECT_TRUE(Record(world, {Says("eu-1", 1, true)}).empty());
    const auto steps = Record(world, {Says("eu-1", 2, true)});
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].operation, on);
    EXPECT_EQ(steps[0].step, "applied");
    EXPECT_EQ(Record(world, {Says("eu-1", 2, false)}).size(), 1U) << "and this does contradict";
}

TEST(SwitchingOn, NeedsAnApprovalByAnotherSystemOwnerAndCompletedReviews) {
    World world;
    LetIn(world, "eu-1");
    Order(world, false);
    EXPECT_EQ(RuleRefusing([&] { Order(world, true); }), "KSW-8");
    const auto approve = [&](std::string_view by) {
        return world.Db().Write([&](store::Tx& tx) {
            return store::InsertSwitchApproval(tx, NewId("swa"), Person(by), "cause found", std::chrono::hours(24)).id;
        });
    };
    EXPECT_EQ(RuleRefusing([&] { approve("dora"); }), "SOD-4");
    const auto approval = approve("sue");
    EXPECT_EQ(RuleRefusing([&] { Order(world, true, {}, approval); }), "KSW-8") << "the review is open";
    ExpectRefused(world, "KSW-7", "UPDATE portcullis.kill_reviews SET findings = ' ', completed_by = 'sue'");
    ExpectRefused(world, "KSW-7", "UPDATE portcullis.kill_reviews SET findings = 'x', completed_by = 'ci'");
    CompleteReviews(world);
    ExpectRefused(world, "KSW-7", "UPDATE portcullis.kill_reviews SET findings = 'x', completed_by = 'sue'");
    EXPECT_EQ(RuleRefusing([&] { Order(world, true, {}, approval, "sue"); }), "KSW-8") << "nobody approves their own";
    EXPECT_FALSE(world.Db().Read([](store::Tx& tx) { return store::FindSwitchApproval(tx, Person("sue")); }));
    Order(world, true, {},
          world.Db().Read([](store::Tx& tx) { return store::FindSwitchApproval(tx, Person("ana"))->id; }));
    EXPECT_EQ(Generation(world, "eu-1"), 2);
    EXPECT_THROW(Order(world, true, {}, approval), store::Conflict) << "an approval is spent once";
    EXPECT_EQ(RuleRefusing([&] { Order(world, false, {}, approve("sam")); }), "KSW-7") << "a kill spends none";
    world.Advance(std::chrono::hours(25));
    EXPECT_FALSE(world.Db().Read([](store::Tx& tx) { return store::FindSwitchApproval(tx, Person("ana")); }));
}

TEST(SwitchingOn, IsNotDoneOnceMoreByAnOrderFromBeforeTheKill) {
    World world;
    LetIn(world, "eu-1");
    LetIn(world, "eu-2");
    Order(world, false);
    CompleteReviews(world);
    const auto approval = world.Db().Write([&](store::Tx& tx) {
        return store::InsertSwitchApproval(tx, NewId("swa"), Person("sue"), "cause found", std::chrono::hours(24)).id;
    });
    const std::string on = Order(world, true, {Named("eu-1")}, approval).Text();
    const std::string kill = Order(world, false).Text();
    const std::string as_before = " SET generation = generation + 1, enabled = true, operation_id = '" + on + "' ";
    ExpectRefused(world, "KSW-8", "UPDATE portcullis.desired_states" + as_before + "WHERE instance_id = 'eu-1'");
    ExpectRefused(world, "KSW-8",
                  "INSERT INTO portcullis.desired_states AS d (instance_id, generation, enabled, mode, reason) VALUES "
                  "('eu-1', 1, true, 'hot', '') ON CONFLICT (instance_id) DO UPDATE SET generation = d.generation + 1, "
                  "enabled = true, operation_id = '" +
                      on + "'");
    // One that was for others alone, also when it is said afterwards that it was for this one.
    ExpectRefused(world, "KSW-8", "UPDATE portcullis.desired_states" + as_before + "WHERE instance_id = 'eu-2'");
    ExpectRefused(
        world, "KSW-8",
        "INSERT INTO portcullis.operation_targets (operation_id, instance_id, batch) VALUES ('" + on +
            "', 'eu-2', 1); INSERT INTO portcullis.operation_instances (operation_id, instance_id, generation) "
            "VALUES ('" +
            on + "', 'eu-2', 90)");
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.desired_states WHERE operation_id = '" + kill + "'"), "2");
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.desired_states WHERE enabled"), "0");
}

TEST(FleetListener, HearsWhatOthersCommit) {
    World world;
    LetIn(world, "eu-1");
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<store::FleetNews> heard;
    const auto await = [&](store::FleetNews wanted) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds(20),
                                [&] { return std::find(heard.begin(), heard.end(), wanted) != heard.end(); });
    };
    store::FleetListener listener({.conninfo = world.AppConninfo(),
                                   .on_news =
                                       [&](store::FleetNews news) {
                                           const std::lock_guard lock(mutex);
                                           heard.push_back(news);
                                           changed.notify_all();
                                       },
                                   .on_state = [](std::string_view) {}});
    EXPECT_TRUE(await(store::FleetNews::kAnything));
    Order(world, false);
    EXPECT_TRUE(await(store::FleetNews::kOrders));
    Record(world, {Says("eu-1", 0, true)});
    Record(world, {Says("eu-1", 1, false)});
    EXPECT_TRUE(await(store::FleetNews::kSteps));
    world.Db().Write([](store::Tx& tx) { store::RevokeCredential(tx, Named("eu-1"), "ana"); });
    EXPECT_TRUE(await(store::FleetNews::kCredentials));
    const std::lock_guard lock(mutex);
    EXPECT_EQ(std::count(heard.begin(), heard.end(), store::FleetNews::kSteps), 1) << "a report without a step is none";
}

}  // namespace
}  // namespace store_test
