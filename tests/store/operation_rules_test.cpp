// Operations in batches, restarts, verification and watches: the store's functions, and what PostgreSQL refuses of
// plain SQL.
#include <gtest/gtest.h>

#include "controller/store/exposure.hpp"
#include "controller/store/verifications.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using store::InstanceId;

constexpr const char* kController = "controller-a";

InstanceId Name(std::string_view name) {
    return InstanceId::Trusted(std::string(name));
}

void Join(World& world, const std::string& name) {
    world.Db().Write([&](store::Tx& tx) {
        store::InsertEnrolment(
            tx, {NewId("enr"), Name(name), platform::Sha256("token-" + name), Person("ana"), std::chrono::hours(1)});
    });
    world.Db().Write([&](store::Tx& tx) {
        const auto enrolment = store::LockEnrolmentByHash(tx, platform::Sha256("token-" + name));
        store::ExchangeEnrolment(tx, *enrolment, NewId("crd"), platform::Sha256Hex("credential-" + name));
    });
}

store::NewOperation KillOrder() {
    store::NewOperation operation;
    operation.id = NewId("op");
    operation.mode = "hot";
    operation.whole_fleet = true;
    operation.reason = "isolation in doubt";
    operation.requested_by = Person("ana");
    return operation;
}

policy::RecordId Give(World& world, const store::NewOperation& operation) {
    world.Db().Write([&](store::Tx& tx) {
        if (operation.journal) {
            store::RecordJournalled(tx, {operation.id, "controller-a", world.Now(), platform::SystemNow(), {}});
        }
        store::InsertOperation(tx, operation);
    });
    return operation.id;
}

/// What an instance says whose clock stands as ours, and whose process began so long ago.
store::InstanceReport Word(std::string_view name, std::int64_t generation, bool enabled,
                           const std::string& boot = "boot_1", std::chrono::seconds age = std::chrono::seconds(3600)) {
    store::InstanceReport report;
    report.instance = Name(name);
    report.boot_id = boot;
    report.sent_at = support::At("2030-01-13T08:00:00Z");  // years off
    report.started_at = *report.sent_at - age;
    report.program = "pulsed 1";
    report.generation = generation;
    report.enabled = enabled;
    return report;
}

std::vector<store::RecordedStep> Hear(World& world, const std::vector<store::InstanceReport>& reports) {
    return world.Db().Write([&](store::Tx& tx) { return store::RecordReports(tx, kController, reports); });
}

std::vector<store::OperationInstance> Parts(World& world, const policy::RecordId& operation) {
    return world.Db().Read([&](store::Tx& tx) { return store::LoadOperationInstances(tx, operation); });
}

std::vector<store::Question> Claim(World& world, const std::string& controller = kController) {
    return world.Db().Write(
        [&](store::Tx& tx) { return store::ClaimQuestions(tx, controller, 100, std::chrono::seconds(10)); });
}

std::vector<store::Answered> AnswerTo(World& world, const store::Question& question,
                                      const std::string& outcome = "passed") {
    store::Answer answer{question.instance, question.request, {}, std::nullopt};
    for (const char* step : {"value", "probes", "ui", "websocket"}) {
        answer.steps.push_back({step, outcome, "seen", R"({"checks":[]})"});
    }
    answer.steps.push_back({"data", outcome, "", R"({"tenants":{"count":2,"digest":"abc"}})"});
    return world.Db().Write([&](store::Tx& tx) { return store::RecordAnswers(tx, {answer}); });
}

void FollowUp(World& world, const store::Question& question, store::FollowUp::State state,
              policy::Duration ask_after = {}, policy::Duration watch_for = std::chrono::minutes(30)) {
    world.Db().Write([&](store::Tx& tx) {
        store::SetFollowUps(
            tx, {{question.instance, question.operation, state, ask_after, watch_for, std::chrono::seconds(60)}});
    });
}

