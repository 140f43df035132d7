#include "tenancy/lifecycle.hpp"

#include <utility>

#include "platform/base/text.hpp"
#include "tenancy/organizations.hpp"

namespace tenancy {
namespace {

platform::Unexpected<Refusal> RefuseMove(Refusal refusal) {
    return platform::Unexpected<Refusal>(std::move(refusal));
}

Refusal MoveRefusal(int status, std::string_view code, std::string message) {
    return {status, code, std::move(message), BodyShape::kPlatform, {}};
}

std::optional<Refusal> DecideMovable(std::string_view id, const Organization* org) {
    if (IsDefaultOrgPath(id) || (org != nullptr && org->id.IsDefault())) {
        return DefaultOrgImmutable();
    }
    if (org == nullptr) {
        return NotFound();
    }
    return std::nullopt;
}

LifecycleDecision MoveTo(const Organization& org, OrgLifecycle after) {
    LifecycleDecision decision;
    decision.from = org.lifecycle.status;
    decision.to = after.status;
    decision.change.lifecycle = std::move(after);
    return decision;
}

}  // namespace

bool IsLegalMove(OrgStatus from, OrgStatus to) noexcept {
    switch (from) {
        case OrgStatus::kActive:
            return to == OrgStatus::kSuspended || to == OrgStatus::kPendingDeletion;
        case OrgStatus::kSuspended:
            return to == OrgStatus::kActive || to == OrgStatus::kPendingDeletion;
        case OrgStatus::kPendingDeletion:
            return to == OrgStatus::kSuspended;
    }
    return false;
}

Decided<LifecycleDecision> DecideSuspend(std::string_view id, const Organization* org, std::string_view reason,
                                         Time now) {
    if (std::optional<Refusal> refusal = DecideMovable(id, org)) {
        return RefuseMove(std::move(*refusal));
    }
    const std::string_view trimmed = platform::Trim(reason);
    if (trimmed.size() > kMaxSuspendReasonLength || !platform::IsValidUtf8(trimmed)) {
        return RefuseMove(MoveRefusal(400, "invalid_request", "reason must be text of at most 2000 bytes."));
    }
    if (org->lifecycle.status == OrgStatus::kSuspended) {
        return RefuseMove(MoveRefusal(409, "already_suspended", "The organization is suspended."));
    }
    OrgLifecycle after = org->lifecycle;
    after.status = OrgStatus::kSuspended;
    after.suspended_at = now;
    after.suspend_reason = trimmed;
    return MoveTo(*org, std::move(after));
}

Decided<LifecycleDecision> DecideReactivate(const Organization* org) {
    if (org == nullptr) {
        return RefuseMove(NotFound());
    }
    if (org->lifecycle.status != OrgStatus::kSuspended) {
        return RefuseMove(MoveRefusal(409, "not_suspended",
                                      org->lifecycle.status == OrgStatus::kPendingDeletion
                                          ? "The organization is to be deleted; suspend it first, then reactivate it."
                                          : "The organization is not suspended."));
    }
    return MoveTo(*org, OrgLifecycle{});
}

Decided<LifecycleDecision> DecideSoftDelete(std::string_view id, const Organization* org,
                                            std::optional<std::int64_t> retention_days, Time now) {
    if (std::optional<Refusal> refusal = DecideMovable(id, org)) {
        return RefuseMove(std::move(*refusal));
    }
    const std::int64_t days = retention_days.value_or(kDefaultRetentionDays);
    if (days <= 0 || days > kMaxRetentionDays) {
        return RefuseMove(
            MoveRefusal(400, "invalid_retention_days",
                        "retention_days must be a whole number from 1 to " + std::to_string(kMaxRetentionDays) + "."));
    }
    if (org->lifecycle.status == OrgStatus::kPendingDeletion) {
        return RefuseMove(MoveRefusal(409, "already_pending_deletion", "The deletion of the organization is pending."));
    }
    OrgLifecycle after = org->lifecycle;
    after.status = OrgStatus::kPendingDeletion;
    after.deletion_requested_at = now;
    after.retention_days = static_cast<int>(days);
    return MoveTo(*org, std::move(after));
}

Decided<LifecycleDecision> DecideCancel(std::string_view id, const Organization* org, Time now) {
    Decided<LifecycleDecision> decision = DecideSoftDelete(id, org, std::nullopt, now);
    if (decision) {
        decision->change.lifecycle->canceled_at = now;
    }
    return decision;
}

std::optional<Refusal> DecideHardDelete(std::string_view id, const Organization* org, Force force, Time now) {
    if (std::optional<Refusal> refusal = DecideMovable(id, org)) {
        return refusal;
    }
    if (force == Force::kYes) {
        return std::nullopt;
    }
    const std::optional<Time> ends = RetentionEnds(org->lifecycle);
    if (!ends) {
        return MoveRefusal(
            409, "not_pending_deletion",
            "Only an organization whose deletion is pending is deleted for good; delete it softly first, "
            "or set force.");
    }
    if (now < *ends) {
        return MoveRefusal(409, "retention_not_over",
                           "The retention lasts until " + platform::FormatTime(*ends) + "; wait for it, or set force.");
    }
    return std::nullopt;
}

std::optional<Time> RetentionEnds(const OrgLifecycle& lifecycle) noexcept {
    if (lifecycle.status != OrgStatus::kPendingDeletion || !lifecycle.deletion_requested_at) {
        return std::nullopt;
    }
    return *lifecycle.deletion_requested_at + platform::Days(lifecycle.retention_days.value_or(0));
}

bool IsDueForDeletion(const Organization& org, Time now) noexcept {
    const std::optional<Time> ends = RetentionEnds(org.lifecycle);
    return !org.id.IsDefault() && ends && *ends <= now;
}

}  // namespace tenancy
