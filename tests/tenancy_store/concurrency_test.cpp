// Twenty tenants at once on few connections: readers and writers of all of them mixed, transactions that fail in the
// middle, exports, deletions. A checker knows whose each marker is; one wrong row fails the test.
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "tenancy/store/audit.hpp"
#include "tenancy/store/records.hpp"
#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

using tenancy::store::OneTrip;
using tenancy::store::Read;
using tenancy::store::Write;

constexpr int kTenants = 20;
constexpr int kThreads = 8;
constexpr int kRounds = 150;
constexpr int kConnections = 5;

constexpr platform::Statement kRename{"test_rename", "UPDATE shop.customers SET name = name || '+' RETURNING name"};
constexpr platform::Statement kDropSome{"test_drop_some",
                                        "DELETE FROM shop.customers WHERE id LIKE '%7' RETURNING name"};
constexpr platform::Statement kJoin{"test_join",
                                    "SELECT c.name FROM shop.customers c LEFT JOIN shop.notes n "
                                    "ON n.customer_id = c.id"};

std::string TenantName(int number) {
    return "tenant-" + std::to_string(number) + ".";
}

class Checker {
public:
    explicit Checker(std::string org) : marker_(org + "-secret-"), org_(std::move(org)) {}

    void See(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            if (name.compare(0, marker_.size(), marker_) != 0) {
                throw std::logic_error(org_ + " was shown " + name);
            }
        }
    }

private:
    std::string marker_;
    std::string org_;
};

std::vector<std::string> RowsOfStatement(TenantTx& tx, const platform::Statement& statement) {
    return tx.Sql().All(statement, [](platform::Columns& in) { return in.Text(); });
}

void Act(World& world, int thread, int round, std::atomic<int>& added, std::atomic<int>& dropped) {
    const std::string org = TenantName((thread * 7 + round * 3 + round / 5) % kTenants);
    const TenantScope scope = ScopeOf(org);
    Checker checker(org);
    switch (round % 8) {
        case 0:
        case 1:
            Write(world.Db(), scope, [&](TenantTx& tx) {
                AddCustomer(tx, std::to_string(thread) + "-" + std::to_string(round));
                checker.See(CustomerNames(tx));
            });
            ++added;
            break;
        case 2:
            checker.See(OneTrip(world.Db(), scope, [](TenantTx& tx) { return CustomerNames(tx); }));
            break;
        case 3:
            checker.See(Read(world.Db(), scope, [](TenantTx& tx) { return RowsOfStatement(tx, kJoin); }));
            break;
        case 4:
            checker.See(Write(world.Db(), scope, [](TenantTx& tx) { return RowsOfStatement(tx, kRename); }));
            break;
        case 5:
            try {
                Write(world.Db(), scope, [&](TenantTx& tx) {
                    AddCustomer(tx, "never-" + std::to_string(thread) + "-" + std::to_string(round));
                    throw std::runtime_error("on purpose");
                });
            } catch (const std::runtime_error&) {  // rolled back, and the connection is used on
            }
            break;
        case 6: {
            const auto document = Read(
                world.Db(), scope, [](TenantTx& tx) { return tenancy::store::Export(tx, At("2026-02-08T10:00:00Z")); });
            for (const auto& section : document.value().sections) {
                for (const std::string& row : section.rows) {
                    if (row.find(org + "-secret-") == std::string::npos) {
                        throw std::logic_error("exported for " + org + ": " + row);
                    }
                }
            }
            break;
        }
        default: {
            const auto gone = Write(world.Db(), scope, [](TenantTx& tx) { return RowsOfStatement(tx, kDropSome); });
            checker.See(gone);
            dropped += static_cast<int>(gone.size());
            tenancy::AuditEvent event;
            event.at = At("2026-02-08T10:00:00Z");
            event.event = "dropped";
            event.org = Org(org);
            event.details = org + "-secret-" + std::to_string(round);
            tenancy::store::AppendAudit(world.Db(), event);
        }
    }
}

TEST(Concurrency, TwentyTenantsNeverMeet) {
    World world(World::Empty(), kConnections);
    for (int i = 0; i < kTenants; ++i) {
        world.AddTenant(TenantName(i), "owner-" + std::to_string(i));
    }
    std::atomic<int> added{0};
    std::atomic<int> dropped{0};
    std::mutex mutex;
    std::vector<std::string> faults;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            try {
                for (int round = 0; round < kRounds; ++round) {
                    Act(world, t, round, added, dropped);
                }
            } catch (const std::exception& error) {
                const std::lock_guard lock(mutex);
                faults.emplace_back(error.what());
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(faults, std::vector<std::string>());
    EXPECT_EQ(added.load(), 2 * kThreads * 19);
    EXPECT_EQ(world.OwnerCell("SELECT count(*) FROM shop.customers"), std::to_string(added - dropped));
    EXPECT_EQ(world.OwnerCell("SELECT count(*) FROM shop.customers WHERE NOT starts_with(name, org_id || '-secret-')"),
              "0");
    // No counter lost an update: they are what a count of the rows gives.
    EXPECT_EQ(world.OwnerCell(R"sql(
        SELECT count(*) FROM tenancy.usage_levels l
        LEFT JOIN (SELECT org_id, count(*) AS n, sum(octet_length(c::text)) AS bytes FROM shop.customers c GROUP BY 1) r
            USING (org_id)
        WHERE l.customers <> coalesce(r.n, 0) OR l.storage_bytes <> coalesce(r.bytes, 0))sql"),
              "0");
    EXPECT_EQ(world.OwnerCell("SELECT count(*) FROM tenancy.audit_entries "
                              "WHERE NOT starts_with(details, org_id || '-secret-')"),
              "0");
    for (int i = 0; i < kTenants; ++i) {
        const auto verdict =
            Read(world.Db(), ScopeOf(TenantName(i)), [](TenantTx& tx) { return tenancy::store::VerifyAudit(tx); });
        EXPECT_TRUE(verdict.Whole()) << verdict.fault;
    }
}

}  // namespace
}  // namespace tenancy_test
