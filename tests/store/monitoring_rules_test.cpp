// Alerts, leases, windows and baselines of monitoring: the store's functions, and what PostgreSQL refuses of plain SQL.
#include <gtest/gtest.h>

#include "controller/app/alerts.hpp"
#include "controller/store/monitoring.hpp"
#include "platform/base/clock.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using namespace std::chrono_literals;
using store::AlertRowPhase;

class MonitorWorld : public World {
public:
    MonitorWorld() {
        Db().Write([](store::Tx& tx) { app::PutComponent(tx); });
    }

    store::Alert Row(const std::string& trigger = "failures_critical") {
        store::Alert row;
        row.trigger = trigger;
        row.severity = policy::AlertSeverity::kCritical;
        row.instance = "eu-1";
        row.phase = AlertRowPhase::kFiring;
        row.phase_since = Db().Read([](store::Tx& tx) { return tx.Now(); });
        row.value = 0.07;
        row.limit = 0.05;
        row.detail = "5xx answers";
        return row;
    }
    void Write(std::optional<AlertRowPhase> before, store::Alert& row) {
        Db().Write([&](store::Tx& tx) {
            store::Alert copy = row;
            app::WriteAlert(tx, before, copy);
            row = copy;
        });
    }
    std::string Count(const std::string& from) const {
        return Cell("SELECT count(*) FROM portcullis." + from);
    }
};

TEST(MonitoringRules, AnAlertIsToldWhenItFiresAndWhenItEnds) {
    MonitorWorld world;
    store::Alert row = world.Row();
    world.Write(std::nullopt, row);
    EXPECT_EQ(world.Count("outbox WHERE kind = 'alert.firing'"), "1");
    row.phase = AlertRowPhase::kClearing;
    world.Write(AlertRowPhase::kFiring, row);
    row.phase = AlertRowPhase::kFiring;
    world.Write(AlertRowPhase::kClearing, row);
    EXPECT_EQ(world.Count("outbox WHERE kind LIKE 'alert.%'"), "1") << "what flaps is told once";
    row.phase = AlertRowPhase::kResolved;
    world.Write(AlertRowPhase::kFiring, row);
    EXPECT_EQ(world.Count("outbox WHERE kind = 'alert.resolved'"), "1");
    EXPECT_EQ(world.Count("audit WHERE actor = 'portcullisd' AND action LIKE 'alert.%'"), "2");
}

TEST(MonitoringRules, WhatFiredWhileNothingCouldBeWrittenIsToldAllTheSame) {
    MonitorWorld world;
    store::Alert row = world.Row();
    row.phase = AlertRowPhase::kClearing;
    world.Write(std::nullopt, row);
    EXPECT_EQ(world.Count("outbox WHERE kind = 'alert.firing'"), "1");
    EXPECT_EQ(world.Cell("SELECT phase FROM portcullis.alerts"), "clearing");
}

TEST(MonitoringRules, WhatDidNotLastIsNoAlert) {
    MonitorWorld world;
    store::Alert row = world.Row();
    row.phase = AlertRowPhase::kPending;
    world.Write(std::nullopt, row);
    const auto listed = world.Db().Read([](store::Tx& tx) { return store::ListAlerts(tx, {}, {}); });
    EXPECT_TRUE(listed.rows.empty());
    EXPECT_EQ(world.Db().Read([](store::Tx& tx) { return store::LoadStandingAlerts(tx); }).size(), 1U);
    row.phase = AlertRowPhase::kResolved;
    world.Write(AlertRowPhase::kPending, row);
    EXPECT_EQ(world.Count("alerts"), "0");
}

