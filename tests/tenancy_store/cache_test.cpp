// The directory in memory: quick when it can be, and never older than a commit one could know of.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "platform/base/clock.hpp"
#include "tenancy/store/directory_cache.hpp"
#include "tenancy/store/directory_listener.hpp"
#include "tenancy/store/records.hpp"
#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

using tenancy::OrgChange;
using tenancy::store::ApplyChange;
using tenancy::store::DirectoryCache;
using tenancy::store::DirectoryListener;
using tenancy::store::ListenerOptions;
using tenancy::store::Trust;

constexpr std::chrono::seconds kPatience{20};

OrgChange Rename(const std::string& name) {
    OrgChange change;
    change.display_name = name;
    return change;
}
void RenameInProcess(World& world, DirectoryCache& cache, const std::string& name) {
    tenancy::store::WriteDirectory(world.Db(), cache, ScopeOf("a"),
                                   [&](TenantTx& tx) { ApplyChange(tx, Rename(name)); });
}

// Waits for what the listener reports, without looking again and again.
class Heard {
public:
    ListenerOptions Options(const World& world) {
        ListenerOptions options;
        options.conninfo = world.Server().AppConninfo();
        options.application_name = "tenancy listener under test";
        options.on_state = [this](std::string_view problem) {
            Note([&] { problem.empty() ? ++connected_ : ++lost_; });
        };
        options.on_change = [this](const std::optional<OrgId>& org) {
            Note([&] { changes_ += org ? org->Text() + " " : "? "; });
        };
        return options;
    }
    bool WaitForConnected(int times) {
        return Wait([&] { return connected_ >= times; });
    }
    bool WaitForLost(int times) {
        return Wait([&] { return lost_ >= times; });
    }
    bool WaitForChange(const std::string& change) {
        return Wait([&] { return changes_.find(change) != std::string::npos; });
    }
    void Clear() {
        const std::lock_guard lock(mutex_);
        changes_.clear();
    }

private:
    template <typename Change>
    void Note(const Change& change) {
        {
            const std::lock_guard lock(mutex_);
            change();
        }
        changed_.notify_all();
    }
    template <typename Condition>
    bool Wait(const Condition& condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, condition);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int connected_ = 0;
    int lost_ = 0;
    std::string changes_;
};

TEST(DirectoryCache, WithoutTrustEveryLookGoesToTheDatabase) {
    World world;
    DirectoryCache cache(world.Db());
    EXPECT_EQ(cache.Find(Org("a"))->display_name, "Organization a");
    world.AsOwner("UPDATE tenancy.orgs SET display_name = 'changed' WHERE id = 'a'");
    EXPECT_EQ(cache.Find(Org("a"))->display_name, "changed");
    EXPECT_EQ(cache.Count().hits, 0U);
    EXPECT_EQ(cache.Count().misses, 2U);
}

TEST(DirectoryCache, WithTrustASecondLookCostsNoQuery) {
    World world;
    DirectoryCache cache(world.Db());
    cache.SetTrust(Trust::kYes);
    const auto first = cache.Find(Org("a"));
    EXPECT_EQ(cache.Find(Org("a")), first);
    EXPECT_EQ(cache.Find(Org("nobody")), nullptr);
    EXPECT_EQ(cache.Find(Org("nobody")), nullptr);
    EXPECT_EQ(cache.MembershipsOf("ann")->size(), 1U);
    EXPECT_EQ(cache.MembershipsOf("ann")->at(0).role, OrgRole::kOwner);
    EXPECT_EQ(cache.MembershipsOf("nobody")->size(), 0U);
    EXPECT_EQ(cache.Count().misses, 4U);
    EXPECT_EQ(cache.Count().hits, 3U);
}

TEST(DirectoryCache, WhatThisProcessWroteIsSeenAtOnce) {
    World world;
    DirectoryCache cache(world.Db());
    cache.SetTrust(Trust::kYes);
    for (int i = 0; i < 20; ++i) {
        EXPECT_NE(cache.Find(Org("a")), nullptr);
        RenameInProcess(world, cache, "name " + std::to_string(i));
        EXPECT_EQ(cache.Find(Org("a"))->display_name, "name " + std::to_string(i));
    }
    OrgChange join;
    join.put_members = {NewMember("bob", OrgRole::kViewer)};
    EXPECT_EQ(cache.MembershipsOf("bob")->size(), 1U);
    tenancy::store::WriteDirectory(world.Db(), cache, ScopeOf("a"), [&](TenantTx& tx) { ApplyChange(tx, join); });
    EXPECT_EQ(cache.MembershipsOf("bob")->size(), 2U);
    EXPECT_EQ(cache.Find(Org("c")), nullptr);
    tenancy::store::WriteDirectory(world.Db(), cache, ScopeOf("c"), [&](TenantTx& tx) {
        tenancy::store::InsertOrganization(tx, NewOrganization("c", "cid"));
    });
    EXPECT_NE(cache.Find(Org("c")), nullptr);
    tenancy::store::WriteDirectory(world.Db(), cache, ScopeOf("c"),
                                   [](TenantTx& tx) { tenancy::store::HardDelete(tx); });
    EXPECT_EQ(cache.Find(Org("c")), nullptr);
}

TEST(DirectoryCache, WhatIsReadDuringAChangeIsNotKept) {
    World world;
    DirectoryCache cache(world.Db());
    cache.SetTrust(Trust::kYes);
    {
        const DirectoryCache::Change change(cache, Org("a"));
        EXPECT_EQ(cache.Find(Org("a"))->display_name, "Organization a") << "not committed yet";
        EXPECT_EQ(cache.MembershipsOf("ann")->size(), 1U);
        EXPECT_NE(cache.Find(Org("b")), nullptr);
        world.AsOwner("UPDATE tenancy.orgs SET display_name = 'changed' WHERE id = 'a'");
    }
    EXPECT_EQ(cache.Find(Org("a"))->display_name, "changed");
}

