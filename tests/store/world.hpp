// A database with people, tenants and releases in it, for tests of the store: as the application sees it through the
// store's functions, and as anybody with the application's password sees it through plain SQL.
//
// The clock is simulated and begins on 2025-01-13. People: ana manages releases and writes manifests, dora and dave are
// dev leads, quinn and quill are QA, sam and sue are system owners, ada and alan are admins, ci is a pipeline.
// Tenants: tenant-1 and tenant-2 (staging), tenant-3 (production), tenant-4 (production, stable only), tenant-dev.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "controller/policy/types.hpp"
#include "controller/store/approvals.hpp"
#include "controller/store/audit.hpp"
#include "controller/store/checks.hpp"
#include "controller/store/database.hpp"
#include "controller/store/hard_stops.hpp"
#include "controller/store/memos.hpp"
#include "controller/store/migrations.hpp"
#include "controller/store/promotions.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/tx.hpp"
#include "tests/support/good_release.hpp"
#include "tests/support/postgres.hpp"

namespace store_test {

using policy::ApprovalScope;
using policy::Channel;
using policy::ReleaseClass;
using policy::ReleaseId;
using policy::Role;
using support::Person;

enum class Clock { kSimulated, kReal };

/// Migrated and initialised with the people above.
support::Schema SchemaWith(Clock clock);

/// The token of each person is "token-of-<name>".
platform::Digest TokenHash(std::string_view person);

policy::RecordId NewId(std::string_view prefix);

class World {
public:
    explicit World(Clock clock = Clock::kSimulated);
    /// On a database of the caller's own that was initialised already.
    explicit World(std::string app_conninfo);

    store::Database& Db() {
        return *database_;
    }
    std::string AppConninfo() const {
        return app_conninfo_;
    }
    std::string OwnerConninfo() const {
        return owned_->OwnerConninfo();
    }

    // Plain SQL as the application's role. What PostgreSQL refuses is thrown as libpqxx throws it.
    void Sql(const std::string& sql) const;
    std::string Cell(const std::string& sql) const;

    void Advance(policy::Duration by);
    policy::Time Now();

    /// A release in dev with a complete manifest and nothing else.
    ReleaseId NewRelease(ReleaseClass classification = ReleaseClass::kWorkflow, const std::string& id = {});
    /// The manifest as given, whatever it says.
    ReleaseId Submit(const policy::Manifest& manifest);
    store::Release Load(const ReleaseId& release);
    std::string PlanHash(const ReleaseId& release);

    void Approve(const ReleaseId& release, ApprovalScope scope, Role role, std::string_view person);
    void ApproveClass(const ReleaseId& release);
    void SetPlan(const ReleaseId& release, policy::Duration minimum_stay = policy::Days{7});
    void SetPlan(const ReleaseId& release, const policy::ExposurePlan& plan);
    void Consent(const ReleaseId& release, std::string_view tenant);
    policy::RecordId RecordCheck(const ReleaseId& release, policy::Control control, policy::CheckOutcome outcome);
    policy::RecordId RaiseHardStop(const ReleaseId& release, policy::HardStop rule, std::string_view by = "ci");
    policy::RecordId OpenIncident(const ReleaseId& release, policy::Severity severity);
    void ResolveIncident(const policy::RecordId& incident);
    /// Decides every open rollback evaluation: continue.
    void DecideEvaluations(const ReleaseId& release);
    /// A GO memo over the current manifest, decided by sue; unsigned.
    std::int64_t DecideMemo(const ReleaseId& release, Channel target);
    void SignMemo(const ReleaseId& release, std::int64_t number, Role role, std::string_view person);

    /// Gives everything that PostgreSQL asks for before `to`, the stay included; the release stands before it.
    void MakeReadyFor(const ReleaseId& release, Channel to);
    /// MakeReadyFor and Promote, as often as it takes.
    void BringTo(const ReleaseId& release, Channel channel);
    store::Promotion Promote(const ReleaseId& release, Channel to);
    /// The statement that moves the release, for plain SQL.
    std::string PromotionSql(const ReleaseId& release, Channel to);

    /// Some entry, appended in a transaction of its own.
    store::AuditHead AppendAudit(std::string_view action = "test.act");

private:
    std::unique_ptr<support::TestDatabase> owned_;
    std::string app_conninfo_;
    std::unique_ptr<store::Database> database_;
};

/// Runs the SQL and expects a refusal by this rule.
void ExpectRefused(const World& world, std::string_view rule, const std::string& sql);
/// Runs the SQL and expects that the application's role lacks the right.
void ExpectNoRight(const World& world, const std::string& sql);
/// The rule by which `act` is refused (store::RuleViolation); "" when it is not.
template <typename Act>
std::string RuleRefusing(Act&& act) {
    try {
        act();
    } catch (const store::RuleViolation& refused) {
        return refused.Rule();
    }
    return "";
}

store::DatabaseOptions OptionsFor(std::string conninfo, int connections = 4);

}  // namespace store_test
