// Shares: a resource of one organization shown to another. Pending until an administrator of the target accepts; one
// per target, type and resource; declining or removing leaves nothing behind. Every refusal of the endpoints, in the
// order callers know.
//
// Posting again: the same role on an accepted share keeps it accepted (its name may change); anything else makes it
// pending again, by whoever posted. A share gives no access to data.
//
// A share outlives its target and is then only listed by its source. Whoever takes the target's id later is somebody
// else: what was shared before their organization began is not offered to them, and posting it again offers it anew.
// A body is null when it could not be read, an organization is null when its id is malformed or unknown (404).
// Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/access.hpp"
#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy {

/// The types a share may name. Lower-case.
bool IsShareableType(std::string_view resource_type) noexcept;
std::span<const std::string_view> ShareableTypes() noexcept;

/// "shr-" and the nanoseconds since 1970 in base 36.
std::string MakeShareId(std::int64_t unix_nanoseconds);

struct CreateShareRequest {
    std::string target_org;
    std::string resource_type;
    std::string resource_id;
    std::string resource_name;
    std::string access_role;  // empty: viewer
};

struct ShareDecision {
    bool created = true;  // 201; false: 200, it was there
    Share share;
    OrgChange change;  // of the source
};

/// The first part of POST shares: 404, 403 session_required, 403 access_denied, 400 invalid_request,
/// invalid_target_org, invalid_resource, invalid_access_role. Answers the target, which the caller then looks up.
Decided<OrgId> DecideShareTarget(const Organization* source, const Caller& caller, const CreateShareRequest* body);
/// The whole of POST shares, the target's 404 last. `new_id` is used when the share is new; `target_since` is when the
/// target was created.
Decided<ShareDecision> DecideCreateShare(const Organization* source, const Caller& caller,
                                         const CreateShareRequest* body, bool target_exists, Time now,
                                         std::string new_id, std::optional<Time> target_since = {});
/// DELETE share, by the source: 400 invalid_share, 404, 403 session_required, 403 access_denied,
/// 404 share_not_found.
Decided<OrgChange> DecideDeleteShare(const Organization* source, const Caller& caller, std::string_view share_id);

/// The shares an organization shows as given: those of types that may be shared.
std::vector<Share> OutgoingShares(const Organization& source);

/// False when the share was made to an earlier organization of the target's id.
bool IsOfferedTo(const Share& share, std::optional<Time> target_since) noexcept;

/// GET shares/incoming: 404, 403 access_denied.
std::optional<Refusal> DecideListIncoming(const Organization* target, const Caller& caller);
/// What of `offered` (shares to `target`) the caller sees: pending ones as owner or admin, accepted ones with a role at
/// least the share's; a token sees by its owner's role, or nothing.
std::vector<IncomingShare> VisibleIncoming(std::vector<IncomingShare> offered, const Organization& target,
                                           const Caller& caller);

struct IncomingDecision {
    OrgId source;      // whose row changes
    Share share;       // afterwards; as it was when it is dropped
    OrgChange change;  // of the source
};

/// Accept: 400 invalid_share, 404, 403 session_required, 403 access_denied, 404 share_not_found. May be repeated, which
/// refreshes the stamps. `offered` is null when no share of that id is offered to the target.
Decided<IncomingDecision> DecideAcceptShare(const Organization* target, const Caller& caller, std::string_view share_id,
                                            const IncomingShare* offered, Time now);
/// Decline a pending or remove an accepted one; refusals as for accepting.
Decided<IncomingDecision> DecideDeclineShare(const Organization* target, const Caller& caller,
                                             std::string_view share_id, const IncomingShare* offered);

}  // namespace tenancy
