// What is done for tenants in the background, with a clock that the test moves: judging alerts, the retention reaper,
// and that all of it stops with the switch and goes on where it was.
#include <gtest/gtest.h>

#include "platform/sql/tx.hpp"
#include "pulse/app/event_bus.hpp"
#include "pulse/app/numbers.hpp"
#include "pulse/app/tenant_jobs.hpp"
#include "pulse/store/customers.hpp"
#include "pulse/store/migrations.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/organizations.hpp"
#include "tenancy/store/records.hpp"
#include "tenancy/store/schema.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/temp_dir.hpp"

namespace pulse_test {
namespace {

using tenancy::OrgId;
using tenancy::TenantScope;
using tenancy::store::AlertKind;
using tenancy::store::AlertSeverity;
using tenancy::store::TenantTx;

support::Schema PulseSchema() {
    return {PORTCULLIS_SOURCE_DIR "/migrations/pulse",
            [](const std::string& owner) {
                platform::MigrateUp(owner, tenancy::store::History());
                platform::MigrateUp(owner, pulse::store::History());
            },
            "tenancy and pulse"};
}

/// Parts of pulsed without its HTTP, with tenants `a` and `b` beside `default`.
class TenantJobs : public ::testing::Test {
protected:
    static platform::Time At(std::string_view text) {
        return *platform::ParseTime(text);
    }
    static TenantScope Scope(const std::string& org) {
        return *TenantScope::PlatformAct(OrgId::Trusted(org), "tester", "a test");
    }
    template <typename Body>
    void WriteIn(const std::string& org, Body&& body) {
        tenancy::store::WriteDirectory(database_, directory_, Scope(org), body);
    }
    void Switch(bool on) {
        tenant_switch_.Set({.environment = on});
    }
    /// `calls` calls, `failed` of them with 500, each of them `took`.
    void Call(const std::string& org, int calls, int failed = 0,
              platform::Duration took = std::chrono::milliseconds(20)) {
        for (int i = 0; i < calls; ++i) {
            ASSERT_FALSE(usage_.Begin(OrgId::Trusted(org), pulse::app::TenantUsage::Limit::kEnforce, now_));
            usage_.Finish(OrgId::Trusted(org), i < failed ? 500 : 200, took);
        }
    }
    void AddCustomers(const std::string& org, int count) {
        WriteIn(org, [&](TenantTx& tx) {
            for (int i = 0; i < count; ++i) {
                pulse::store::InsertCustomer(tx, "cus_" + std::to_string(i), {.name = "x"}, "tester");
            }
        });
    }
    std::vector<tenancy::store::TenantAlert> Open(const std::string& org) {
        return tenancy::store::Read(database_, Scope(org), [](TenantTx& tx) { return tenancy::store::ListAlerts(tx); });
    }
    std::int64_t CallsOf(const std::string& org) {
        return tenancy::store::Read(
            database_, Scope(org), [&](TenantTx& tx) { return tenancy::store::LoadQuotas(tx, now_)->usage.api_calls; });
    }
    tenancy::wire::DataDigest Digest(const std::string& org) {
        return tenancy::store::Read(database_, Scope(org),
                                    [](TenantTx& tx) { return tenancy::store::DigestRecords(tx); });
    }
    bool Exists(const std::string& org) {
        return directory_.Find(OrgId::Trusted(org)) != nullptr;
    }
    void DeleteSoftly(const std::string& org, int days) {
        WriteIn(org, [&](TenantTx& tx) {
            const auto before = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
            tenancy::store::ApplyChange(tx, tenancy::DecideSoftDelete(org, &*before, days, now_)->change);
        });
    }

    explicit TenantJobs(tenancy::Mode mode = tenancy::Mode::kSelfHosted) : services_(MakeServices(mode)) {
        Switch(true);
        for (const char* id : {"default", "a", "b"}) {
            tenancy::Organization org;
            org.id = OrgId::Trusted(id);
            org.display_name = id;
            org.created_at = now_;
            org.owner_user_id = "owner";
            org.members.push_back({"owner", {}, tenancy::OrgRole::kOwner, now_, "owner"});
            org.plan = tenancy::Plan::kFree;
            WriteIn(id, [&](TenantTx& tx) { tenancy::store::InsertOrganization(tx, org); });
        }
        subscription_ = events_.Subscribe([this](const tenancy::Event& event) { told_.push_back(event); });
    }

