// People and components, and the registry of roles (domain rules SOD-6, ATT-1, ATT-2).
//
// A grant of dev_lead, qa or system_owner starts as `proposed` and becomes `active` when another person confirms it;
// other roles are active at once. PostgreSQL refuses a grant to oneself and a confirmation by the proposer or the
// subject (RuleViolation SOD-6). Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/principal_json.hpp"

namespace store {

using wire::GrantStatus;
using wire::Principal;
using wire::RoleGrant;

struct NewPrincipal {
    policy::PrincipalId id;
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    std::string display_name;
    std::optional<std::string> email;
    std::string created_by;
};

struct PrincipalFilter {
    std::optional<policy::PrincipalKind> kind;
    std::optional<policy::Role> role;  // holding it now
    std::optional<bool> active;
    std::string text;  // part of id or name, any case; empty: all
};

struct NewRoleGrant {
    policy::RecordId id;
    policy::PrincipalId principal;
    policy::Role role = policy::Role::kDevLead;
    policy::PrincipalId proposed_by;
};

/// True for the roles whose grant needs a second person: dev_lead, qa, system_owner.
bool NeedsConfirmation(policy::Role role);

/// Conflict when the id is taken, in any case of its letters.
Principal InsertPrincipal(Tx& tx, const NewPrincipal& principal);
std::optional<Principal> LoadPrincipal(Tx& tx, const policy::PrincipalId& id, Lock lock = Lock::kNone);
/// Ordered by id.
Page<Principal> ListPrincipals(Tx& tx, const PrincipalFilter& filter, const PageQuery& page);
/// Writes name, email and active of `principal`; the version grows by one.
Principal UpdatePrincipal(Tx& tx, const Principal& principal);

/// `proposed` or, for a role that needs no second person, `active`. Conflict when such a grant is live already.
RoleGrant InsertRoleGrant(Tx& tx, const NewRoleGrant& grant);
std::optional<RoleGrant> LoadRoleGrant(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Ordered by id. Empty filters: all.
Page<RoleGrant> ListRoleGrants(Tx& tx, const std::optional<policy::PrincipalId>& principal,
                               std::optional<GrantStatus> status, const PageQuery& page);
RoleGrant ConfirmRoleGrant(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by);
RoleGrant RejectRoleGrant(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by);
RoleGrant RevokeRoleGrant(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by);

}  // namespace store