TEST(MonitoringRules, AnAlertThatStandsIsNotForgottenNorChanged) {
    MonitorWorld world;
    store::Alert row = world.Row();
    row.operation = "op_1";
    world.Write(std::nullopt, row);
    ExpectRefused(world, "STG-4", "DELETE FROM portcullis.alerts");
    ExpectRefused(world, "STG-4", "UPDATE portcullis.alerts SET operation_id = NULL");
    ExpectRefused(world, "STG-4", "UPDATE portcullis.alerts SET phase = 'pending'");
    ExpectNoRight(world, "UPDATE portcullis.alerts SET severity = 'info'");
    store::Alert second = world.Row();
    EXPECT_THROW(world.Write(std::nullopt, second), store::Conflict) << "one stands for each trigger and instance";
    row.phase = AlertRowPhase::kResolved;
    world.Write(AlertRowPhase::kFiring, row);
    ExpectRefused(world, "STG-4", "UPDATE portcullis.alerts SET phase = 'firing'");
    ExpectRefused(world, "STG-4", "DELETE FROM portcullis.alerts");  // it killed
    world.Write(std::nullopt, second);
    EXPECT_EQ(world.Count("alerts"), "2");
}

TEST(MonitoringRules, OneHoldsTheLease) {
    MonitorWorld world;
    const auto hold = [&](const std::string& who, platform::Duration span) {
        return world.Db().Write([&](store::Tx& tx) { return store::HoldMonitorLease(tx, who, span); });
    };
    EXPECT_TRUE(hold("one", 10min));
    EXPECT_FALSE(hold("other", 10min));
    EXPECT_TRUE(hold("one", 10min));
    world.Db().Write([](store::Tx& tx) { store::ReleaseMonitorLease(tx, "one"); });
    EXPECT_TRUE(hold("other", 10min));
}

TEST(MonitoringRules, WindowsAreKeptForAWhileAndMakeABaseline) {
    MonitorWorld world;
    const platform::Time now = platform::SystemNow();  // windows go by the machine's clock
    const policy::PrincipalId dora = policy::PrincipalId::Trusted("dora");
    const auto record = [&](const char* id) {
        return world.Db().Write([&](store::Tx& tx) {
            return store::RecordBaseline(tx, policy::RecordId::Trusted(id), 1h, "a quiet hour", dora);
        });
    };
    EXPECT_FALSE(record("bsl_0")) << "nothing was measured";
    world.Db().Write([&](store::Tx& tx) {
        store::AppendWindows(tx, {{"eu-1", now - 10min, 300, 1000, 30, 0, 10, 0.2},
                                  {"eu-1", now - 5min, 300, 3000, 30, 0, 10, 0.4},
                                  {"eu-2", now - 5min, 300, 0, 0, 0, 0, std::nullopt},
                                  {"eu-1", now - 50h, 300, 1, 1, 1, 1, 9.0}});
    });
    ASSERT_TRUE(record("bsl_1"));
    const auto newest = world.Db().Read([](store::Tx& tx) { return store::LoadNewestBaseline(tx); });
    EXPECT_EQ(newest.id, "bsl_1");
    ASSERT_EQ(newest.of.size(), 2U);
    EXPECT_DOUBLE_EQ(newest.of.at("eu-1").requests, 4000);
    EXPECT_DOUBLE_EQ(newest.of.at("eu-1").failed_share, 0.005);
    EXPECT_DOUBLE_EQ(newest.of.at("eu-1").denied_per_second, 0.1);
    EXPECT_DOUBLE_EQ(newest.of.at("eu-1").p95_seconds.value_or(0), 0.35);
    EXPECT_FALSE(newest.of.at("eu-2").p95_seconds);
    world.Db().Write([](store::Tx& tx) { store::DropOldWindows(tx, 24h, 1000); });
    EXPECT_EQ(world.Count("monitor_windows"), "3");
    ExpectNoRight(world, "DELETE FROM portcullis.monitor_baselines");
    ExpectRefused(world, "ATT-1",
                  "INSERT INTO portcullis.monitor_baselines (id, since, until, reason, recorded_by) VALUES ('bsl_2', "
                  "now(), now(), 'by itself', 'portcullisd')");
}