TEST(Batches, AreOrderedOneAfterTheOther) {
    World world;
    for (const char* name : {"eu-1", "eu-2", "eu-3"}) {
        Join(world, name);
    }
    store::NewOperation order = KillOrder();
    order.batch_size = 2;
    order.stop_on_failure = true;
    const auto operation = Give(world, order);
    auto parts = Parts(world, operation);
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[1].generation, 1);
    EXPECT_EQ(parts[2].batch, 2);
    EXPECT_EQ(parts[2].generation, 0);
    EXPECT_FALSE(parts[2].instance.desired) << "it was ordered nothing";
    world.Db().Write([&](store::Tx& tx) {
        EXPECT_EQ(store::ListRollingOperations(tx), std::vector<policy::RecordId>{operation});
        EXPECT_TRUE(store::TryLockOperation(tx, operation));
        EXPECT_EQ(store::IssueBatch(tx, operation, 2), 1U);
        EXPECT_EQ(store::IssueBatch(tx, operation, 2), 0U) << "once";
        EXPECT_TRUE(store::ListRollingOperations(tx).empty());
    });
    EXPECT_EQ(Parts(world, operation)[2].generation, 1);
}

TEST(Batches, ComeInTheirTurnAndNotAfterAHalt) {
    World world;
    for (const char* name : {"eu-1", "eu-2", "eu-3"}) {
        Join(world, name);
    }
    store::NewOperation order = KillOrder();
    order.batch_size = 1;
    order.stop_on_failure = true;
    const auto operation = Give(world, order);
    EXPECT_EQ(RuleRefusing([&] { world.Db().Write([&](store::Tx& tx) { store::IssueBatch(tx, operation, 3); }); }),
              "KSW-3");
    world.Db().Write([&](store::Tx& tx) {
        EXPECT_TRUE(store::InsertHalt(tx, operation, {1, "eu-1 failed", {"eu-1"}, {}}));
        EXPECT_FALSE(store::InsertHalt(tx, operation, {1, "again", {"eu-1"}, {}}));
        EXPECT_TRUE(store::ListRollingOperations(tx).empty());
        EXPECT_EQ(store::LoadHalt(tx, operation)->why, "eu-1 failed");
    });
    EXPECT_EQ(RuleRefusing([&] { world.Db().Write([&](store::Tx& tx) { store::IssueBatch(tx, operation, 2); }); }),
              "KSW-3");
    const auto at_once = Give(world, KillOrder());
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([&](store::Tx& tx) { store::InsertHalt(tx, at_once, {1, "why", {"eu-1"}, {}}); });
              }),
              "KSW-3");
    ExpectNoRight(world, "DELETE FROM portcullis.operation_halts");
    ExpectNoRight(world, "UPDATE portcullis.operation_targets SET batch = 1");
    ExpectNoRight(world, "UPDATE portcullis.instance_orders SET chosen = 0");
    ExpectNoRight(world, "INSERT INTO portcullis.verifications (operation_id, instance_id) VALUES ('x', 'eu-1')");
    ExpectNoRight(world, "UPDATE portcullis.operation_watch_samples SET requests = 0");
}

TEST(Batches, AreTakenOverByANewerOperation) {
    World world;
    Join(world, "eu-1");
    Join(world, "eu-2");
    store::NewOperation first = KillOrder();
    first.batch_size = 1;
    const auto rolling = Give(world, first);
    const auto newer = Give(world, KillOrder());
    auto parts = Parts(world, rolling);
    EXPECT_TRUE(parts[0].replaced);
    EXPECT_TRUE(parts[1].replaced) << "its batch never came";
    world.Db().Write([&](store::Tx& tx) {
        EXPECT_TRUE(store::ListRollingOperations(tx).empty());
        EXPECT_EQ(store::IssueBatch(tx, rolling, 2), 0U);
    });
    parts = Parts(world, newer);
    EXPECT_FALSE(parts[0].replaced);
    EXPECT_EQ(parts[0].generation, 2);
    EXPECT_EQ(parts[1].generation, 1);
}

