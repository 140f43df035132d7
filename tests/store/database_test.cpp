// What the controller adds to platform/sql: its rules behind errors, its clock, its way to commit; idempotency keys.
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "controller/store/clock.hpp"
#include "controller/store/idempotency.hpp"
#include "controller/store/outbox.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/invariant.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

constexpr store::Statement kSleep{"test_sleep", "SELECT pg_sleep($1)"};

TEST(StoreDatabase, TransactionsHaveTheClockOfTheRules) {
    World world;
    const policy::Time before = world.Now();
    EXPECT_TRUE(world.Db().Read([](store::Tx& tx) { return store::IsClockSimulated(tx); }));
    world.Db().Write([&](store::Tx& tx) {
        EXPECT_TRUE(store::IsClockSimulated(tx));
        const store::ClockState moved = store::AdvanceClock(tx, policy::Days{1});
        EXPECT_EQ(store::Now(tx), moved.now);
        EXPECT_GE(store::Now(tx), before + policy::Days{1});
        EXPECT_TRUE(store::IsClockSimulated(tx));
    });
    World real(Clock::kReal);
    EXPECT_FALSE(real.Db().Read([](store::Tx& tx) { return store::IsClockSimulated(tx); }));
}

TEST(StoreDatabase, SessionsAreWhatDecisionsNeed) {
    World world;
    const auto show = [](store::Tx& tx, const std::string& name) {
        return std::string(tx.ExecRaw("SHOW " + name)[0][0].c_str());
    };
    world.Db().Write([&](store::Tx& tx) {
        EXPECT_EQ(show(tx, "application_name"), "portcullisd");
        EXPECT_EQ(show(tx, "search_path"), "portcullis, pg_temp");
        EXPECT_EQ(show(tx, "synchronous_commit"), "off");
        EXPECT_EQ(show(tx, "plan_cache_mode"), "force_generic_plan");
    });
    world.Db().Read([&](store::Tx& tx) { EXPECT_EQ(show(tx, "plan_cache_mode"), "auto"); });
    world.Db().Once([&](store::Tx& tx) { EXPECT_EQ(show(tx, "plan_cache_mode"), "force_generic_plan"); });
}

TEST(StoreDatabase, ARefusalNamesItsRuleAndSpeaksToPeople) {
    World world;
    const ReleaseId release = world.NewRelease();
    try {
        world.Promote(release, Channel::kStable);
        FAIL();
    } catch (const store::RuleViolation& refused) {
        EXPECT_EQ(refused.Rule(), "CHN-1");
        EXPECT_EQ(std::string(refused.what()),
                  "release " + release.Text() + " cannot go from dev to stable: channels are taken in order");
    }
}

TEST(StoreDatabase, AConstraintNamesItsRuleToo) {
    World world;
    const ReleaseId release = world.NewRelease();
    store::NewCheck check;
    check.id = NewId("chk");
    check.release = release;
    check.change_hash = world.Load(release).change_hash;
    check.performed_at = world.Now() + std::chrono::hours(1);
    check.recorded_by = Person("quinn");
    EXPECT_EQ(RuleRefusing([&] { world.Db().Write([&](store::Tx& tx) { store::InsertCheck(tx, check); }); }), "EVD-2");
}

TEST(StoreDatabase, ATakenKeyIsAConflict) {
    World world;
    world.NewRelease(ReleaseClass::kWorkflow, "taken");
    const auto again = [&](const std::string& id) {
        world.Db().Write([&](store::Tx& tx) {
            store::InsertRelease(tx, {ReleaseId::Trusted(id), std::string(64, 'a'), std::string(64, 'b'),
                                      R"({"id":"x","title":"x"})", Person("ana")});
        });
    };
    EXPECT_THROW(again("taken"), store::Conflict);
    EXPECT_THROW(again("TAKEN"), store::Conflict);  // would be mistaken for the other
}

TEST(StoreDatabase, AnIdempotencyKeyIsWaitedForAndReplayed) {
    World world;
    std::latch claimed(1);
    std::thread first([&] {
        world.Db().Write([&](store::Tx& tx) {
            EXPECT_FALSE(store::ClaimIdempotencyKey(tx, Person("ana"), "key", "hash"));
            claimed.count_down();
            tx.Exec(kSleep, "0.05");
            store::StoreAnswer(tx, Person("ana"), "key", 201, R"({"ETag":"1"})", "body");
        });
    });
    claimed.wait();
    const auto answer =
        world.Db().Write([](store::Tx& tx) { return store::ClaimIdempotencyKey(tx, Person("ana"), "key", "hash"); });
    first.join();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, "body");
    world.Db().Write([](store::Tx& tx) {
        EXPECT_FALSE(store::ClaimIdempotencyKey(tx, Person("dora"), "key", "hash"));  // keys are each caller's own
        store::ReleaseIdempotencyKey(tx, Person("dora"), "key");
    });
    world.Advance(policy::Days{2});
    world.Db().Write([](store::Tx& tx) {
        EXPECT_FALSE(store::ClaimIdempotencyKey(tx, Person("ana"), "key", "other"));  // forgotten after a day
    });
    EXPECT_EQ(world.Db().Write([](store::Tx& tx) { return store::DropIdempotencyKeys(tx, policy::Days{1}, 10); }), 0);
}

}  // namespace
}  // namespace store_test
