// Quotas are exact, counters are not lost, alerts open and close.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tenancy/store/alerts.hpp"
#include "tenancy/store/usage.hpp"
#include "tenancy/store/usage_meter.hpp"
#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

using tenancy::Resource;
using tenancy::store::AlertKind;
using tenancy::store::AlertOutcome;
using tenancy::store::AlertSeverity;
using tenancy::store::CallResult;
using tenancy::store::LoadQuotas;
using tenancy::store::QuotaOverrides;
using tenancy::store::Read;
using tenancy::store::UsageMeter;
using tenancy::store::Write;

const tenancy::Time kCountedAt = At("2026-02-08T10:00:00Z");

tenancy::store::TenantQuotas QuotasOf(World& world, std::string_view org, tenancy::Time now = kCountedAt) {
    return tenancy::store::OneTrip(world.Db(), ScopeOf(org), [&](TenantTx& tx) { return LoadQuotas(tx, now); }).value();
}
void SetCustomers(World& world, std::string_view org, std::int64_t limit) {
    Write(world.Db(), ScopeOf(org), [&](TenantTx& tx) {
        QuotaOverrides own;
        own.customers = limit;
        tenancy::store::SetQuotas(tx, own, "root", "a test");
    });
}

TEST(Usage, ThePlanHoldsUnlessTheTenantHasItsOwnNumbers) {
    World world;
    auto quotas = QuotasOf(world, "a");
    EXPECT_EQ(quotas.limits, tenancy::PlanQuotas(tenancy::Plan::kFree));
    EXPECT_TRUE(quotas.overrides.Empty());
    EXPECT_EQ(quotas.usage.users, 1);
    EXPECT_EQ(quotas.usage.customers, 3);
    EXPECT_GT(quotas.usage.storage_bytes, 0);
    SetCustomers(world, "a", 7);
    Write(world.Db(), ScopeOf("a"),
          [](TenantTx& tx) { EXPECT_TRUE(tenancy::store::SetPlan(tx, tenancy::Plan::kPro)); });
    quotas = QuotasOf(world, "a");
    EXPECT_EQ(quotas.limits.customers, 7);
    EXPECT_EQ(quotas.limits.users, tenancy::PlanQuotas(tenancy::Plan::kPro).users);
    EXPECT_EQ(QuotasOf(world, "b").limits, tenancy::PlanQuotas(tenancy::Plan::kFree));
}

TEST(Usage, LevelsFollowTheRows) {
    World world;
    const auto before = QuotasOf(world, "a").usage;
    AppSession app(world);
    app.Touched("a", "UPDATE shop.customers SET name = name || '12345'");
    EXPECT_EQ(QuotasOf(world, "a").usage.storage_bytes, before.storage_bytes + 3 * 2 * 5)
        << "the name and its capitals";
    app.Touched("a", "DELETE FROM shop.customers WHERE id = '1'");
    EXPECT_EQ(QuotasOf(world, "a").usage.customers, 2);
    app.Touched("a", "DELETE FROM shop.customers");
    EXPECT_EQ(QuotasOf(world, "a").usage.customers, 0);
    EXPECT_EQ(QuotasOf(world, "a").usage.storage_bytes, 0) << "notes went with their customers";
    EXPECT_EQ(QuotasOf(world, "b").usage.customers, 3);
}

