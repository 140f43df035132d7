// A server that takes connections and answers nothing: who waits, for how long, and what happens when it is back.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "platform/base/clock.hpp"
#include "platform/sql/notification_listener.hpp"
#include "tests/sql/world.hpp"
#include "tests/support/frozen_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace sql_test {
namespace {

using platform::Tx;
using platform::Unavailable;
using std::chrono::milliseconds;

constexpr platform::Statement kOne{"test_silence_one", "SELECT 1"};

class Silence : public ::testing::Test {
protected:
    Silence() {
        cluster_.Start();
    }

    platform::DatabaseOptions Options(int connections = 4) const {
        auto options = OptionsFor(cluster_.AppConninfo("portcullis"), connections);
        options.statement_timeout = milliseconds(300);
        options.answer_grace = milliseconds(200);
        options.connect_timeout = std::chrono::seconds(2);
        return options;
    }
    pid_t Server() const {
        return cluster_.ServerPid().value();
    }
    static std::int64_t Ask(platform::Database& database) {
        return database.Once([](Tx& tx) { return tx.One(kOne, ReadInt); });
    }
    static bool Answers(platform::Database& database) {
        const platform::Deadline patience(std::chrono::seconds(30));
        while (!patience.Passed()) {
            try {
                return Ask(database) == 1;
            } catch (const Unavailable&) {
                std::this_thread::yield();
            }
        }
        return false;
    }

private:
    support::TempDir folder_{"silence"};
    platform::PrivateCluster cluster_{support::DurableClusterOptions(folder_.Path())};
};

TEST_F(Silence, AStatementIsNotWaitedForForEver) {
    platform::Database database(Options());
    ASSERT_EQ(Ask(database), 1);
    support::FrozenServer frozen(Server());
    EXPECT_THROW(Ask(database), Unavailable);
    EXPECT_THROW(database.Write([](Tx&) {}), Unavailable);
    EXPECT_THROW(database.Read([](Tx&) {}), Unavailable);
    EXPECT_THROW(database.OneTrip(Org("acme"), [](Tx& tx) { tx.Exec(kOne); }), Unavailable);
    EXPECT_FALSE(database.Writable());
    frozen.Thaw();
    EXPECT_TRUE(Answers(database));
    EXPECT_TRUE(database.Writable());
}

TEST_F(Silence, ATransactionThatHadBegunEndsToo) {
    platform::Database database(Options());
    EXPECT_THROW(database.Write([&](Tx& tx) {
        tx.Exec(kOne);
        const support::FrozenServer frozen(Server());
        tx.Exec(kOne);
    }),
                 Unavailable);
    EXPECT_TRUE(Answers(database));
}

TEST_F(Silence, OnlyOneAtATimeWaitsForTheServerToComeBack) {
    platform::Database database(Options(32));
    ASSERT_EQ(Ask(database), 1);
    support::FrozenServer frozen(Server());
    EXPECT_THROW(Ask(database), Unavailable);
    // Many more questions than could each wait for a connection.
    constexpr int kAskers = 16;
    constexpr int kQuestions = 800;
    std::atomic<int> asked{0};
    std::atomic<int> refused{0};
    std::atomic<int> at_once{0};
    std::vector<std::thread> askers;
    for (int i = 0; i < kAskers; ++i) {
        askers.emplace_back([&] {
            while (++asked <= kQuestions) {
                try {
                    Ask(database);
                } catch (const Unavailable& error) {
                    ++refused;
                    at_once += std::string(error.what()).find("being asked again") != std::string::npos ? 1 : 0;
                }
            }
        });
    }
    for (std::thread& asker : askers) {
        asker.join();
    }
    EXPECT_EQ(refused.load(), kQuestions);
    EXPECT_GT(at_once.load(), kQuestions - 2 * kAskers) << "whoever does not ask for all is not kept waiting";
    frozen.Thaw();
    EXPECT_TRUE(Answers(database));
}

TEST_F(Silence, AServerThatHangsFromTheBeginningIsUnavailable) {
    platform::Database database(Options());
    support::FrozenServer frozen(Server());
    EXPECT_THROW(Ask(database), Unavailable);
    frozen.Thaw();
    EXPECT_TRUE(Answers(database));
}

TEST_F(Silence, AListenerSaysSoAndComesBack) {
    std::mutex mutex;
    std::condition_variable changed;
    int fresh = 0;
    int lost = 0;
    std::vector<std::string> told;
    const auto wait_for = [&](const std::function<bool()>& condition) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds(60), condition);
    };
    platform::NotificationListener listener({Options().conninfo, "silence test", "silence", std::nullopt},
                                            {[&](platform::Hearing hearing) {
                                                 const std::lock_guard lock(mutex);
                                                 fresh += hearing == platform::Hearing::kFresh ? 1 : 0;
                                                 lost += hearing == platform::Hearing::kLost ? 1 : 0;
                                                 changed.notify_all();
                                             },
                                             [&](std::string_view payload) {
                                                 const std::lock_guard lock(mutex);
                                                 told.emplace_back(payload);
                                                 changed.notify_all();
                                             },
                                             {}});
    ASSERT_TRUE(wait_for([&] { return fresh == 1; }));
    support::FrozenServer frozen(Server());
    EXPECT_TRUE(wait_for([&] { return lost >= 1; })) << "a server that hangs is not listened to";
    frozen.Thaw();
    ASSERT_TRUE(wait_for([&] { return fresh >= 2; }));
    platform::Database database(Options());
    ASSERT_TRUE(Answers(database));
    database.Write([](Tx& tx) { tx.ExecRaw("NOTIFY silence, 'word'"); });
    EXPECT_TRUE(wait_for([&] { return !told.empty(); }));
}

}  // namespace
}  // namespace sql_test
