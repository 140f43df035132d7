// Operations on people and components, and on the roles they hold (SOD-6, ATT-1, ATT-2). Errors, attribution and
// transactions as controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/store/principals.hpp"
#include "controller/wire/principal_json.hpp"

namespace app {

Outcome<wire::Principal> RegisterPrincipal(store::Tx& tx, const Call& call, const wire::RegisterPrincipal& command);
/// What `command` leaves out stays. The last active admin stays active: nobody could let anyone in again.
Outcome<wire::Principal> ChangePrincipal(store::Tx& tx, const Call& call, const policy::PrincipalId& id,
                                         std::int64_t version, const wire::ChangePrincipal& command);

Outcome<wire::Principal> ShowPrincipal(store::Tx& tx, const policy::PrincipalId& id);
Outcome<Page<wire::Principal>> ListPrincipals(store::Tx& tx, const store::PrincipalFilter& filter,
                                              const PageQuery& page);

/// Proposes a grant; one that needs no second person is active at once.
Outcome<wire::RoleGrant> ProposeRole(store::Tx& tx, const Call& call, const policy::PrincipalId& subject,
                                     policy::Role role);
/// By another person than the proposer and the subject: an admin or a holder of the role.
Outcome<wire::RoleGrant> ConfirmRole(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                     const std::string& reason);
/// By an admin, a holder of the role, or the subject.
Outcome<wire::RoleGrant> RejectRole(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                    const std::string& reason);
/// By an admin, or by the subject, who gives the role up. Of a proposal or of an active grant.
Outcome<wire::RoleGrant> RevokeRole(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                    const std::string& reason);

Outcome<wire::RoleGrant> ShowRoleGrant(store::Tx& tx, const policy::RecordId& id);
Outcome<Page<wire::RoleGrant>> ListRoleGrants(store::Tx& tx, const std::optional<policy::PrincipalId>& principal,
                                              std::optional<wire::GrantStatus> status, const PageQuery& page);

/// True when `id` is an active admin and no other principal is one.
bool IsLastAdmin(store::Tx& tx, const policy::PrincipalId& id);

}  // namespace app
