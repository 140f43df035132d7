// What monitoring makes of what it sees: alerts that begin, end, survive the process, and the one that cannot wait.
#include "controller/daemon/monitor_engine.hpp"

#include <gtest/gtest.h>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace controller::daemon {
namespace {

using namespace std::chrono_literals;
using policy::MonitorTrigger;
using store::AlertRowPhase;
using tenancy::probe::Isolation;

const platform::Time kNow{std::chrono::hours(24 * 365 * 55)};

EngineOptions Options() {
    EngineOptions options;
    options.damping = {0s, 60s};
    return options;
}

std::vector<MonitoredTarget> Both(const std::string& name = "eu-1") {
    MonitoredTarget target;
    target.instance = policy::InstanceId::Trusted(name);
    target.metrics_url = "http://127.0.0.1:1/metrics";
    target.canary.emplace();
    return {target};
}

CanaryResult Saw(Isolation is, bool confirmed = false, const std::string& operation = {}) {
    CanaryResult result;
    result.instance = policy::InstanceId::Trusted("eu-1");
    result.seen = {is, "as it was seen", "{}"};
    result.confirmed = confirmed;
    result.operation = operation;
    result.tried_at = kNow;
    return result;
}

void Deny(MonitorEngine& engine, platform::Time from, platform::Duration span, double each_second) {
    for (platform::Duration after = 0s; after <= span; after += 15s) {
        policy::MonitorReading reading;
        reading.at = from + after;
        reading.requests = 1'000 * std::chrono::duration<double>(after).count();
        reading.denied = each_second * std::chrono::duration<double>(after).count();
        engine.TakeReading("eu-1", reading);
    }
}

const AlertChange* Find(const std::vector<AlertChange>& changes, MonitorTrigger trigger) {
    for (const AlertChange& change : changes) {
        if (change.alert.trigger == platform::EnumText(trigger)) {
            return &change;
        }
    }
    return nullptr;
}

/// As the database would have it.
void WriteAll(MonitorEngine& engine) {
    int made = 0;
    for (AlertChange change : engine.Changes(1'000)) {
        if (!change.before) {
            change.alert.id = policy::RecordId::Trusted("alt_" + std::to_string(++made));
        }
        engine.Written(change.alert);
    }
}

TEST(MonitorEngine, WhatFiresIsHandedOutUntilItWasWritten) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    Deny(engine, kNow, 5min, 20);
    engine.Evaluate(kNow + 5min);
    for (int times = 0; times < 2; ++times) {
        const auto changes = engine.Changes(100);
        const AlertChange* const denied = Find(changes, MonitorTrigger::kDeniedWarning);
        ASSERT_NE(denied, nullptr);
        EXPECT_FALSE(denied->before);
        EXPECT_EQ(denied->alert.phase, AlertRowPhase::kFiring);
        EXPECT_DOUBLE_EQ(denied->alert.value, 20);
        EXPECT_FALSE(denied->leak);
    }
    WriteAll(engine);
    engine.Evaluate(kNow + 5min);
    EXPECT_TRUE(engine.Changes(100).empty());
}

TEST(MonitorEngine, ItEndsOnceAndIsForgotten) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    Deny(engine, kNow, 5min, 20);
    engine.Evaluate(kNow + 5min);
    WriteAll(engine);
    Deny(engine, kNow + 6min, 10min, 0);
    engine.Evaluate(kNow + 16min);
    ASSERT_NE(Find(engine.Changes(100), MonitorTrigger::kDeniedWarning), nullptr);
    EXPECT_EQ(Find(engine.Changes(100), MonitorTrigger::kDeniedWarning)->alert.phase, AlertRowPhase::kClearing);
    WriteAll(engine);
    policy::MonitorReading again;
    again.at = kNow + 17min;
    again.requests = 1e6;
    engine.TakeReading("eu-1", again);
    engine.Evaluate(kNow + 17min);
    const auto changes = engine.Changes(100);
    ASSERT_NE(Find(changes, MonitorTrigger::kDeniedWarning), nullptr);
    EXPECT_EQ(Find(changes, MonitorTrigger::kDeniedWarning)->alert.phase, AlertRowPhase::kResolved);
    WriteAll(engine);
    engine.Evaluate(kNow + 17min);
    EXPECT_EQ(Find(engine.Changes(100), MonitorTrigger::kDeniedWarning), nullptr);
}

