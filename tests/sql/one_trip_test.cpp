// A statement and the settings it runs under, in one round trip.
#include <atomic>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "platform/base/invariant.hpp"
#include "tests/sql/world.hpp"

namespace sql_test {
namespace {

using platform::InvariantViolation;
using platform::Statement;
using platform::Tx;

constexpr Statement kListNotes{"test_list_notes",
                               "SELECT id FROM notes.notes WHERE ($1::text IS NULL OR id > $1) ORDER BY id LIMIT $2"};
constexpr Statement kFindNote{"test_find_note", "SELECT body FROM notes.notes WHERE id = $1"};
constexpr Statement kOwnQuery{"test_own_query", "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()"};
constexpr Statement kDivide{"test_divide", "SELECT 1 / $1::int"};

std::string OrgOfOneTrip(platform::Database& database) {
    return database.Once([](Tx& tx) { return tx.One(kCurrentOrg, ReadText); });
}

std::int64_t CountNotes(platform::Database& database, const std::string& org) {
    return database.OneTrip(Org(org), [](Tx& tx) { return tx.One(kCountNotes, ReadInt); });
}

TEST(OneTrip, ReadsUnderItsSettings) {
    World world(1);
    world.AddNote("acme", "n1", "one");
    world.AddNote("acme", "n2", "two");
    world.AddNote("acme", "n3", "three");
    world.AddNote("globex", "n1", "other");
    EXPECT_EQ(CountNotes(world.Db(), "acme"), 3);
    EXPECT_EQ(CountNotes(world.Db(), "globex"), 1);
    EXPECT_EQ(CountNotes(world.Db(), "nobody"), 0);
    EXPECT_EQ(world.Db().OneTrip({}, [](Tx& tx) { return tx.One(kCountNotes, ReadInt); }), 0);
    const auto find = [&](const std::string& org, const std::string& id) {
        return world.Db().OneTrip(Org(org), [&](Tx& tx) { return tx.Find(kFindNote, ReadText, id); });
    };
    EXPECT_EQ(find("globex", "n1"), "other");
    EXPECT_EQ(find("globex", "n2"), std::nullopt);
    const auto page = world.Db().OneTrip(Org("acme"), [](Tx& tx) {
        return tx.ListPage(kListNotes, {.limit = 2}, ReadText, [](const std::string& id) { return id; });
    });
    EXPECT_EQ(page.rows, (std::vector<std::string>{"n1", "n2"}));
    EXPECT_EQ(page.next, "n2");
}

TEST(OneTrip, SendsSettingsAndStatementTogether) {
    World world(1);
    const std::string query = world.Db().OneTrip(Org("acme"), [](Tx& tx) { return tx.One(kOwnQuery, ReadText); });
    EXPECT_EQ(query,
              "SELECT set_config('transaction_read_only', 'on', true), set_config('notes.org', 'acme', true); "
              "EXECUTE \"trip_test_own_query\"");
}

TEST(OneTrip, LeavesNothingBehind) {
    World world(1);  // everything below is on one connection
    world.AddNote("acme", "n1");
    EXPECT_EQ(CountNotes(world.Db(), "acme"), 1);
    EXPECT_EQ(OrgOfOneTrip(world.Db()), "");
    EXPECT_EQ(world.Db().Once([](Tx& tx) { return tx.One(kCountNotes, ReadInt); }), 0);
    EXPECT_NO_THROW(world.Db().Write([](Tx& tx) { tx.Exec(kInsertEvent, "still writes"); }));
    EXPECT_EQ(world.Cell("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                         "application_name = 'sql test' AND state = 'idle'"),
              "1");
}

TEST(OneTrip, LeavesNothingBehindAfterAnErrorEither) {
    World world(1);
    world.AddNote("acme", "n1");
    const auto divide = [&](int by) {
        return world.Db().OneTrip(Org("acme"), [&](Tx& tx) { return tx.One(kDivide, ReadInt, by); });
    };
    EXPECT_THROW(divide(0), std::runtime_error);
    EXPECT_EQ(OrgOfOneTrip(world.Db()), "");
    EXPECT_EQ(world.Db().Once([](Tx& tx) { return tx.One(kCountNotes, ReadInt); }), 0);
    EXPECT_EQ(divide(1), 1);
    constexpr Statement kWrong{"test_wrong", "SELECT nothing FROM nowhere"};
    for (int i = 0; i < 2; ++i) {
        EXPECT_THROW(world.Db().OneTrip(Org("acme"), [&](Tx& tx) { tx.Exec(kWrong); }), std::runtime_error);
        EXPECT_EQ(OrgOfOneTrip(world.Db()), "");
    }
    EXPECT_THROW(world.Db().OneTrip(Org("acme"),
                                    [](Tx& tx) {
                                        tx.One(kCountNotes, ReadInt);
                                        throw std::logic_error("changed its mind");
                                    }),
                 std::logic_error);
    EXPECT_EQ(OrgOfOneTrip(world.Db()), "");
    EXPECT_NO_THROW(world.Db().Write([](Tx& tx) { tx.Exec(kInsertEvent, "still writes"); }));
}

TEST(OneTrip, CannotWrite) {
    World world(1);
    EXPECT_ANY_THROW(world.Db().OneTrip(Org("acme"), [](Tx& tx) { tx.Exec(kInsertNote, "acme", "n1", ""); }));
    EXPECT_EQ(world.Cell("SELECT count(*) FROM notes.notes"), "0");
    EXPECT_NO_THROW(world.AddNote("acme", "n1"));
}

TEST(OneTrip, IsForOneNamedStatement) {
    World world(1);
    EXPECT_THROW(world.Db().OneTrip(Org("acme"),
                                    [](Tx& tx) {
                                        tx.One(kCountNotes, ReadInt);
                                        tx.One(kCountNotes, ReadInt);
                                    }),
                 InvariantViolation);
    EXPECT_THROW(world.Db().OneTrip(Org("acme"), [](Tx& tx) { tx.ExecRaw("SELECT 1"); }), InvariantViolation);
    EXPECT_THROW(world.Db().OneTrip(Org("acme"), [](Tx& tx) { tx.SetLocal(Org("globex")); }), InvariantViolation);
    EXPECT_THROW(world.Db().OneTrip(Org("acme"), [](Tx& tx) { tx.Now(); }), InvariantViolation);
    constexpr Statement kLongName{"a_name_of_more_than_fifty_eight_letters_that_postgresql_would_cut", "SELECT 1"};
    EXPECT_THROW(world.Db().OneTrip(Org("acme"), [&](Tx& tx) { tx.Exec(kLongName); }), InvariantViolation);
    EXPECT_EQ(CountNotes(world.Db(), "acme"), 0);
}

TEST(OneTrip, TakesTheSameStatementsAsATransaction) {
    World world(1);
    world.AddNote("acme", "n1");
    const auto count = [](Tx& tx) { return tx.One(kCountNotes, ReadInt); };
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(world.Db().Read(Org("acme"), count), 1);
        EXPECT_EQ(world.Db().OneTrip(Org("acme"), count), 1);
        EXPECT_EQ(world.Db().Once(count), 0);
    }
}

TEST(OneTrip, ArgumentsArriveAsTheyAre) {
    World world(1);
    constexpr Statement kText{"test_text", "SELECT $1::text"};
    constexpr Statement kValues{"test_values",
                                "SELECT $1::bigint, $2::boolean, $3::timestamptz, $4::text IS NULL, ($5::text[])[2], "
                                "$6::interval = interval '90 seconds', $7::text[] = ARRAY['NULL', NULL]"};
    for (const std::string text : {"plain", "it's", "''", "\\", "\\'; SELECT 2; --", "E'\\n'", "$1", "?", "%s",
                                   "a\nb\tc", "ünï ☂", "'; DROP TABLE notes.notes; --", ""}) {
        EXPECT_EQ(world.Db().OneTrip(Org(text), [&](Tx& tx) { return tx.One(kText, ReadText, text); }), text);
    }
    world.Db().OneTrip(Org("acme"), [&](Tx& tx) {
        tx.One(
            kValues,
            [](platform::Columns& in) {
                EXPECT_EQ(in.Int(), -42);
                EXPECT_TRUE(in.Flag());
                EXPECT_EQ(platform::FormatTime(in.Instant()), "2030-01-02T03:04:05.25Z");
                EXPECT_TRUE(in.Flag());
                EXPECT_EQ(in.Text(), "it's {\"two\"}");
                EXPECT_TRUE(in.Flag());
                EXPECT_TRUE(in.Flag());
                return 0;
            },
            -42, true, *platform::ParseTime("2030-01-02T03:04:05.25Z"), std::optional<std::string>(),
            std::vector<std::string>{"one", "it's {\"two\"}"}, platform::Duration(std::chrono::seconds(90)),
            std::vector<std::optional<std::string>>{"NULL", std::nullopt});
    });
    EXPECT_EQ(world.Cell("SELECT count(*) FROM notes.notes"), "0");  // still there
    EXPECT_THROW(
        world.Db().OneTrip(Org("acme"), [&](Tx& tx) { return tx.One(kText, ReadText, std::string("a\0b", 3)); }),
        InvariantViolation);
    // Bytes that are no UTF-8 are refused on either side of the wire, and take nothing along.
    for (const std::string bytes : {"\xff", "a\xc3", "\xc3'; SELECT 1; --"}) {
        EXPECT_ANY_THROW(world.Db().OneTrip(Org("acme"), [&](Tx& tx) { return tx.One(kText, ReadText, bytes); }));
        EXPECT_ANY_THROW(world.Db().OneTrip(Org(bytes), [&](Tx& tx) { return tx.One(kCurrentOrg, ReadText); }));
        EXPECT_EQ(OrgOfOneTrip(world.Db()), "");
    }
}

TEST(OneTrip, ManyAtOnceNeverMeetInOneAnothersRows) {
    World world(3);
    constexpr int kOrgs = 6;
    constexpr int kRounds = 60;
    std::atomic<int> strangers{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kOrgs; ++i) {
        threads.emplace_back([&, org = "org-" + std::to_string(i)] {
            const auto only_own = [&](const std::vector<std::string>& orgs) {
                strangers += orgs.size() == 1 && orgs[0] == org ? 0 : 1;
            };
            const auto orgs = [](Tx& tx) { return tx.All(kNoteOrgs, ReadText); };
            for (int round = 0; round < kRounds; ++round) {
                world.AddNote(org, std::to_string(round));
                only_own(world.Db().OneTrip(Org(org), orgs));
                only_own(world.Db().Read(Org(org), orgs));
                EXPECT_THROW(world.Db().OneTrip(Org(org), [](Tx& tx) { tx.One(kDivide, ReadInt, 0); }),
                             std::runtime_error);
                strangers += static_cast<int>(world.Db().Once(orgs).size());
                EXPECT_EQ(CountNotes(world.Db(), org), round + 1);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(strangers, 0);
}

}  // namespace
}  // namespace sql_test
