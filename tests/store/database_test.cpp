// Sessions: the pool, retries, time-outs, and what errors become.
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "controller/store/conninfo.hpp"
#include "controller/store/idempotency.hpp"
#include "controller/store/outbox.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/invariant.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr store::Statement kSleep{"test_sleep", "SELECT pg_sleep($1)"};
constexpr store::Statement kLockTenant{"test_lock_tenant", "SELECT id FROM tenants WHERE id = $1 FOR NO KEY UPDATE"};

std::string Events(World& world) {
    return world.Cell("SELECT coalesce(string_agg(subject, ' ' ORDER BY seq), '') FROM portcullis.outbox");
}

TEST(Database, CommitsWhatTheBodyDidOrNothing) {
    World world;
    world.Db().Write([](store::Tx& tx) { store::AppendOutbox(tx, "k", "kept", "{}"); });
    EXPECT_THROW(world.Db().Write([](store::Tx& tx) {
        store::AppendOutbox(tx, "k", "lost", "{}");
        throw std::logic_error("changed its mind");
    }),
                 std::logic_error);
    EXPECT_EQ(Events(world), "kept");
    EXPECT_EQ(world.Db().Write([](store::Tx&) { return std::string("value"); }), "value");
}

TEST(Database, AFailureThatTheBodyPassedOverIsNotCommitted) {
    World world;
    EXPECT_THROW(world.Db().Write([](store::Tx& tx) {
        store::AppendOutbox(tx, "k", "lost", "{}");
        try {
            tx.ExecRaw("SELECT 1 / 0");
        } catch (const std::exception&) {
        }
    }),
                 platform::InvariantViolation);
    EXPECT_EQ(Events(world), "");
    EXPECT_NO_THROW(world.Db().Write([](store::Tx& tx) { store::AppendOutbox(tx, "k", "kept", "{}"); }));
}

TEST(Database, ReadingIsOneSnapshotAndCannotWrite) {
    World world;
    world.Db().Read([&](store::Tx& tx) {
        const auto count = [&] { return tx.ExecRaw("SELECT count(*) FROM outbox")[0][0].as<int>(); };
        EXPECT_EQ(count(), 0);
        world.Db().Write([](store::Tx& other) { store::AppendOutbox(other, "k", "later", "{}"); });
        EXPECT_EQ(count(), 0);
    });
    EXPECT_ANY_THROW(world.Db().Read([](store::Tx& tx) { store::AppendOutbox(tx, "k", "never", "{}"); }));
    EXPECT_EQ(Events(world), "later");
}