TEST(MonitorEngine, NoNumbersAreNoGoodNumbers) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    engine.NoteFailure("eu-1", "connection refused");
    engine.Evaluate(kNow + 10s);
    EXPECT_TRUE(engine.Changes(100).empty()) << "it was not asked for long enough";
    engine.Evaluate(kNow + 1min);
    const auto changes = engine.Changes(100);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].alert.trigger, "not_measured");
    EXPECT_NE(changes[0].alert.detail.find("connection refused"), std::string::npos) << changes[0].alert.detail;
    EXPECT_TRUE(engine.Windows(kNow + 1min).empty());
}

TEST(MonitorEngine, AConfirmedLeakFiresAtOnceWithItsKill) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    engine.TakeCanary(Saw(Isolation::kRead, true, "op_1"), kNow);
    const auto changes = engine.Changes(100);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].alert.trigger, "tenant_leak");
    EXPECT_EQ(changes[0].alert.operation, "op_1");
    EXPECT_TRUE(changes[0].leak);
}

TEST(MonitorEngine, SwitchedOffEndsNoLeakAndKeptDoes) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    engine.TakeCanary(Saw(Isolation::kWritten, true, "op_1"), kNow);
    WriteAll(engine);
    engine.TakeCanary(Saw(Isolation::kSwitchedOff), kNow + 1min);
    engine.Evaluate(kNow + 1h);
    WriteAll(engine);
    engine.TakeCanary(Saw(Isolation::kNotKnown), kNow + 1h);
    engine.Evaluate(kNow + 2h);
    EXPECT_EQ(Find(engine.Changes(100), MonitorTrigger::kAuthorisationBypass), nullptr) << "it stands as it stood";
    WriteAll(engine);
    engine.TakeCanary(Saw(Isolation::kKept), kNow + 2h);
    engine.Evaluate(kNow + 2h);
    WriteAll(engine);
    engine.Evaluate(kNow + 2h + 60s);
    const auto changes = engine.Changes(100);
    ASSERT_NE(Find(changes, MonitorTrigger::kAuthorisationBypass), nullptr);
    EXPECT_EQ(Find(changes, MonitorTrigger::kAuthorisationBypass)->alert.phase, AlertRowPhase::kResolved);
}

TEST(MonitorEngine, OneCanaryThatSawNothingIsNoDoubtTwoAre) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    engine.TakeCanary(Saw(Isolation::kNotKnown), kNow);
    engine.Evaluate(kNow);
    EXPECT_TRUE(engine.Changes(100).empty());
    engine.TakeCanary(Saw(Isolation::kNotKnown), kNow + 1s);
    engine.Evaluate(kNow + 1s);
    const auto changes = engine.Changes(100);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].alert.trigger, "isolation_unknown");
}

TEST(MonitorEngine, TheNextProcessGoesOnWhereThisOneWas) {
    store::Alert row;
    row.id = policy::RecordId::Trusted("alt_1");
    row.trigger = "denied_warning";
    row.severity = policy::AlertSeverity::kWarning;
    row.instance = "eu-1";
    row.phase = AlertRowPhase::kClearing;
    row.phase_since = kNow;
    store::Alert later = row;
    later.trigger = "of_a_later_program";
    MonitorEngine engine(Options());
    engine.Restore({row, later});
    engine.SetTargets(Both(), kNow);
    Deny(engine, kNow, 5min, 0);
    engine.Evaluate(kNow + 5min);
    const auto changes = engine.Changes(100);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].alert.id.Text(), "alt_1");
    EXPECT_EQ(changes[0].before, AlertRowPhase::kClearing);
    EXPECT_EQ(changes[0].alert.phase, AlertRowPhase::kResolved) << "it had been well since before";
}

TEST(MonitorEngine, ALeakThatIsNotOnRecordYetIsNotForgottenWithTheRest) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    engine.TakeCanary(Saw(Isolation::kRead, true, "op_1"), kNow);
    engine.Restore({});
    auto changes = engine.Changes(100);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_FALSE(changes[0].before);
    store::Alert row = changes[0].alert;
    row.id = policy::RecordId::Trusted("alt_7");
    row.incident = "inc_1";
    engine.Restore({row});
    changes = engine.Changes(100);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].before, AlertRowPhase::kFiring);
    EXPECT_EQ(changes[0].alert.id.Text(), "alt_7");
    EXPECT_EQ(changes[0].alert.incident, "inc_1") << "no second incident";
}