TEST(Usage, AQuotaIsNeverPassedByManyAtOnce) {
    World world;
    SetCustomers(world, "a", 10);
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 10; ++i) {
                try {
                    Write(world.Db(), ScopeOf("a"), [&](TenantTx& tx) {
                        AddCustomer(tx, "new-" + std::to_string(t) + "-" + std::to_string(i));
                        tenancy::store::RequireWithin(tx, Resource::kCustomers, kCountedAt);
                    });
                } catch (const tenancy::store::QuotaExceeded& exceeded) {
                    EXPECT_EQ(exceeded.Why().status, 403);
                    EXPECT_EQ(exceeded.Why().code, "quota_exceeded");
                    ++refused;
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(world.RowsOf("shop.customers", "a"), 10);
    EXPECT_EQ(refused.load(), 33);
    EXPECT_EQ(QuotasOf(world, "a").usage.customers, 10);
}

TEST(Usage, TheMeterLosesNoCall) {
    World world;
    UsageMeter meter;
    std::vector<std::thread> threads;
    std::atomic<bool> done{false};
    std::thread flusher([&] {
        while (!done.load()) {
            meter.Flush(world.Db(), kCountedAt);
        }
    });
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 2'000; ++i) {
                meter.Count(Org(t % 2 == 0 ? "a" : "b"), i % 10 == 0 ? CallResult::kError : CallResult::kOk,
                            std::chrono::milliseconds(2));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    done.store(true);
    flusher.join();
    meter.Flush(world.Db(), kCountedAt);
    for (const char* org : {"a", "b"}) {
        const auto usage = QuotasOf(world, org).usage;
        EXPECT_EQ(usage.api_calls, 4'000);
        EXPECT_EQ(usage.api_errors, 400);
        EXPECT_EQ(usage.response_micros, 8'000'000);
        EXPECT_EQ(meter.CallsThisMonth(Org(org)), 4'000);
        EXPECT_EQ(QuotasOf(world, org, At("2026-03-01T00:00:00Z")).usage.api_calls, 0) << "a new month";
    }
    EXPECT_TRUE(meter.Flush(world.Db(), kCountedAt).empty());
}

TEST(Usage, TheMeterKeepsWhatCouldNotBeWrittenAndForgetsWhoIsGone) {
    World world;
    UsageMeter meter;
    meter.Count(Org("a"), CallResult::kOk, {});
    meter.Count(Org("nobody"), CallResult::kOk, {});
    platform::DatabaseOptions closed = OptionsFor("host=/nonexistent dbname=none", 1);
    closed.connect_timeout = std::chrono::seconds(1);
    platform::Database nowhere(closed, tenancy::store::Profile());
    EXPECT_THROW(meter.Flush(nowhere, kCountedAt), platform::Unavailable);
    EXPECT_EQ(meter.CallsThisMonth(Org("a")), 1);
    const auto flushed = meter.Flush(world.Db(), kCountedAt);
    ASSERT_EQ(flushed.size(), 1U);
    EXPECT_EQ(flushed[0].interval.org, Org("a"));
    EXPECT_EQ(flushed[0].calls_this_month, 1);
    EXPECT_EQ(meter.CallsThisMonth(Org("nobody")), 0);
    meter.Learn(Org("b"), 17);
    meter.Count(Org("b"), CallResult::kOk, {});
    EXPECT_EQ(meter.CallsThisMonth(Org("b")), 18);
    meter.Flush(world.Db(), At("2026-03-01T00:00:00Z"));
    EXPECT_EQ(meter.CallsThisMonth(Org("b")), 1) << "a new month begins with its first flush";
    EXPECT_EQ(meter.CallsThisMonth(Org("a")), 0);
}

TEST(Usage, TrafficIsJudgedByTheRunbooksThresholds) {
    using tenancy::store::ReadTraffic;
    EXPECT_TRUE(ReadTraffic(19, 19, 0).empty()) << "too few calls say nothing";
    const auto severity = [](std::int64_t errors, std::int64_t milliseconds, std::size_t which) {
        return ReadTraffic(1'000, errors, milliseconds * 1'000'000)[which].severity;
    };
    EXPECT_EQ(severity(10, 0, 0), std::nullopt);
    EXPECT_EQ(severity(11, 0, 0), AlertSeverity::kWarning);
    EXPECT_EQ(severity(50, 0, 0), AlertSeverity::kWarning);
    EXPECT_EQ(severity(51, 0, 0), AlertSeverity::kCritical);
    EXPECT_EQ(severity(0, 500, 1), std::nullopt);
    EXPECT_EQ(severity(0, 501, 1), AlertSeverity::kWarning);
    EXPECT_EQ(severity(0, 2'000, 1), AlertSeverity::kWarning);
    EXPECT_EQ(severity(0, 2'001, 1), AlertSeverity::kCritical);
}

TEST(Alerts, OpenChangeAndCloseWithWhatIsMeasured) {
    World world;
    const auto record = [&](std::int64_t used) {
        return Write(world.Db(), ScopeOf("a"), [&](TenantTx& tx) {
            return tenancy::store::RecordReading(tx, tenancy::store::ReadQuota(Resource::kCustomers, used, 100));
        });
    };
    EXPECT_EQ(record(79).outcome, AlertOutcome::kUnchanged);
    const auto raised = record(80);
    EXPECT_EQ(raised.outcome, AlertOutcome::kRaised);
    EXPECT_EQ(raised.alert.kind, AlertKind::kQuotaCustomers);
    EXPECT_EQ(raised.alert.severity, AlertSeverity::kWarning);
    EXPECT_EQ(raised.alert.threshold, 80);
    EXPECT_EQ(record(80).outcome, AlertOutcome::kUnchanged);
    EXPECT_EQ(record(94).outcome, AlertOutcome::kUnchanged) << "the text changes, the alert is the same";
    const auto critical = record(95);
    EXPECT_EQ(critical.outcome, AlertOutcome::kChanged);
    EXPECT_EQ(critical.alert.id, raised.alert.id);
    EXPECT_EQ(critical.alert.severity, AlertSeverity::kCritical);
    const auto list = [&](std::string_view org, tenancy::store::AlertsShown shown) {
        return Read(world.Db(), ScopeOf(org), [&](TenantTx& tx) { return tenancy::store::ListAlerts(tx, shown); });
    };
    EXPECT_EQ(list("a", tenancy::store::AlertsShown::kOpen).size(), 1U);
    EXPECT_TRUE(list("b", tenancy::store::AlertsShown::kAll).empty());
    EXPECT_EQ(record(10).outcome, AlertOutcome::kResolved);
    EXPECT_TRUE(list("a", tenancy::store::AlertsShown::kOpen).empty());
    ASSERT_EQ(list("a", tenancy::store::AlertsShown::kAll).size(), 1U);
    EXPECT_TRUE(list("a", tenancy::store::AlertsShown::kAll)[0].resolved_at.has_value());
    EXPECT_EQ(record(99).outcome, AlertOutcome::kRaised) << "a new one";
}

TEST(Alerts, AllQuotasAreRead) {
    World world;
    SetCustomers(world, "a", 3);
    const auto transitions = Write(world.Db(), ScopeOf("a"), [&](TenantTx& tx) {
        return tenancy::store::RecordReadings(tx, tenancy::store::ReadQuotas(LoadQuotas(tx, kCountedAt).value()));
    });
    ASSERT_EQ(transitions.size(), 1U);
    EXPECT_EQ(transitions[0].alert.severity, AlertSeverity::kCritical);
    EXPECT_EQ(transitions[0].alert.message, "3 of 3 customers are used");
}

}  // namespace
}  // namespace tenancy_test