TEST(Batches, ThatWaitDoNotDecideForNewcomers) {
    World world;
    Join(world, "eu-1");
    Join(world, "eu-2");
    const auto standing = Give(world, KillOrder());
    store::NewOperation second = KillOrder();
    second.batch_size = 1;
    const auto rolling = Give(world, second);
    Join(world, "eu-3");
    const auto before = Parts(world, standing);
    ASSERT_EQ(before.size(), 3U) << "what held before the operation that rolls on holds for it";
    EXPECT_EQ(before[2].generation, 1);
    const auto after = Parts(world, rolling);
    ASSERT_EQ(after.size(), 3U);
    EXPECT_EQ(after[2].batch, 2) << "and it is in the last batch";
    EXPECT_EQ(after[2].generation, 0);
}

TEST(Pushed, OrdersKeepTheirGenerationWhenTheyAreEntered) {
    World world;
    Join(world, "eu-1");
    Join(world, "eu-2");
    Give(world, KillOrder());
    Hear(world, {Word("eu-1", 16, false), Word("eu-2", 1, false)});  // eu-1 has what was pushed to it already
    store::NewOperation order = KillOrder();
    order.pushed = {{Name("eu-1"), 16, 1}, {Name("eu-2"), 16, 0}};
    order.journal = "jnl_1";
    const auto operation = Give(world, order);
    const auto parts = Parts(world, operation);
    EXPECT_EQ(parts[0].generation, 16);
    EXPECT_EQ(parts[1].generation, 17) << "what was pushed was made from another order than the one on record";
    const auto steps = Hear(world, {Word("eu-1", 16, false)});
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].step, "applied");
    EXPECT_THROW(Give(world,
                      [&] {
                          store::NewOperation again = order;
                          again.id = NewId("op");
                          return again;
                      }()),
                 store::Conflict)
        << "an entry of a journal becomes one operation";
}

TEST(Restarts, AreProvenByAnotherProcessThatBeganAfterTheOrder) {
    World world;
    Join(world, "eu-1");
    Hear(world, {Word("eu-1", 0, true)});
    store::NewOperation order = KillOrder();
    order.mode = "restart";
    const auto operation = Give(world, order);
    EXPECT_TRUE(Hear(world, {Word("eu-1", 1, false)}).empty()) << "the process from before";
    EXPECT_TRUE(Hear(world, {Word("eu-1", 1, false, "boot_2")}).empty()) << "another, but older than the order";
    EXPECT_TRUE(Hear(world, {Word("eu-1", 1, false, "boot_1", std::chrono::seconds(0))}).empty())
        << "the same, renamed";
    store::InstanceReport untimed = Word("eu-1", 1, false, "boot_2", std::chrono::seconds(0));
    untimed.sent_at = std::nullopt;
    EXPECT_TRUE(Hear(world, {untimed}).empty()) << "when it began is not known";
    store::InstanceReport late = Word("eu-1", 1, false, "boot_2", std::chrono::seconds(0));
    late.received_at -= std::chrono::minutes(5);
    EXPECT_TRUE(Hear(world, {late}).empty()) << "what waited here was said before the order";
    const auto steps = Hear(world, {Word("eu-1", 1, false, "boot_2", std::chrono::seconds(0))});
    ASSERT_EQ(steps.size(), 2U);
    const auto parts = Parts(world, operation);
    ASSERT_EQ(parts[0].steps.size(), 2U);
    EXPECT_NE(parts[0].steps[1].evidence.find("boot_1"), std::string::npos) << parts[0].steps[1].evidence;
    ASSERT_TRUE(parts[0].instance.status->clock_ahead);
    EXPECT_GT(*parts[0].instance.status->clock_ahead, std::chrono::hours(24));
    const auto second = Give(
        world, order = [&] {
            store::NewOperation next = order;
            next.id = NewId("op");
            return next;
        }());
    ExpectRefused(world, "KSW-3",
                  "INSERT INTO portcullis.operation_steps (operation_id, instance_id, step, evidence) VALUES ('" +
                      second.Text() + "', 'eu-1', 'applied', '{}')");
}

