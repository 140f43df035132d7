// The life of an organization: suspended, reactivated, canceled, deleted softly with retention, deleted for good.
//
//   active    -> suspended, pending_deletion
//   suspended -> active, pending_deletion
//   pending_deletion -> suspended (which keeps the time of the deletion request), gone
//
// So a deletion is undone by suspending and reactivating. `default` has no lifecycle. Canceling is a soft deletion at
// the tenant's wish: it begins the retention, too. For good: without force only when the retention is over, with force
// from any state.
// Invariant: no decision leaves this graph. Who may act is decided before. Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy {

constexpr int kDefaultRetentionDays = 30;
/// 100 years: a bound that keeps the arithmetic of times safe.
constexpr int kMaxRetentionDays = 36'500;
constexpr std::size_t kMaxSuspendReasonLength = 2000;

struct LifecycleDecision {
    OrgStatus from = OrgStatus::kActive;
    OrgStatus to = OrgStatus::kActive;
    OrgChange change;  // change.lifecycle is set
};

/// True for a move of the graph above.
bool IsLegalMove(OrgStatus from, OrgStatus to) noexcept;

/// 400 default_org_immutable, 404, 400 invalid_request (reason too long), 409 already_suspended.
Decided<LifecycleDecision> DecideSuspend(std::string_view id, const Organization* org, std::string_view reason,
                                         Time now);
/// 404, 409 not_suspended. Clears every mark of suspension and deletion. (Unsuspend and reactivate are the same.)
Decided<LifecycleDecision> DecideReactivate(const Organization* org);
/// 400 default_org_immutable, 404, 400 invalid_retention_days, 409 already_pending_deletion.
Decided<LifecycleDecision> DecideSoftDelete(std::string_view id, const Organization* org,
                                            std::optional<std::int64_t> retention_days, Time now);
/// As a soft deletion with the usual retention; marks when it was canceled.
Decided<LifecycleDecision> DecideCancel(std::string_view id, const Organization* org, Time now);

enum class Force : std::uint8_t { kNo, kYes };
/// 400 default_org_immutable, 404, 409 not_pending_deletion, 409 retention_not_over.
std::optional<Refusal> DecideHardDelete(std::string_view id, const Organization* org, Force force, Time now);

/// When the retention ends; nothing unless a deletion is pending. Without a number of days it is over at once.
std::optional<Time> RetentionEnds(const OrgLifecycle& lifecycle) noexcept;
/// What the reaper deletes.
bool IsDueForDeletion(const Organization& org, Time now) noexcept;

}  // namespace tenancy
