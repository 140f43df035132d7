// Organizations with their members, invitations and shares, as tenancy/model.hpp has them.
//
// A change is: lock the organization, decide (tenancy/members.hpp, lifecycle.hpp, shares.hpp...), ApplyChange, one
// transaction. So two changes of one organization follow each other and none is lost. What the core would never decide,
// the database refuses as well: two owners or none (org_owner), an illegal move (org_lifecycle), the default
// organization's end (default_org_immutable).
//
// Errors: as platform::Database (RuleViolation with the words above; Conflict for an id that is taken). Thread safety:
// as the transaction.
#pragma once

#include <optional>
#include <vector>

#include "platform/sql/lock.hpp"
#include "tenancy/model.hpp"
#include "tenancy/store/session.hpp"

namespace tenancy::store {

/// With all its people. The scope is that of the new organization. Conflict when the id is taken.
void InsertOrganization(TenantTx& tx, const Organization& org);

/// The scope's organization, whole; nothing when it is gone. With kForUpdate other changes of it wait.
std::optional<Organization> LoadOrganization(TenantTx& tx, platform::Lock lock = platform::Lock::kNone);
std::optional<Organization> LoadOrganization(PlatformTx& tx, const OrgId& id);
/// All of them, ordered by id.
std::vector<Organization> ListOrganizations(PlatformTx& tx);
/// Those that exist of `ids`, ordered by id.
std::vector<Organization> LoadOrganizations(PlatformTx& tx, const std::vector<OrgId>& ids);

struct Membership {
    OrgId org;
    std::string org_name;
    OrgRole role = OrgRole::kViewer;
    OrgStatus status = OrgStatus::kActive;

    friend bool operator==(const Membership&, const Membership&) = default;
};
/// Where the person is a member, ordered by id. `default`, to which everybody belongs, only when they are listed in it.
std::vector<Membership> LoadMemberships(IdentityTx& tx);
/// Ordered by organization and time.
std::vector<InboxInvitation> LoadInbox(IdentityTx& tx);

/// Shares of others to the scope's organization, pending ones too; ordered by time.
std::vector<IncomingShare> LoadIncomingShares(TenantTx& tx);

/// Writes the change. False when the organization is gone: nothing was written.
bool ApplyChange(TenantTx& tx, const OrgChange& change);
/// What is no member's business: plan and contact of the tenant. False when it is gone.
bool SetPlan(TenantTx& tx, Plan plan);
bool SetContactEmail(TenantTx& tx, const std::string& email);

/// Whose retention is over: what the reaper deletes, each by HardDelete in a scope of its own. Ordered by id.
std::vector<OrgId> ListDueForDeletion(PlatformTx& tx, Time now);

}  // namespace tenancy::store