TEST(Verifications, AreOwedOnceAnOrderIsApplied) {
    World world;
    Join(world, "eu-1");
    Hear(world, {Word("eu-1", 0, true)});
    world.Db().Write([](store::Tx& tx) { store::RecordTenants(tx, Name("eu-1"), {2, "abc"}); });
    const auto operation = Give(world, KillOrder());
    EXPECT_TRUE(Claim(world).empty());
    Hear(world, {Word("eu-1", 1, false)});
    EXPECT_TRUE(Claim(world, "controller-b").empty()) << "it is connected to the other one";
    const auto questions = Claim(world);
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].operation, operation);
    EXPECT_EQ(questions[0].attempt, 1);
    EXPECT_EQ(questions[0].boot_before, "boot_1");
    ASSERT_TRUE(questions[0].tenants_before);
    EXPECT_EQ(questions[0].tenants_before->digest, "abc");
    EXPECT_TRUE(Claim(world).empty()) << "one question at a time";
    store::Question other = questions[0];
    other.request = "another";
    EXPECT_TRUE(AnswerTo(world, other).empty()) << "an answer to no question is nobody's";
    other = questions[0];
    other.instance = Name("eu-2");
    EXPECT_TRUE(AnswerTo(world, other).empty()) << "nor one to the question of somebody else";
    const auto answered = AnswerTo(world, questions[0], "failed");
    ASSERT_EQ(answered.size(), 1U);
    EXPECT_EQ(answered[0].steps.size(), 6U) << "with what was on record before";
    EXPECT_TRUE(AnswerTo(world, questions[0]).empty()) << "once";
    FollowUp(world, questions[0], store::FollowUp::State::kVerify, std::chrono::hours(1));
    EXPECT_TRUE(Claim(world).empty()) << "after a pause";
    FollowUp(world, questions[0], store::FollowUp::State::kVerify);
    const auto again = Claim(world);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].attempt, 2);
    AnswerTo(world, again[0]);
    const auto parts = Parts(world, operation);
    EXPECT_EQ(parts[0].attempts, 2);
    for (const store::OperationStep& step : parts[0].steps) {
        EXPECT_EQ(step.outcome, "passed") << step.step;
        EXPECT_EQ(step.attempt, step.step == "applied" ? 1 : 2) << step.step;
    }
    EXPECT_EQ(world.Db().Read([](store::Tx& tx) {
        return tx.ExecRaw("SELECT count(*) FROM portcullis.operation_steps")[0][0].as<int>();
    }),
              11)
        << "every attempt is kept";
}

/// What an instance says it hosts; an empty digest when it has not counted its tenants' records yet.
void Host(World& world, std::int64_t tenants, const std::string& digest) {
    world.Db().Write([&](store::Tx& tx) {
        store::RecordInventories(
            tx, kController, {{Name("eu-1"), {"default"}, tenants, digest, "{}", support::At("2025-01-13T08:00:00Z")}});
    });
}

TEST(Verifications, CompareWithNothingThatWasNotCounted) {
    for (const bool report_first : {true, false}) {
        World world;
        Join(world, "eu-1");
        if (report_first) {
            Hear(world, {Word("eu-1", 0, true)});
        }
        Host(world, 0, "");
        Hear(world, {Word("eu-1", 0, true)});
        Give(world, KillOrder());
        Hear(world, {Word("eu-1", 1, false)});
        const auto questions = Claim(world);
        ASSERT_EQ(questions.size(), 1U);
        EXPECT_FALSE(questions[0].tenants_before) << "an instance cannot read a digest that is none";
    }
}

TEST(Verifications, CompareWithTheLastCountOfAnInstanceThatHasJustStarted) {
    World world;
    Join(world, "eu-1");
    Hear(world, {Word("eu-1", 0, true)});
    Host(world, 2, "abc");
    Host(world, 0, "");
    Give(world, KillOrder());
    Hear(world, {Word("eu-1", 1, false)});
    const auto questions = Claim(world);
    ASSERT_EQ(questions.size(), 1U);
    ASSERT_TRUE(questions[0].tenants_before);
    EXPECT_EQ(questions[0].tenants_before->count, 2);
    EXPECT_EQ(questions[0].tenants_before->digest, "abc");
}

