// The server is killed under load: what was acknowledged is there, and the pool finds the new server by itself.
#include <atomic>
#include <csignal>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "controller/store/outbox.hpp"
#include "platform/base/clock.hpp"
#include "platform/postgres/cluster.hpp"
#include "tests/store/world.hpp"
#include "tests/support/temp_dir.hpp"

namespace store_test {
namespace {

constexpr std::chrono::seconds kLongEnough{60};

TEST(Recovery, ASpentServerIsReplacedAndNothingAcknowledgedIsLost) {
    const support::TempDir folder("store-recovery");
    platform::PrivateCluster cluster(support::DurableClusterOptions(folder.Path()));
    cluster.Start();
    SchemaWith(Clock::kSimulated).build(cluster.OwnerConninfo("portcullis"));
    World world(cluster.AppConninfo("portcullis"));

    std::mutex mutex;
    std::set<std::string> acknowledged;
    std::atomic<int> unavailable{0};
    std::atomic<int> after{0};
    std::atomic<bool> killed{false};
    std::atomic<bool> stop{false};
    std::atomic<int> unexpected{0};
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&, i] {
            for (int n = 0; !stop; ++n) {
                const std::string name = std::to_string(i) + "-" + std::to_string(n);
                const bool was_killed = killed;
                try {
                    world.Db().Write([&](store::Tx& tx) { store::AppendOutbox(tx, "k", name, "{}"); });
                    const std::lock_guard lock(mutex);
                    acknowledged.insert(name);
                    after += was_killed ? 1 : 0;
                } catch (const store::Unavailable&) {
                    ++unavailable;
                } catch (const std::exception& error) {
                    ADD_FAILURE() << error.what();
                    ++unexpected;
                }
            }
        });
    }
    const auto wait_for = [&](const auto& condition) {
        const platform::Deadline deadline(kLongEnough);
        while (!condition() && !deadline.Passed() && unexpected == 0) {
            std::this_thread::yield();
        }
        return condition();
    };
    EXPECT_TRUE(wait_for([&] {
        const std::lock_guard lock(mutex);
        return acknowledged.size() >= 40;
    }));
    ASSERT_TRUE(cluster.ServerPid());
    ::kill(*cluster.ServerPid(), SIGKILL);
    EXPECT_TRUE(wait_for([&] { return unavailable > 0; }));
    killed = true;
    EXPECT_TRUE(wait_for([&] { return after >= 40; }));
    stop = true;
    for (auto& writer : writers) {
        writer.join();
    }
    std::set<std::string> stored;
    world.Db().Read([&](store::Tx& tx) {
        for (const auto& event : store::LoadOutbox(tx, 0, 1'000'000)) {
            stored.insert(event.subject);
        }
    });
    for (const std::string& name : acknowledged) {
        EXPECT_TRUE(stored.count(name)) << name;
    }
    EXPECT_TRUE(world.Db().Writable());
    cluster.Stop();
    EXPECT_FALSE(world.Db().Writable());
}

}  // namespace
}  // namespace store_test