TEST(MonitorEngine, WhoIsNotMonitoredAnyMoreHasNoAlerts) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    engine.Evaluate(kNow + 1min);
    WriteAll(engine);
    engine.SetTargets({}, kNow + 1min);
    const auto changes = engine.Changes(100);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].alert.phase, AlertRowPhase::kResolved);
    WriteAll(engine);
    EXPECT_TRUE(engine.Changes(100).empty());
}

class MonitoringFileText : public ::testing::Test {
protected:
    std::vector<MonitoredTarget> Read(const std::string& text) const {
        support::WriteFile(folder_ / "file.yaml", text);
        return ReadMonitoringFile((folder_ / "file.yaml").string());
    }
    std::string WhyNot(const std::string& text) const {
        try {
            Read(text);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    }

private:
    const support::TempDir folder_{"monitoring-file"};
};

TEST_F(MonitoringFileText, SaysWhomToLookAt) {
    const auto targets = Read(
        "instances:\n"
        "  - instance: eu-1\n"
        "    metrics_url: http://10.0.0.7:9091/metrics\n"
        "  - instance: eu-2\n"
        "    canary: {url: 'https://eu-2.example.org', tenant: a, token_file: /a, other_tenant: b, other_token_file: "
        "/b}\n");
    ASSERT_EQ(targets.size(), 2u);
    EXPECT_EQ(targets[0].metrics_url, "http://10.0.0.7:9091/metrics");
    EXPECT_FALSE(targets[0].canary);
    ASSERT_TRUE(targets[1].canary);
    EXPECT_EQ(targets[1].canary->at.other, "b");
    EXPECT_EQ(targets[1].canary->other_token_file, "/b");
}

TEST_F(MonitoringFileText, SaysAllThatIsWrongWithIt) {
    const std::string why = WhyNot(
        "instances:\n"
        "  - instance: eu-1\n"
        "    metrics_url: ftp://10.0.0.7\n"
        "  - instance: eu-1\n"
        "  - instance: eu-3\n"
        "    canary: {url: 'https://x/y', tenant: a, token_file: /a, other_tenant: a, other_token_file: /b, more: "
        "1}\n");
    for (const char* part : {"/instances/0/metrics_url", "is listed twice", "nothing would be watched",
                             "/instances/2/canary/url", "must be another tenant", "more"}) {
        EXPECT_NE(why.find(part), std::string::npos) << part << "\n" << why;
    }
    EXPECT_NE(WhyNot("instances:\n  - instance: eu-1\n    metrics_url: http://user@10.0.0.7/\n").find("password"),
              std::string::npos);
    EXPECT_FALSE(WhyNot("[").empty());
}

TEST(MonitorEngine, AlertsAboutTenantsNameThemAndEndWithTheirReason) {
    MonitorEngine engine(Options());
    engine.SetTargets(Both(), kNow);
    wire::TenantUsages tenants;
    tenants["acme"] = wire::QuietTenant();
    tenants["acme"].calls = 96;
    engine.TakeTenants("eu-1", tenants, kNow);
    engine.Evaluate(kNow);
    engine.Evaluate(kNow + 1s);
    const auto fired = engine.Changes(10);
    const AlertChange* critical = Find(fired, MonitorTrigger::kTenantCallsCritical);
    ASSERT_NE(critical, nullptr);
    EXPECT_EQ(critical->alert.tenant, "acme");
    EXPECT_EQ(critical->alert.instance, "eu-1");
    EXPECT_NE(Find(fired, MonitorTrigger::kTenantCallsWarning), nullptr);
    for (const AlertChange& change : fired) {
        store::Alert written = change.alert;
        written.id = policy::RecordId::Trusted("alt_" + written.trigger);
        engine.Written(written);
    }
    // Nothing is heard for long: that ends nothing.
    engine.Evaluate(kNow + 10min);
    EXPECT_EQ(Find(engine.Changes(10), MonitorTrigger::kTenantCallsCritical), nullptr);
    for (const auto after : {11min, 13min}) {
        engine.TakeTenants("eu-1", {}, kNow + after);
        engine.Evaluate(kNow + after);
        for (const AlertChange& change : engine.Changes(10)) {
            engine.Written(change.alert);
        }
    }
    EXPECT_TRUE(engine.Changes(10).empty());
}

}  // namespace
}  // namespace controller::daemon
