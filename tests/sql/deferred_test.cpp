// Statements that go with the commit.
#include <gtest/gtest.h>

#include "platform/sql/errors.hpp"
#include "tests/sql/world.hpp"

namespace sql_test {
namespace {

using platform::Statement;
using platform::Tx;

constexpr Statement kCountEvents{"test_count_events", "SELECT count(*) FROM notes.events"};

TEST(Deferred, GoWithTheCommitInOneTrip) {
    World world(1);
    for (int i = 0; i < 2; ++i) {
        const std::string name = "it's \\ the end " + std::to_string(i);
        world.Db().Write([&](Tx& tx) {
            tx.Defer(kInsertSizedEvent, name, i);
            tx.Defer(kInsertEvent, std::to_string(i));
            EXPECT_EQ(world.Cell("SELECT count(*) FROM notes.events"), std::to_string(2 * i));
        });
        EXPECT_EQ(world.Cell("SELECT id FROM notes.events WHERE size = " + std::to_string(i) + " AND length(id) > 1"),
                  name);
    }
    EXPECT_NE(world
                  .Cell("SELECT query FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
                        "'sql test'")
                  .find("EXECUTE \"trip_test_insert_event\"('1'); COMMIT"),
              std::string::npos);
}

TEST(Deferred, RunBeforeWhatFollowsThem) {
    World world(1);
    world.Db().Write([](Tx& tx) {
        tx.Exec(kInsertEvent, "a");
        tx.Defer(kInsertEvent, "b");
        tx.Defer(kInsertEvent, "c");
        EXPECT_EQ(tx.One(kCountEvents, ReadInt), 3);
        tx.Defer(kInsertEvent, "d");
        tx.ExecRaw("INSERT INTO notes.events (id) VALUES ('e')");
        tx.Defer(kInsertEvent, "f");
    });
    EXPECT_EQ(world.Events(), "a b c d e f");
}

TEST(Deferred, AreRefusedWithTheWholeTransaction) {
    World world(1);
    const auto write = [&](const std::string& id) {
        world.Db().Write([&](Tx& tx) {
            tx.Exec(kInsertEvent, "before " + id);
            tx.Defer(kInsertEvent, id);
        });
    };
    for (int i = 0; i < 2; ++i) {
        EXPECT_THROW(write("forbidden"), platform::RuleViolation);
        EXPECT_EQ(world.Events(), "");
    }
    EXPECT_NO_THROW(write("good"));
    EXPECT_EQ(world.Events(), "before good good");
}

TEST(Deferred, AreForgottenWithABodyThatThrows) {
    World world(1);
    EXPECT_THROW(world.Db().Write([](Tx& tx) {
        tx.Defer(kInsertEvent, "a");
        throw std::logic_error("changed its mind");
    }),
                 std::logic_error);
    world.Db().Write([](Tx& tx) { tx.Exec(kInsertEvent, "b"); });
    EXPECT_EQ(world.Events(), "b");
}

TEST(Deferred, ThatCollideRunTheBodyAgain) {
    World world(1);
    int attempts = 0;
    constexpr Statement kCollide{"test_collide", "SELECT notes.collide($1::int)"};
    world.Cell(
        "CREATE FUNCTION notes.collide(attempt int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF attempt < 3 THEN RAISE "
        "EXCEPTION 'again' USING ERRCODE = '40001'; END IF; RETURN attempt; END $$; GRANT EXECUTE ON FUNCTION "
        "notes.collide(int) TO PUBLIC; SELECT 1");
    world.Db().Write([&](Tx& tx) {
        tx.Exec(kInsertEvent, "attempt " + std::to_string(++attempts));
        tx.Defer(kCollide, attempts);
    });
    EXPECT_EQ(attempts, 3);
    EXPECT_EQ(world.Events(), "attempt 3");
}

TEST(Deferred, NeedACommit) {
    World world(1);
    EXPECT_THROW(world.Db().Once([](Tx& tx) { tx.Defer(kInsertEvent, "a"); }), platform::InvariantViolation);
    EXPECT_THROW(world.Db().OneTrip({}, [](Tx& tx) { tx.Defer(kInsertEvent, "a"); }), platform::InvariantViolation);
    EXPECT_ANY_THROW(world.Db().Read([](Tx& tx) { tx.Defer(kInsertEvent, "a"); }));
    EXPECT_EQ(world.Events(), "");
}

}  // namespace
}  // namespace sql_test