    pulse::app::Services MakeServices(tenancy::Mode mode) {
        return {.database = database_,
                .metrics = metrics_,
                .tenant_switch = tenant_switch_,
                .control_link = link_,
                .mode = mode,
                .directory = directory_,
                .identities = identities_,
                .licences = licences_,
                .login_guard = guard_,
                .events = events_,
                .usage = usage_,
                .instance = {}};
    }

    support::TempDir folder_{"jobs"};
    support::TestDatabase server_{PulseSchema()};
    platform::Database database_{{.conninfo = server_.AppConninfo()}, tenancy::store::Profile()};
    platform::Metrics metrics_{pulse::app::MetricDefinitions()};
    tenancy::TenantSwitch tenant_switch_;
    tenancy::link::ControlLink link_{{.folder = folder_.Path().string(), .instance = "test", .environment = true},
                                     tenant_switch_};
    tenancy::store::DirectoryCache directory_{database_};
    pulse::app::LoginGuard guard_;
    pulse::app::Identities identities_{database_, guard_};
    pulse::app::Licences licences_{{}, database_};
    pulse::app::EventBus events_;
    pulse::app::TenantUsage usage_{database_};
    pulse::app::Services services_;
    std::vector<tenancy::Event> told_;
    pulse::app::EventBus::Subscription subscription_;
    platform::Time now_ = At("2025-03-10T12:00:00Z");
};

class HostedJobs : public TenantJobs {
protected:
    HostedJobs() : TenantJobs(tenancy::Mode::kHosted) {}
};

TEST_F(TenantJobs, JudgeErrorsAndAnswerTimes) {
    Call("a", 100, 1);
    Call("b", 100, 2, std::chrono::milliseconds(600));
    usage_.Flush(now_);
    EXPECT_EQ(pulse::app::JudgeTouchedTenants(services_, now_), 2);
    EXPECT_TRUE(Open("a").empty()) << "1 % is not more than 1 %";
    auto open = Open("b");
    ASSERT_EQ(open.size(), 2U);
    EXPECT_EQ(open[0].severity, AlertSeverity::kWarning);
    EXPECT_EQ(open[1].severity, AlertSeverity::kWarning);
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_EQ(told_[0].org.Text(), "b");
    EXPECT_EQ(told_[0].type, tenancy::EventType::kAlert);

    Call("b", 100, 6, std::chrono::milliseconds(2'100));
    usage_.Flush(now_);
    EXPECT_EQ(pulse::app::JudgeTouchedTenants(services_, now_), 1) << "the other has done nothing since";
    open = Open("b");
    ASSERT_EQ(open.size(), 2U);
    EXPECT_EQ(open[0].severity, AlertSeverity::kCritical);

    told_.clear();
    Call("b", 100);
    usage_.Flush(now_);
    pulse::app::JudgeTouchedTenants(services_, now_);
    EXPECT_TRUE(Open("b").empty());
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_EQ(told_[0].type, tenancy::EventType::kAlertResolved);
}

TEST_F(TenantJobs, TooFewCallsAreKeptUntilTheyAreEnough) {
    Call("a", 10, 10);
    usage_.Flush(now_);
    pulse::app::JudgeTouchedTenants(services_, now_);
    EXPECT_TRUE(Open("a").empty());
    Call("a", 10);
    usage_.Flush(now_);
    pulse::app::JudgeTouchedTenants(services_, now_);
    ASSERT_EQ(Open("a").size(), 1U);
    EXPECT_EQ(Open("a")[0].kind, AlertKind::kErrorRate);
    EXPECT_EQ(Open("a")[0].value, 50);
}

TEST_F(TenantJobs, WaitForTheSwitchAndLoseNothing) {
    AddCustomers("a", 95);
    Call("a", 30, 30);
    Call("default", 30, 30);
    const auto before = Digest("a");
    Switch(false);
    usage_.Flush(now_);
    EXPECT_EQ(CallsOf("a"), 30) << "what was counted is written";
    EXPECT_EQ(pulse::app::JudgeTouchedTenants(services_, now_), 1) << "the default organization only";
    EXPECT_EQ(Open("default").size(), 1U);
    EXPECT_TRUE(Open("a").empty());
    EXPECT_EQ(pulse::app::JudgeAllTenants(services_, now_), 1);
    EXPECT_TRUE(Open("a").empty());
    EXPECT_EQ(Digest("a"), before);
    for (const tenancy::Event& event : told_) {
        EXPECT_TRUE(event.org.IsDefault());
    }

    Switch(true);
    pulse::app::JudgeTouchedTenants(services_, now_);
    EXPECT_EQ(Open("a").size(), 2U) << "customers at 95 %, and every call before the switch failed";
    EXPECT_EQ(Digest("a"), before);
}

TEST_F(TenantJobs, QuotasAreJudgedForAllNowAndThen) {
    AddCustomers("a", 80);
    EXPECT_EQ(pulse::app::JudgeAllTenants(services_, now_), 3);
    ASSERT_EQ(Open("a").size(), 1U);
    EXPECT_EQ(Open("a")[0].kind, AlertKind::kQuotaCustomers);
    EXPECT_EQ(Open("a")[0].severity, AlertSeverity::kWarning);
    EXPECT_TRUE(Open("b").empty());
    EXPECT_TRUE(Open("default").empty());
    pulse::app::JudgeAllTenants(services_, now_);
    EXPECT_EQ(told_.size(), 1U) << "told once";
}

TEST_F(TenantJobs, AMonthsCallsBeginAgain) {
    WriteIn("a", [&](TenantTx& tx) {
        tenancy::store::SetQuotas(tx, {.users = {}, .customers = {}, .storage_bytes = {}, .api_calls = 10}, "t", "t");
    });
    Call("a", 10);
    EXPECT_TRUE(usage_.Begin(OrgId::Trusted("a"), pulse::app::TenantUsage::Limit::kEnforce, now_));
    EXPECT_FALSE(usage_.Begin(OrgId::Trusted("a"), pulse::app::TenantUsage::Limit::kCountOnly, now_));
    usage_.Finish(OrgId::Trusted("a"), 200, {});
    usage_.Flush(now_);
    now_ = At("2025-04-01T00:00:01Z");
    usage_.Flush(now_);
    Call("a", 10);
    EXPECT_TRUE(usage_.Begin(OrgId::Trusted("a"), pulse::app::TenantUsage::Limit::kEnforce, now_));
}

TEST_F(HostedJobs, ReapWhoseRetentionIsOver) {
    AddCustomers("a", 3);
    AddCustomers("b", 3);
    const auto of_b = Digest("b");
    DeleteSoftly("a", 7);
    EXPECT_EQ(pulse::app::ReapTenants(services_, now_), 0);
    now_ += platform::Days(7) - std::chrono::seconds(1);
    EXPECT_EQ(pulse::app::ReapTenants(services_, now_), 0);
    EXPECT_TRUE(Exists("a"));
    EXPECT_EQ(Digest("a").rows, 4);
    now_ += std::chrono::seconds(1);
    EXPECT_EQ(pulse::app::ReapTenants(services_, now_), 1);
    EXPECT_FALSE(Exists("a"));
    EXPECT_EQ(Digest("a").rows, 0);
    EXPECT_EQ(Digest("b"), of_b);
    const auto log = tenancy::store::Read(database_, Scope("a"), [](TenantTx& tx) {
        return tenancy::store::ListAudit(tx, {.event = "tenant_hard_deleted", .actor = {}}, {});
    });
    ASSERT_EQ(log.rows.size(), 1U);
    EXPECT_EQ(log.rows[0].event.actor, "retention reaper");
    EXPECT_EQ(pulse::app::ReapTenants(services_, now_), 0);
}

TEST_F(HostedJobs, WhoWasBroughtBackStays) {
    DeleteSoftly("a", 1);
    now_ += platform::Days(2);
    WriteIn("a", [&](TenantTx& tx) {
        auto org = *tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
        tenancy::store::ApplyChange(tx, tenancy::DecideSuspend("a", &org, "", now_)->change);
    });
    EXPECT_EQ(pulse::app::ReapTenants(services_, now_), 0);
    EXPECT_TRUE(Exists("a"));
}

TEST_F(TenantJobs, WithoutHostingAnOperatorDeletes) {
    DeleteSoftly("a", 1);
    now_ += platform::Days(30);
    EXPECT_EQ(pulse::app::ReapTenants(services_, now_), 0);
    EXPECT_TRUE(Exists("a"));
}

}  // namespace
}  // namespace pulse_test
