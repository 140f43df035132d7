// Sessions: the pool, retries, time-outs, what errors become, and what a schema's owner adds.
#include "platform/sql/database.hpp"

#include <array>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "platform/base/invariant.hpp"
#include "tests/sql/world.hpp"

namespace sql_test {
namespace {

using platform::Tx;
using platform::Unavailable;
using std::chrono::milliseconds;

constexpr platform::Statement kSleep{"test_sleep", "SELECT pg_sleep($1)"};
constexpr platform::Statement kLockEvent{"test_lock_event",
                                         "SELECT id FROM notes.events WHERE id = $1 FOR NO KEY UPDATE"};

void AddEvent(platform::Database& database, const std::string& id) {
    database.Write([&](Tx& tx) { tx.Exec(kInsertEvent, id); });
}

TEST(Database, CommitsWhatTheBodyDidOrNothing) {
    World world;
    AddEvent(world.Db(), "kept");
    EXPECT_THROW(world.Db().Write([](Tx& tx) {
        tx.Exec(kInsertEvent, "lost");
        throw std::logic_error("changed its mind");
    }),
                 std::logic_error);
    EXPECT_EQ(world.Events(), "kept");
    EXPECT_EQ(world.Db().Write([](Tx&) { return std::string("value"); }), "value");
}

TEST(Database, AFailureThatTheBodyPassedOverIsNotCommitted) {
    World world;
    EXPECT_THROW(world.Db().Write([](Tx& tx) {
        tx.Exec(kInsertEvent, "lost");
        try {
            tx.ExecRaw("SELECT 1 / 0");
        } catch (const std::exception&) {
        }
    }),
                 platform::InvariantViolation);
    EXPECT_EQ(world.Events(), "");
    EXPECT_NO_THROW(AddEvent(world.Db(), "kept"));
}

TEST(Database, ReadingIsOneSnapshotAndCannotWrite) {
    World world;
    world.Db().Read([&](Tx& tx) {
        const auto count = [&] { return tx.ExecRaw("SELECT count(*) FROM notes.events")[0][0].as<int>(); };
        EXPECT_EQ(count(), 0);
        AddEvent(world.Db(), "later");
        EXPECT_EQ(count(), 0);
    });
    EXPECT_ANY_THROW(world.Db().Read([](Tx& tx) { tx.Exec(kInsertEvent, "never"); }));
    EXPECT_EQ(world.Events(), "later");
}

TEST(Database, RunsAgainAfterASerializationFailure) {
    World world;
    int runs = 0;
    world.Db().Write([&](Tx& tx) {
        tx.Exec(kInsertEvent, "run-" + std::to_string(++runs));
        if (runs < 3) {
            tx.ExecRaw("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
        }
    });
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(world.Events(), "run-3");
}

TEST(Database, GivesUpAfterFiveRuns) {
    World world;
    int runs = 0;
    EXPECT_THROW(world.Db().Write([&](Tx& tx) {
        ++runs;
        tx.ExecRaw("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$");
    }),
                 Unavailable);
    EXPECT_EQ(runs, 5);
}

TEST(Database, ADeadlockEndsWithBothDone) {
    World world;
    AddEvent(world.Db(), "one");
    AddEvent(world.Db(), "two");
    std::latch both(2);
    const auto lock_in_order = [&](const std::string& first, const std::string& second) {
        bool waited = false;
        world.Db().Write([&](Tx& tx) {
            tx.Exec(kLockEvent, first);
            if (!waited) {
                waited = true;
                both.arrive_and_wait();
            }
            tx.Exec(kLockEvent, second);
            tx.Exec(kInsertEvent, first + "-first");
        });
    };
    std::thread other([&] { lock_in_order("one", "two"); });
    lock_in_order("two", "one");
    other.join();
    EXPECT_EQ(world.Cell("SELECT count(*) FROM notes.events"), "4");
}

TEST(Database, ThePoolIsBounded) {
    World world;
    auto options = OptionsFor(world.AppConninfo(), 1);
    options.acquire_timeout = milliseconds(50);
    platform::Database database(options);
    database.Write([&](Tx&) {
        EXPECT_THROW(database.Write([](Tx&) {}), Unavailable);  // the only connection is in use
    });
    EXPECT_NO_THROW(database.Write([](Tx&) {}));
    EXPECT_EQ(world.Cell("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                         "application_name = 'sql test'"),
              "1");
}

TEST(Database, AStatementThatTakesTooLongIsUnavailableNotABug) {
    World world;
    auto options = OptionsFor(world.AppConninfo());
    options.statement_timeout = milliseconds(50);
    platform::Database database(options);
    EXPECT_THROW(database.Write([](Tx& tx) { tx.Exec(kSleep, 30); }), Unavailable);
    EXPECT_THROW(database.Once([](Tx& tx) { tx.Exec(kSleep, 30); }), Unavailable);
    EXPECT_THROW(database.OneTrip(Org("acme"), [](Tx& tx) { tx.Exec(kSleep, 30); }), Unavailable);
    EXPECT_NO_THROW(database.Write([](Tx& tx) { tx.Exec(kSleep, 0); }));
}

TEST(Database, ALockThatIsHeldTooLongIsUnavailable) {
    World world;
    AddEvent(world.Db(), "one");
    auto options = OptionsFor(world.AppConninfo());
    options.lock_timeout = milliseconds(50);
    platform::Database database(options);
    world.Db().Write([&](Tx& tx) {
        tx.Exec(kLockEvent, "one");
        EXPECT_THROW(database.Write([](Tx& other) { other.Exec(kLockEvent, "one"); }), Unavailable);
    });
}

TEST(Database, AServerThatIsNotThereIsUnavailable) {
    platform::Database database(OptionsFor("host=/nowhere dbname=x user=y"));
    EXPECT_THROW(database.Write([](Tx&) {}), Unavailable);
    EXPECT_FALSE(database.Writable());
}

TEST(Database, ASessionThatWasCutIsReplacedBeforeAnythingIsLost) {
    World world(1);
    AddEvent(world.Db(), "before");
    const std::string cut =
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'sql test'";
    EXPECT_EQ(world.Cell(cut), "1");
    AddEvent(world.Db(), "after");
    EXPECT_EQ(world.Cell(cut), "1");
    EXPECT_EQ(world.Db().OneTrip(Org("acme"), [](Tx& tx) { return tx.One(kCountNotes, ReadInt); }), 0);
    EXPECT_THROW(world.Db().Write([&](Tx& tx) {
        tx.Exec(kInsertEvent, "lost");
        world.Cell(cut);
        tx.Exec(kInsertEvent, "never");
    }),
                 Unavailable);  // it had begun: whether it was done is not ours to guess
    EXPECT_EQ(world.Events(), "before after");
    // Whoever ends a transaction whose session has gone is told what ended it, and the next one gets a session.
    EXPECT_THROW(world.Db().Write([&](Tx& tx) {
        tx.Exec(kInsertEvent, "lost too");
        world.Cell(cut);
        throw platform::Conflict("the body's own");
    }),
                 platform::Conflict);
    AddEvent(world.Db(), "at last");
    EXPECT_EQ(world.Events(), "before after at last");
}

TEST(Database, SaysWhetherItTakesWrites) {
    World world;
    EXPECT_TRUE(world.Db().Writable());
    pqxx::connection owner(world.OwnerConninfo());
    pqxx::nontransaction(owner).exec("ALTER DATABASE " + std::string(owner.dbname()) +
                                     " SET default_transaction_read_only = on");
    platform::Database later(OptionsFor(world.AppConninfo()));
    EXPECT_FALSE(later.Writable());
}

TEST(Database, ARefusalNamesItsRuleAndSpeaksToPeople) {
    World world;
    try {
        AddEvent(world.Db(), "forbidden");
        FAIL();
    } catch (const platform::RuleViolation& refused) {
        EXPECT_EQ(refused.Rule(), "NTE-1");
        EXPECT_EQ(std::string(refused.what()), "an event is not called forbidden; choose another name");
    }
}

TEST(Database, AConstraintOfTheProfileNamesItsRuleToo) {
    World world;
    constexpr std::array<platform::ConstraintRule, 1> kRules{{{"events_are_small", "NTE-2", "An event is small."}}};
    platform::DatabaseProfile profile;
    profile.rules = kRules;
    platform::Database database(OptionsFor(world.AppConninfo()), profile);
    const auto add = [&](int size) { database.Write([&](Tx& tx) { tx.Exec(kInsertSizedEvent, "one", size); }); };
    try {
        add(1'000);
        FAIL();
    } catch (const platform::RuleViolation& refused) {
        EXPECT_EQ(refused.Rule(), "NTE-2");
        EXPECT_EQ(std::string(refused.what()), "An event is small.");
    }
    try {
        add(-1);
        FAIL();
    } catch (const platform::RuleViolation&) {
        FAIL() << "no rule stands behind this constraint";
    } catch (const std::runtime_error&) {
    }
}

TEST(Database, ATakenKeyIsAConflict) {
    World world;
    AddEvent(world.Db(), "taken");
    EXPECT_THROW(AddEvent(world.Db(), "taken"), platform::Conflict);
}

TEST(Database, ANulNeverReachesAStatement) {
    World world;
    EXPECT_THROW(world.Db().Write([](Tx& tx) { tx.Exec(kInsertEvent, std::string("a\0b", 3)); }),
                 platform::InvariantViolation);
}

TEST(Database, TheTimeIsTheTransactions) {
    World world;
    const auto [began, stamp] = world.Db().Write([](Tx& tx) {
        const auto stamped = tx.ExecRaw("SELECT transaction_timestamp()");
        return std::pair(tx.Now(), platform::Columns(stamped[0]).Instant());
    });
    EXPECT_EQ(began, stamp);
    EXPECT_THROW(world.Db().Once([](Tx& tx) { return tx.Now(); }), platform::InvariantViolation);
}

TEST(Database, TheProfileIsInEverySessionAndTransaction) {
    World world;
    platform::DatabaseProfile profile;
    profile.search_path = "notes, pg_temp";
    profile.session_settings = "SET geqo = off; SET enable_mergejoin = off";
    profile.read_settings = "SET LOCAL enable_mergejoin = on";
    profile.write_settings = "SET LOCAL synchronous_commit = local";
    profile.clock = "SELECT timestamptz '2030-01-02 03:04:05.25+00', true";
    profile.after_commit = "INSERT INTO events (id) VALUES ('after')";
    platform::Database database(OptionsFor(world.AppConninfo()), profile);
    database.Write(Org("acme"), [](Tx& tx) {
        EXPECT_EQ(platform::FormatTime(tx.Now()), "2030-01-02T03:04:05.25Z");
        EXPECT_STREQ(tx.BeginRow()[1].c_str(), "t");
        EXPECT_STREQ(tx.ExecRaw("SHOW synchronous_commit")[0][0].c_str(), "local");
        EXPECT_EQ(tx.One(kCurrentOrg, ReadText), "acme");
        tx.ExecRaw("INSERT INTO events (id) VALUES ('body')");
    });
    EXPECT_EQ(world.Events(), "body after");
    database.Read([](Tx& tx) {
        EXPECT_STRNE(tx.ExecRaw("SHOW synchronous_commit")[0][0].c_str(), "local");
        EXPECT_STREQ(tx.ExecRaw("SHOW enable_mergejoin")[0][0].c_str(), "on");
        EXPECT_STREQ(tx.ExecRaw("SHOW geqo")[0][0].c_str(), "off");
    });
    database.Once([](Tx& tx) { EXPECT_STREQ(tx.ExecRaw("SHOW enable_mergejoin")[0][0].c_str(), "off"); });
    EXPECT_EQ(world.Events(), "body after");
}

}  // namespace
}  // namespace sql_test
