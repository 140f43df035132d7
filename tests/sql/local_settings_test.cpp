// Settings of a transaction: what row-level security looks at, and what the next user of the connection must not see.
#include <gtest/gtest.h>

#include "platform/base/invariant.hpp"
#include "tests/sql/world.hpp"

namespace sql_test {
namespace {

using platform::Tx;

std::string CurrentOrg(platform::Database& database) {
    return database.Once([](Tx& tx) { return tx.One(kCurrentOrg, ReadText); });
}

TEST(LocalSettings, WithoutThemThereIsNothingToSeeAndNothingToWrite) {
    World world(1);
    world.AddNote("acme", "n1");
    const auto count = [&] { return world.Db().Read([](Tx& tx) { return tx.One(kCountNotes, ReadInt); }); };
    EXPECT_EQ(count(), 0);
    EXPECT_THROW(world.Db().Write([](Tx& tx) { tx.Exec(kInsertNote, "acme", "n2", ""); }), std::runtime_error);
    EXPECT_THROW(world.Db().Write([](Tx& tx) { tx.Exec(kInsertNote, "", "n2", ""); }), std::runtime_error);
    EXPECT_EQ(count(), 0);
    EXPECT_EQ(world.Cell("SELECT count(*) FROM notes.notes"), "1");
}

TEST(LocalSettings, EachTransactionSeesItsOwn) {
    World world(1);
    world.AddNote("acme", "n1");
    world.AddNote("acme", "n2");
    world.AddNote("globex", "n1");
    const auto orgs = [](Tx& tx) { return tx.All(kNoteOrgs, ReadText); };
    EXPECT_EQ(world.Db().Read(Org("acme"), orgs), std::vector<std::string>{"acme"});
    EXPECT_EQ(world.Db().Write(Org("globex"), orgs), std::vector<std::string>{"globex"});
    EXPECT_THROW(world.Db().Write(Org("acme"), [](Tx& tx) { tx.Exec(kInsertNote, "globex", "n2", ""); }),
                 std::runtime_error);
}

TEST(LocalSettings, AreGoneHoweverTheTransactionEnds) {
    World world(1);  // everything below is on one connection
    world.Db().Write(Org("acme"), [](Tx& tx) { EXPECT_EQ(tx.One(kCurrentOrg, ReadText), "acme"); });
    EXPECT_EQ(CurrentOrg(world.Db()), "");
    world.Db().Read(Org("acme"), [](Tx& tx) { EXPECT_EQ(tx.One(kCurrentOrg, ReadText), "acme"); });
    EXPECT_EQ(CurrentOrg(world.Db()), "");
    EXPECT_THROW(world.Db().Write(Org("acme"), [](Tx&) { throw std::logic_error("changed its mind"); }),
                 std::logic_error);
    EXPECT_EQ(CurrentOrg(world.Db()), "");
    EXPECT_ANY_THROW(world.Db().Write(Org("acme"), [](Tx& tx) { tx.ExecRaw("SELECT 1 / 0"); }));
    EXPECT_EQ(CurrentOrg(world.Db()), "");
    EXPECT_EQ(world.Db().Read([](Tx& tx) { return tx.One(kCountNotes, ReadInt); }), 0);
}

TEST(LocalSettings, AreSetAgainWhenTheBodyRunsAgain) {
    World world(1);
    int runs = 0;
    world.Db().Write(Org("acme"), [&](Tx& tx) {
        EXPECT_EQ(tx.One(kCurrentOrg, ReadText), "acme");
        if (++runs < 3) {
            tx.ExecRaw("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
        }
    });
    EXPECT_EQ(runs, 3);
}

TEST(LocalSettings, HoldAnyTextButNoStatement) {
    World world(1);
    world.AddNote("acme", "n1");
    for (const std::string org :
         {"it's", "\\", "\\'", "x', true); DROP TABLE notes.notes; --", "$1", "a\nb", "Ünï-ßß", ""}) {
        world.Db().Write({{"notes.org", org}, {"notes.user", "it's me"}}, [&](Tx& tx) {
            EXPECT_EQ(tx.One(kCurrentOrg, ReadText), org);
            EXPECT_STREQ(tx.ExecRaw("SELECT current_setting('notes.user')")[0][0].c_str(), "it's me");
        });
    }
    EXPECT_THROW(world.Db().Write(Org(std::string("a\0b", 3)), [](Tx&) {}), platform::InvariantViolation);
    EXPECT_EQ(world.Cell("SELECT count(*) FROM notes.notes"), "1");
}

TEST(LocalSettings, ANameThatIsNoneBeginsNothing) {
    World world(1);
    bool ran = false;
    EXPECT_THROW(world.Db().Write({{"no such setting", "x"}}, [&](Tx&) { ran = true; }), std::runtime_error);
    EXPECT_FALSE(ran);
    EXPECT_NO_THROW(world.Db().Write([](Tx& tx) { tx.Exec(kInsertEvent, "next"); }));
}

TEST(LocalSettings, CanChangeWithinATransaction) {
    World world(1);
    world.Db().Write(Org("acme"), [](Tx& tx) {
        tx.Exec(kInsertNote, "acme", "n1", "");
        tx.SetLocal({});
        EXPECT_EQ(tx.One(kCurrentOrg, ReadText), "acme");
        tx.SetLocal(Org("globex"));
        EXPECT_EQ(tx.One(kCountNotes, ReadInt), 0);
        tx.Exec(kInsertNote, "globex", "n1", "");
    });
    EXPECT_EQ(CurrentOrg(world.Db()), "");
    EXPECT_EQ(world.Cell("SELECT string_agg(org, ' ' ORDER BY org) FROM notes.notes"), "acme globex");
    EXPECT_THROW(world.Db().Once([](Tx& tx) { tx.SetLocal(Org("acme")); }), platform::InvariantViolation);
}

}  // namespace
}  // namespace sql_test