TEST(DirectoryCache, NeverHoldsMoreThanItsLimits) {
    World world;
    DirectoryCache cache(world.Db(), {4, 4});
    cache.SetTrust(Trust::kYes);
    for (int i = 0; i < 12; ++i) {
        cache.Find(Org("made-up-" + std::to_string(i)));
        cache.MembershipsOf("made-up-" + std::to_string(i));
    }
    EXPECT_EQ(cache.Find(Org("a"))->owner_user_id, "ann");
    const auto before = cache.Count().misses;
    for (int i = 0; i < 12; ++i) {
        cache.Find(Org("made-up-" + std::to_string(i)));
    }
    EXPECT_GE(cache.Count().misses - before, 8U);
}

// Readers look all the time while writers of this process change; no reader may see less than what was committed before
// it began to look.
TEST(DirectoryCache, NoReaderIsBehindAWriterThatHasReturned) {
    World world;
    DirectoryCache cache(world.Db());
    cache.SetTrust(Trust::kYes);
    std::atomic<int> committed{0};
    std::atomic<bool> done{false};
    std::atomic<int> stale{0};
    std::atomic<int> looks{0};
    std::vector<std::thread> readers;
    RenameInProcess(world, cache, "0");
    for (int t = 0; t < 3; ++t) {
        readers.emplace_back([&] {
            while (!done.load()) {
                const int least = committed.load();
                const auto org = cache.Find(Org("a"));
                int seen = 0;
                for (const char c : org->display_name) {
                    seen = seen * 10 + (c - '0');
                }
                stale += seen < least ? 1 : 0;
                ++looks;
            }
        });
    }
    for (int i = 1; i <= 150; ++i) {
        RenameInProcess(world, cache, std::to_string(i));
        committed.store(i);
    }
    done.store(true);
    for (std::thread& reader : readers) {
        reader.join();
    }
    EXPECT_EQ(stale.load(), 0) << "of " << looks.load();
}

TEST(DirectoryListener, TellsOfChangesByOthers) {
    World world;
    DirectoryCache cache(world.Db());
    Heard heard;
    const DirectoryListener listener(cache, heard.Options(world));
    ASSERT_TRUE(heard.WaitForConnected(1));
    ASSERT_TRUE(cache.Trusted());
    const auto change_by_others = [&](const std::string& sql) {
        heard.Clear();
        cache.Find(Org("a"));
        cache.MembershipsOf("carl");
        world.AsOwner(sql);
        EXPECT_TRUE(heard.WaitForChange("a ")) << sql;
    };
    change_by_others("UPDATE tenancy.orgs SET display_name = 'changed' WHERE id = 'a'");
    EXPECT_EQ(cache.Find(Org("a"))->display_name, "changed");
    change_by_others("INSERT INTO tenancy.members (org_id, user_id, role) VALUES ('a', 'carl', 'admin')");
    EXPECT_EQ(cache.Find(Org("a"))->members.size(), 2U);
    EXPECT_EQ(cache.MembershipsOf("carl")->size(), 1U);
    change_by_others("DELETE FROM tenancy.members WHERE user_id = 'carl'");
    EXPECT_EQ(cache.MembershipsOf("carl")->size(), 0U);
    change_by_others(
        "INSERT INTO tenancy.invitations (org_id, user_id, role, invited_by) VALUES ('a', 'i', 'viewer', 'x')");
    EXPECT_EQ(cache.Find(Org("a"))->invitations.size(), 1U);
    EXPECT_GT(cache.Count().misses, 0U);
}

TEST(DirectoryListener, ALostConnectionEndsTrustUntilItIsBack) {
    World world;
    DirectoryCache cache(world.Db());
    Heard heard;
    const DirectoryListener listener(cache, heard.Options(world));
    ASSERT_TRUE(heard.WaitForConnected(1));
    for (int round = 1; round <= 3; ++round) {
        cache.Find(Org("a"));
        world.AsSuperuser(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'tenancy listener under test' AND datname = current_database()");
        world.AsOwner("UPDATE tenancy.orgs SET display_name = 'round " + std::to_string(round) + "' WHERE id = 'a'");
        ASSERT_TRUE(heard.WaitForLost(round));
        EXPECT_EQ(cache.Find(Org("a"))->display_name, "round " + std::to_string(round));
        ASSERT_TRUE(heard.WaitForConnected(round + 1));
        EXPECT_EQ(cache.Find(Org("a"))->display_name, "round " + std::to_string(round));
        EXPECT_TRUE(cache.Trusted());
    }
}

TEST(DirectoryListener, StopsAtOnceAndEndsTrust) {
    World world;
    DirectoryCache cache(world.Db());
    Heard heard;
    const platform::Stopwatch watch;
    {
        const DirectoryListener listener(cache, heard.Options(world));
        ASSERT_TRUE(heard.WaitForConnected(1));
    }
    EXPECT_FALSE(cache.Trusted());
    EXPECT_LT(watch.Elapsed(), std::chrono::seconds(4));
    ListenerOptions nowhere;
    nowhere.conninfo = "host=/nonexistent dbname=none";
    { const DirectoryListener never(cache, nowhere); }
    EXPECT_FALSE(cache.Trusted());
}

}  // namespace
}  // namespace tenancy_test
