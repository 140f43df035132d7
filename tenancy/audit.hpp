// What is written down about tenancy: each act and each denial, with the organization it concerns.
//
// The entries of one organization form a chain: hash = SHA-256 of AuditChainText(previous hash, event), computed by the
// store in the transaction that writes the entry. The text is length-prefixed, so no two events share one.
// Value type; pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenancy/model.hpp"

namespace tenancy {

/// The names of the events this library's operations give rise to. Services add their own (logins, their records).
namespace audit_event {
constexpr std::string_view kOrgCreated = "org_created";
constexpr std::string_view kOrgRenamed = "org_renamed";
constexpr std::string_view kOrgDeleted = "org_deleted";
constexpr std::string_view kMemberInvited = "member_invited";
constexpr std::string_view kMemberRoleChanged = "member_role_changed";
constexpr std::string_view kMemberRemoved = "member_removed";
constexpr std::string_view kOwnershipTransferred = "ownership_transferred";
constexpr std::string_view kInvitationRevoked = "invitation_revoked";
constexpr std::string_view kInvitationAccepted = "invitation_accepted";
constexpr std::string_view kInvitationDeclined = "invitation_declined";
constexpr std::string_view kShareCreated = "share_created";
constexpr std::string_view kShareUpdated = "share_updated";
constexpr std::string_view kShareRemoved = "share_removed";
constexpr std::string_view kShareAccepted = "share_accepted";
constexpr std::string_view kShareDeclined = "share_declined";
constexpr std::string_view kTenantProvisioned = "tenant_provisioned";
constexpr std::string_view kTenantSuspended = "tenant_suspended";
constexpr std::string_view kTenantReactivated = "tenant_reactivated";
constexpr std::string_view kTenantCanceled = "tenant_canceled";
constexpr std::string_view kTenantSoftDeleted = "tenant_soft_deleted";
constexpr std::string_view kTenantHardDeleted = "tenant_hard_deleted";
constexpr std::string_view kTenantExported = "tenant_exported";
constexpr std::string_view kTenantRestored = "tenant_restored";
constexpr std::string_view kRestoreRefused = "tenant_restore_refused";
constexpr std::string_view kQuotaChanged = "quota_changed";
constexpr std::string_view kQuotaExceeded = "quota_exceeded";
constexpr std::string_view kSwitchedOn = "tenant_switch_on";
constexpr std::string_view kSwitchedOff = "tenant_switch_off";
constexpr std::string_view kSwitchOrderRejected = "tenant_switch_order_rejected";
constexpr std::string_view kOrgAccessDenied = "org_access_denied";          // membership, role, person required
constexpr std::string_view kOrgSelectionRefused = "org_selection_refused";  // the tenant layer, other reasons
constexpr std::string_view kWebsocketOrgDenied = "websocket_org_access_denied";
constexpr std::string_view kWebsocketTenancyDenied = "websocket_multitenant_access_denied";
}  // namespace audit_event

struct AuditEvent {
    std::string id;  // given by whoever writes it (a ULID)
    Time at;
    std::string event;
    OrgId org;
    std::string actor;  // Caller::Name(), a job, "system"
    std::string ip;
    std::string path;
    bool success = true;
    std::string details;  // a JSON object or a sentence; never a secret

    friend bool operator==(const AuditEvent&, const AuditEvent&) = default;
};

/// The `prev` of the first entry of an organization.
constexpr std::string_view kAuditGenesis = "0000000000000000000000000000000000000000000000000000000000000000";

/// The bytes an entry's hash is taken over. `prev` is the hash of the entry before, in hex.
std::string AuditChainText(std::string_view prev, const AuditEvent& event);

/// Limits that keep one caller from filling the log: longer texts are cut at a character, with a mark.
AuditEvent Bounded(AuditEvent event);

}  // namespace tenancy
