// NotificationListener: what it hears, and what it says about what it may have missed.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <pqxx/pqxx>

#include "platform/base/clock.hpp"
#include "platform/sql/notification_listener.hpp"
#include "tests/support/postgres.hpp"

namespace sql_test {
namespace {

using platform::Hearing;
using platform::NotificationListener;

constexpr auto kPatience = std::chrono::seconds(30);
constexpr std::int64_t kLock = 4711;

// What a listener said, to wait for.
class Heard {
public:
    platform::NotificationHandlers Handlers() {
        return {[this](Hearing hearing) { Add("hearing " + std::to_string(static_cast<int>(hearing))); },
                [this](std::string_view payload) { Add("told " + std::string(payload)); },
                [this](std::string_view problem) { Add(problem.empty() ? "well" : "problem"); }};
    }
    static std::string Of(Hearing hearing) {
        return "hearing " + std::to_string(static_cast<int>(hearing));
    }
    /// Whether it was said `times` times, waiting for it.
    bool WaitFor(const std::string& text, int times = 1) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [&] { return std::ranges::count(said_, text) >= times; });
    }
    std::vector<std::string> All() {
        const std::lock_guard lock(mutex_);
        return said_;
    }

private:
    void Add(std::string text) {
        const std::lock_guard lock(mutex_);
        said_.push_back(std::move(text));
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> said_;
};

void Sql(const std::string& conninfo, const std::string& text) {
    pqxx::connection connection(conninfo);
    pqxx::nontransaction(connection).exec(text);
}

platform::NotificationOptions ListenerOptionsFor(const support::TestDatabase& database) {
    return {database.AppConninfo(), "listener", "news", {}};
}

void CutListeners(const support::TestDatabase& database) {
    Sql(database.SuperuserConninfo(),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'listener' AND datname = current_database()");
}

TEST(NotificationListener, HearsWhatIsCommittedOnItsChannel) {
    const support::TestDatabase database;
    Heard heard;
    const NotificationListener listener(ListenerOptionsFor(database), heard.Handlers());
    ASSERT_TRUE(heard.WaitFor(Heard::Of(Hearing::kFresh)));
    Sql(database.AppConninfo(), "BEGIN; NOTIFY news, 'undone'; ROLLBACK");
    Sql(database.AppConninfo(), "NOTIFY other, 'elsewhere'");
    Sql(database.AppConninfo(), "NOTIFY news, 'one two'");
    ASSERT_TRUE(heard.WaitFor("told one two"));
    const auto all = heard.All();
    EXPECT_EQ(std::ranges::count(all, "told undone"), 0);
    EXPECT_EQ(std::ranges::count(all, "told elsewhere"), 0);
}

TEST(NotificationListener, SaysThatItMayHaveMissedSomethingAndComesBack) {
    const support::TestDatabase database;
    Heard heard;
    const NotificationListener listener(ListenerOptionsFor(database), heard.Handlers());
    ASSERT_TRUE(heard.WaitFor(Heard::Of(Hearing::kFresh)));
    CutListeners(database);
    ASSERT_TRUE(heard.WaitFor("problem"));
    ASSERT_TRUE(heard.WaitFor(Heard::Of(Hearing::kFresh), 2));
    Sql(database.AppConninfo(), "NOTIFY news, 'again'");
    EXPECT_TRUE(heard.WaitFor("told again"));
    const auto all = heard.All();
    const auto lost = std::ranges::find(all, Heard::Of(Hearing::kLost));
    ASSERT_NE(lost, all.end());
    EXPECT_LT(lost, std::ranges::find(all, "problem")) << "nothing kept counts before anything else happens";
}

TEST(NotificationListener, EndsByItselfWhetherOrNotItEverHeard) {
    const support::TestDatabase database;
    Heard heard;
    { const NotificationListener listener(ListenerOptionsFor(database), heard.Handlers()); }
    EXPECT_EQ(heard.All().back(), Heard::Of(Hearing::kLost));

    Heard nothing;
    platform::NotificationOptions nowhere = ListenerOptionsFor(database);
    nowhere.conninfo = "host=/nonexistent dbname=none";
    {
        const NotificationListener listener(nowhere, nothing.Handlers());
        ASSERT_TRUE(nothing.WaitFor("problem"));
    }
    EXPECT_EQ(nothing.All().back(), Heard::Of(Hearing::kLost));
    nowhere.session_lock = kLock;
    EXPECT_THROW(NotificationListener(nowhere, nothing.Handlers()), std::runtime_error);
}

TEST(NotificationListener, OnlyOneHoldsTheLockOfASession) {
    const support::TestDatabase database;
    platform::NotificationOptions options = ListenerOptionsFor(database);
    options.session_lock = kLock;
    Heard heard;
    {
        const NotificationListener first(options, heard.Handlers());
        EXPECT_THROW(NotificationListener(options, Heard().Handlers()), platform::SessionLockTaken);
        options.session_lock = kLock + 1;
        const NotificationListener other(options, heard.Handlers());
        options.session_lock = kLock;
    }
    const NotificationListener next(options, heard.Handlers());
}

TEST(NotificationListener, HearsNothingWhileSomebodyElseHasItsLock) {
    const support::TestDatabase database;
    platform::NotificationOptions options = ListenerOptionsFor(database);
    options.session_lock = kLock;
    Heard heard;
    const NotificationListener listener(options, heard.Handlers());
    ASSERT_TRUE(heard.WaitFor(Heard::Of(Hearing::kFresh)));
    // In line for the lock, so that it is next when the listener's session is cut.
    pqxx::connection taker(database.AppConninfo());
    const std::string lock = std::to_string(kLock);
    std::thread waiting([&] { pqxx::nontransaction(taker).exec("SELECT pg_advisory_lock(" + lock + ")"); });
    pqxx::connection superuser(database.SuperuserConninfo());
    const platform::Deadline deadline(kPatience);
    while (pqxx::nontransaction(superuser)
               .exec("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
               .empty() &&
           !deadline.Passed()) {
        std::this_thread::yield();
    }
    CutListeners(database);
    waiting.join();
    EXPECT_TRUE(heard.WaitFor("problem", 2));
    const auto all = heard.All();
    EXPECT_EQ(std::ranges::count(all, Heard::Of(Hearing::kFresh)), 1);
    taker.disconnect();
    EXPECT_TRUE(heard.WaitFor(Heard::Of(Hearing::kFresh), 2));
}

}  // namespace
}  // namespace sql_test