TEST(MonitoringRules, WhatInstancesDoNowIsKeptOnceAndTheWorstOfWhatTheyDidBySpans) {
    MonitorWorld world;
    const platform::Time now = platform::SystemNow();
    const auto bin = std::chrono::floor<std::chrono::minutes>(now);
    world.Db().Write([&](store::Tx& tx) {
        store::PutPresentWindows(
            tx, {{"eu-1", now - 10s, 300, 10, 1, 0, 0, 0.2}, {"eu-2", now - 216h, 300, 5, 0, 0, 0, {}}});
        store::PutPresentWindows(tx, {{"eu-1", now, 300, 90, 30, 0, 9, std::nullopt}});
        store::AppendWindows(tx, {{"eu-1", bin - 10min + 1s, 300, 1000, 30, 0, 10, 0.2},
                                  {"eu-2", bin - 10min + 2s, 300, 10, 60, 0, 0, 0.4},
                                  {"eu-3", bin - 10min + 3s, 300, 0, 0, 0, 0, std::nullopt},
                                  {"eu-3", bin - 2min + 1s, 300, 0, 0, 0, 0, std::nullopt},
                                  {"eu-1", bin - 50h, 300, 1, 1, 1, 1, 9.0}});
    });
    const auto shown = world.Db().Read([](store::Tx& tx) { return store::ListMonitoredInstances(tx, {.limit = 10}); });
    ASSERT_EQ(shown.rows.size(), 2U);
    ASSERT_TRUE(shown.rows[0].last);
    EXPECT_DOUBLE_EQ(shown.rows[0].last->requests, 90);
    EXPECT_FALSE(shown.rows[0].last->p95_seconds);

    const auto spans = world.Db().Read([](store::Tx& tx) { return store::LoadWorstOfSpans(tx, 1h, 1min); });
    ASSERT_EQ(spans.size(), 2U) << "nothing is made up for what was not kept";
    EXPECT_EQ(spans[0].until, bin - 9min);
    EXPECT_DOUBLE_EQ(spans[0].denied_per_second.value_or(-1), 0.2);
    EXPECT_DOUBLE_EQ(spans[0].failed_share.value_or(-1), 0.01);
    EXPECT_DOUBLE_EQ(spans[0].p95_seconds.value_or(-1), 0.4);
    EXPECT_DOUBLE_EQ(spans[1].denied_per_second.value_or(-1), 0);
    EXPECT_FALSE(spans[1].failed_share) << "of no requests no share failed";

    world.Db().Write([](store::Tx& tx) { store::DropOldWindows(tx, 24h * 7, 1000); });
    EXPECT_EQ(world.Count("monitor_now"), "1");
}

TEST(MonitoringRules, WhatFiresInAStageIsAskedOnceUntilItIsDecided) {
    MonitorWorld world;
    world.Sql(
        "INSERT INTO portcullis.rollouts (id, title, capability, flag, owner, engineering, product, support, "
        "created_by) VALUES ('tenants', 'Tenants', 'several tenants', 'PULSE_MULTI_TENANT_ENABLED', 'ana', 'dora', "
        "'quinn', 'dave', 'ana')");
    store::Alert early = world.Row("failures_warning");
    world.Write(std::nullopt, early);
    EXPECT_EQ(world.Count("rollout_evaluations"), "0") << "no stage was entered";
    world.Sql(
        "INSERT INTO portcullis.rollout_metrics (rollout_id, stage, key, text, comparison, threshold) VALUES "
        "('tenants', 0, 'errors', 'errors stay rare', '<', 1)");
    world.Sql(
        "INSERT INTO portcullis.rollout_organizations (rollout_id, stage, tenant_id, added_by) VALUES ('tenants', 0, "
        "'tenant-dev', 'ana')");
    world.Sql(
        "INSERT INTO portcullis.rollout_moves (id, rollout_id, kind, to_stage, reason, moved_by) VALUES ('rmv_1', "
        "'tenants', 'advance', 0, 'it is time', 'ana')");
    store::Alert row = world.Row();
    world.Write(std::nullopt, row);
    EXPECT_EQ(world.Cell("SELECT trigger || ' ' || stage || ' ' || opened_by FROM portcullis.rollout_evaluations"),
              "failures_critical 0 portcullisd");
    EXPECT_EQ(world.Count("outbox WHERE kind = 'rollout.evaluation_opened'"), "1");
    row.phase = AlertRowPhase::kResolved;
    world.Write(AlertRowPhase::kFiring, row);
    store::Alert again = world.Row();
    world.Write(std::nullopt, again);
    store::Alert info = world.Row("feature_disabled");
    world.Write(std::nullopt, info);
    EXPECT_EQ(world.Count("rollout_evaluations"), "1");
}

}  // namespace
}  // namespace store_test
