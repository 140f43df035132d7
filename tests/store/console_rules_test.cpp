// Passwords and sessions of the web console, as PostgreSQL judges them.
#include <gtest/gtest.h>

#include "controller/store/console_sessions.hpp"
#include "controller/store/principals.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

constexpr const char* kSomeHash = "scrypt$16384$8$5$AAAA$AAAA";

std::string SetPasswordSql(const std::string& person, const std::string& by) {
    return "INSERT INTO portcullis.passwords (principal_id, hash, set_by) VALUES ('" + person + "', '" + kSomeHash +
           "', '" + by + "') ON CONFLICT (principal_id) DO UPDATE SET hash = excluded.hash, set_by = excluded.set_by";
}

std::string RemovePasswordSql(const std::string& person, const std::string& by) {
    return "UPDATE portcullis.passwords SET hash = NULL, removed_by = '" + by + "' WHERE principal_id = '" + person +
           "'";
}

store::NewConsoleSession NewSession(const std::string& secret, std::chrono::seconds idle = std::chrono::hours(1)) {
    store::NewConsoleSession session;
    session.id = NewId("ses");
    session.hash = platform::Sha256(secret);
    session.principal = Person("ana");
    session.idle = idle;
    session.lifetime = std::chrono::hours(2);
    return session;
}

bool IsGood(World& world, const std::string& secret) {
    return world.Db()
        .Read([&](store::Tx& tx) { return store::FindConsoleVisitor(tx, platform::Sha256(secret)); })
        .has_value();
}

TEST(ConsoleRules, Att1OneAdminNeverBecomesSomebodyByAPassword) {
    World world;
    ExpectRefused(world, "ATT-1", SetPasswordSql("ci", "ada"));    // a component is no person
    ExpectRefused(world, "SOD-4", SetPasswordSql("ana", "dora"));  // dora is no admin
    world.Sql(SetPasswordSql("ana", "ada"));
    ExpectRefused(world, "ATT-1", SetPasswordSql("ana", "ada"));
    world.Sql(SetPasswordSql("ana", "ana"));  // the own one
    world.Sql(RemovePasswordSql("ana", "ada"));
    ExpectRefused(world, "ATT-1", SetPasswordSql("ana", "ada"));  // who took it away
    world.Sql(SetPasswordSql("ana", "alan"));
}

TEST(ConsoleRules, ASessionIsGoodAsLongAsWhoOpenedItIs) {
    World world;
    store::NewConsoleSession session = NewSession("one");
    world.Db().Write([&](store::Tx& tx) { store::InsertConsoleSession(tx, session, 5); });
    EXPECT_TRUE(IsGood(world, "one"));
    EXPECT_FALSE(IsGood(world, "another"));
    world.Advance(policy::Days{30});
    EXPECT_TRUE(IsGood(world, "one")) << "the clock of the rules does not end it";
    const auto ended = [&] {
        return world.Db().Read([&](store::Tx& tx) {
            return store::FindEndedSessions(tx, {session.id.Text(), "ses_none"});
        });
    };
    EXPECT_EQ(ended(), (std::vector<std::string>{"ses_none"}));
    world.Db().Write([&](store::Tx& tx) {
        auto ana = store::LoadPrincipal(tx, Person("ana"));
        ana->active = false;
        store::UpdatePrincipal(tx, *ana);
    });
    EXPECT_FALSE(IsGood(world, "one"));
    EXPECT_EQ(ended().size(), 2U);
}

TEST(ConsoleRules, OfManySessionsTheOldestEnd) {
    World world;
    for (const char* secret : {"one", "two", "three"}) {
        world.Db().Write([&](store::Tx& tx) { store::InsertConsoleSession(tx, NewSession(secret), 2); });
    }
    EXPECT_FALSE(IsGood(world, "one"));
    EXPECT_TRUE(IsGood(world, "two"));
    EXPECT_TRUE(IsGood(world, "three"));
    const int over = world.Db().Write([&](store::Tx& tx) { return store::EndPasswordSessions(tx, Person("ana")); });
    EXPECT_EQ(over, 2);
    EXPECT_FALSE(IsGood(world, "three"));
}

}  // namespace
}  // namespace store_test