TEST(Database, RunsAgainAfterASerializationFailure) {
    World world;
    int runs = 0;
    world.Db().Write([&](store::Tx& tx) {
        store::AppendOutbox(tx, "k", "run-" + std::to_string(++runs), "{}");
        if (runs < 3) {
            tx.ExecRaw("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
        }
    });
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(Events(world), "run-3");
}

TEST(Database, GivesUpAfterFiveRuns) {
    World world;
    int runs = 0;
    EXPECT_THROW(world.Db().Write([&](store::Tx& tx) {
        ++runs;
        tx.ExecRaw("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$");
    }),
                 store::Unavailable);
    EXPECT_EQ(runs, 5);
}

TEST(Database, ADeadlockEndsWithBothDone) {
    World world;
    std::latch both(2);
    const auto lock_in_order = [&](const std::string& first, const std::string& second) {
        bool waited = false;
        world.Db().Write([&](store::Tx& tx) {
            tx.Exec(kLockTenant, first);
            if (!waited) {
                waited = true;
                both.arrive_and_wait();
            }
            tx.Exec(kLockTenant, second);
            store::AppendOutbox(tx, "k", first, "{}");
        });
    };
    std::thread other([&] { lock_in_order("tenant-1", "tenant-2"); });
    lock_in_order("tenant-2", "tenant-1");
    other.join();
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.outbox"), "2");
}

TEST(Database, ThePoolIsBounded) {
    World world;
    auto options = OptionsFor(world.AppConninfo(), 1);
    options.acquire_timeout = milliseconds(50);
    store::Database database(options);
    database.Write([&](store::Tx&) {
        EXPECT_THROW(database.Write([](store::Tx&) {}), store::Unavailable);  // the only connection is in use
    });
    EXPECT_NO_THROW(database.Write([](store::Tx&) {}));
    EXPECT_EQ(world.Cell("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                         "application_name = 'portcullisd'"),
              "1");
}

TEST(Database, AStatementThatTakesTooLongIsUnavailableNotABug) {
    World world;
    auto options = OptionsFor(world.AppConninfo());
    options.statement_timeout = milliseconds(50);
    store::Database database(options);
    EXPECT_THROW(database.Write([](store::Tx& tx) { tx.Exec(kSleep, 30); }), store::Unavailable);
    EXPECT_THROW(database.Once([](store::Tx& tx) { tx.Exec(kSleep, 30); }), store::Unavailable);
    EXPECT_NO_THROW(database.Write([](store::Tx& tx) { tx.Exec(kSleep, 0); }));
}

TEST(Database, ALockThatIsHeldTooLongIsUnavailable) {
    World world;
    auto options = OptionsFor(world.AppConninfo());
    options.lock_timeout = milliseconds(50);
    store::Database database(options);
    world.Db().Write([&](store::Tx& tx) {
        tx.Exec(kLockTenant, "tenant-1");
        EXPECT_THROW(database.Write([](store::Tx& other) { other.Exec(kLockTenant, "tenant-1"); }), store::Unavailable);
    });
}

TEST(Database, AServerThatIsNotThereIsUnavailable) {
    store::Database database(OptionsFor("host=/nowhere dbname=x user=y"));
    EXPECT_THROW(database.Write([](store::Tx&) {}), store::Unavailable);
    EXPECT_FALSE(database.Writable());
}

TEST(Database, SaysWhetherItTakesWrites) {
    World world;
    EXPECT_TRUE(world.Db().Writable());
    pqxx::connection owner(world.OwnerConninfo());
    pqxx::nontransaction(owner).exec("ALTER DATABASE " + std::string(owner.dbname()) +
                                     " SET default_transaction_read_only = on");
    store::Database later(OptionsFor(world.AppConninfo()));
    EXPECT_FALSE(later.Writable());
}

TEST(Database, ARefusalNamesItsRuleAndSpeaksToPeople) {
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

TEST(Database, AConstraintNamesItsRuleToo) {
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

TEST(Database, ATakenKeyIsAConflict) {
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

TEST(Database, ANulNeverReachesAStatement) {
    World world;
    EXPECT_THROW(world.Db().Write([](store::Tx& tx) { store::AppendOutbox(tx, "k", std::string("a\0b", 3), "{}"); }),
                 platform::InvariantViolation);
}

TEST(Database, AnIdempotencyKeyIsWaitedForAndReplayed) {
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

TEST(SessionConninfo, AddsWhatTheOperatorDidNotSay) {
    const auto with = [](const std::string& conninfo) {
        return store::SessionConninfo(conninfo, "our name", seconds(3));
    };
    EXPECT_EQ(with("host=db connect_timeout=9"),
              "host=db connect_timeout=9 application_name='our name' keepalives_idle='5' keepalives_interval='2' "
              "keepalives_count='3' tcp_user_timeout='10000'");
    EXPECT_EQ(with("postgresql://db/x"),
              "postgresql://db/x?application_name=our%20name&connect_timeout=3&keepalives_idle=5&keepalives_interval=2&"
              "keepalives_count=3&tcp_user_timeout=10000");
    EXPECT_EQ(with("postgres://a,b/x?target_session_attrs=read-write").substr(0, 70),
              "postgres://a,b/x?target_session_attrs=read-write&application_name=our%");
}

}  // namespace
}  // namespace store_test