TEST(Verifications, GoOnUnderAnotherController) {
    World world;
    Join(world, "eu-1");
    Give(world, KillOrder());
    Hear(world, {Word("eu-1", 1, false)});
    const auto lost = Claim(world);
    ASSERT_EQ(lost.size(), 1U);
    world.Db().Write([](store::Tx& tx) { store::RecordReports(tx, "controller-b", {Word("eu-1", 1, false)}); });
    const auto taken = Claim(world, "controller-b");
    ASSERT_EQ(taken.size(), 1U) << "at once, not after the first one's patience";
    EXPECT_NE(taken[0].request, lost[0].request);
    EXPECT_TRUE(AnswerTo(world, lost[0]).empty());
    EXPECT_EQ(AnswerTo(world, taken[0]).size(), 1U);
}

TEST(Verifications, EndWithANewerOrder) {
    World world;
    Join(world, "eu-1");
    const auto first = Give(world, KillOrder());
    Hear(world, {Word("eu-1", 1, false)});
    const auto asked = Claim(world);
    ASSERT_EQ(asked.size(), 1U);
    Give(world, KillOrder());
    EXPECT_TRUE(AnswerTo(world, asked[0]).empty());
    EXPECT_TRUE(Claim(world).empty());
    Hear(world, {Word("eu-1", 2, false)});
    const auto next = Claim(world);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_NE(next[0].operation, first);
}

TEST(Verifications, AreNotOwedWhereNothingIsToBeVerified) {
    World world;
    Join(world, "eu-1");
    store::NewOperation order = KillOrder();
    order.verify = false;
    Give(world, order);
    Hear(world, {Word("eu-1", 1, false)});
    EXPECT_TRUE(Claim(world).empty());
    Give(world, KillOrder());
    store::InstanceReport hosted = Word("eu-1", 2, false);
    hosted.hosted = true;
    Hear(world, {hosted});
    EXPECT_TRUE(Claim(world).empty()) << "the switch does not decide there";
}

TEST(Watches, KeepSamplesAndEndOnce) {
    World world;
    Join(world, "eu-1");
    const auto operation = Give(world, KillOrder());
    Hear(world, {Word("eu-1", 1, false)});
    const auto verify = Claim(world);
    AnswerTo(world, verify.at(0));
    FollowUp(world, verify[0], store::FollowUp::State::kWatch);
    EXPECT_TRUE(Parts(world, operation)[0].watch_left);
    const auto look = Claim(world);
    ASSERT_EQ(look.size(), 1U);
    EXPECT_TRUE(look[0].watch);
    store::Answer answer{Name("eu-1"), look[0].request, {}, store::SeenSample{10, 0, 3, false}};
    const auto answered = world.Db().Write([&](store::Tx& tx) { return store::RecordAnswers(tx, {answer}); });
    ASSERT_EQ(answered.size(), 1U);
    EXPECT_TRUE(answered[0].watch);
    EXPECT_FALSE(answered[0].default_org_ok);
    EXPECT_TRUE(world.Db().Write([](store::Tx& tx) { return store::LockWatches(tx, {}, 10); }).empty())
        << "the window is open";
    world.Db().Write([&](store::Tx& tx) {
        const auto watches = store::LockWatches(tx, {Name("eu-1")}, 10);
        ASSERT_EQ(watches.size(), 1U);
        ASSERT_EQ(watches[0].samples.size(), 1U);
        EXPECT_EQ(watches[0].samples[0].seen.requests, 10);
        EXPECT_EQ(watches[0].window, std::chrono::minutes(30));
        store::EndWatches(tx, {{Name("eu-1"), operation, {"watch", "failed", "not served", "{}"}}});
        EXPECT_TRUE(store::LockWatches(tx, {Name("eu-1")}, 10).empty());
    });
    EXPECT_EQ(Parts(world, operation)[0].steps.back().step, "watch");
    EXPECT_TRUE(Claim(world).empty());
}

}  // namespace
}  // namespace store_test
