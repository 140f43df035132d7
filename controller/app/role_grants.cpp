#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/principals.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"

namespace app {
namespace {

using policy::Role;

bool HasRole(const policy::ActorFacts& actor, Role role) {
    return std::ranges::find(actor.roles, role) != actor.roles.end();
}

wire::AuditDetails GrantDetails(const wire::RoleGrant& grant, const std::string& reason) {
    wire::AuditDetails details;
    details.Text("grant", grant.id.Text())
        .Text("principal", grant.principal.Text())
        .Text("role", platform::EnumText(grant.role))
        .Text("status", platform::EnumText(grant.status));
    if (!reason.empty()) {
        details.Text("reason", reason);
    }
    return details;
}

std::string GrantText(const wire::RoleGrant& grant) {
    return "the role " + std::string(platform::EnumText(grant.role)) + " of '" + grant.principal.Text() + "'";
}

/// The waiting for a confirmation does not stop a proposal; everything else does.
policy::Findings DeniedOnly(policy::Findings findings) {
    std::erase_if(findings,
                  [](const policy::Finding& finding) { return finding.kind != policy::FindingKind::kDenied; });
    return findings;
}

policy::RoleGrantAct ActOf(store::Tx& tx, const wire::RoleGrant& grant) {
    policy::RoleGrantAct act;
    act.subject = grant.principal;
    act.role = grant.role;
    act.proposer.id = policy::PrincipalId::Trusted(grant.proposed_by);
    if (const auto proposer = store::LoadPrincipal(tx, act.proposer.id); proposer && proposer->active) {
        act.proposer.kind = proposer->kind;
        act.proposer.roles = proposer->roles;
    }
    if (const auto subject = store::LoadPrincipal(tx, grant.principal)) {
        act.subject_kind = subject->kind;
    }
    return act;
}

Refusal MayNotDecide(const Call& call, std::string_view detail) {
    return {
        RefusalKind::kForbidden, "auth.role_missing", "'" + call.actor.id.Text() + "' " + std::string(detail), {}, {}};
}

}  // namespace

Outcome<wire::RoleGrant> ProposeRole(store::Tx& tx, const Call& call, const policy::PrincipalId& subject_id,
                                     Role role) {
    const AuditSubject subject{.action = "role.propose"};
    const auto principal = store::LoadPrincipal(tx, subject_id, store::Lock::kForUpdate);
    if (!principal) {
        return Refused(NotFound("principal", subject_id.Text()));
    }
    policy::RoleGrantAct act;
    act.proposer = call.actor;
    act.subject = subject_id;
    act.subject_kind = principal->kind;
    act.role = role;
    if (auto findings = DeniedOnly(policy::JudgeAct(act)); !findings.empty()) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The role cannot be granted like that.")));
    }
    const auto held = store::ListRoleGrants(tx, subject_id, std::nullopt, {.limit = 500, .after = {}});
    const auto live = std::ranges::find_if(held.rows, [&](const wire::RoleGrant& grant) {
        return grant.role == role &&
               (grant.status == wire::GrantStatus::kProposed || grant.status == wire::GrantStatus::kActive);
    });
    if (live != held.rows.end()) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict("There is " + GrantText(*live) + " already; its grant " + live->id.Text() + " is " +
                                   std::string(platform::EnumText(live->status)) + ".")));
    }
    const wire::RoleGrant grant = store::InsertRoleGrant(tx, {NewRecordId(tx, "grt"), subject_id, role, call.actor.id});
    RecordDone(tx, call, subject,
               (grant.status == wire::GrantStatus::kActive ? "granted " : "proposed ") + GrantText(grant),
               GrantDetails(grant, ""));
    return grant;
}

Outcome<wire::RoleGrant> ConfirmRole(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                     const std::string& reason) {
    const AuditSubject subject{.action = "role.confirm"};
    const auto grant = store::LoadRoleGrant(tx, id, store::Lock::kForUpdate);
    if (!grant) {
        return Refused(NotFound("role grant", id.Text()));
    }
    if (grant->status != wire::GrantStatus::kProposed) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The grant is " + std::string(platform::EnumText(grant->status)) +
                                              "; only a proposed one can be confirmed.")));
    }
    policy::RoleGrantAct act = ActOf(tx, *grant);
    act.confirmer = call.actor;
    if (auto findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The grant cannot be confirmed by you.")));
    }
    const wire::RoleGrant confirmed = store::ConfirmRoleGrant(tx, id, call.actor.id);
    RecordDone(tx, call, subject, "confirmed " + GrantText(confirmed), GrantDetails(confirmed, reason));
    return confirmed;
}

Outcome<wire::RoleGrant> RejectRole(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                    const std::string& reason) {
    const AuditSubject subject{.action = "role.reject"};
    const auto grant = store::LoadRoleGrant(tx, id, store::Lock::kForUpdate);
    if (!grant) {
        return Refused(NotFound("role grant", id.Text()));
    }
    if (!HasRole(call.actor, Role::kAdmin) && !HasRole(call.actor, grant->role) && call.actor.id != grant->principal) {
        return Refused(RecordRefusal(
            tx, call, subject,
            MayNotDecide(call, "may not reject this: it takes an admin, a holder of the role, or who would get it.")));
    }
    if (grant->status != wire::GrantStatus::kProposed) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The grant is " + std::string(platform::EnumText(grant->status)) +
                                              "; only a proposed one can be rejected.")));
    }
    const wire::RoleGrant rejected = store::RejectRoleGrant(tx, id, call.actor.id);
    RecordDone(tx, call, subject, "rejected " + GrantText(rejected), GrantDetails(rejected, reason));
    return rejected;
}

Outcome<wire::RoleGrant> RevokeRole(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                    const std::string& reason) {
    const AuditSubject subject{.action = "role.revoke"};
    const auto grant = store::LoadRoleGrant(tx, id, store::Lock::kForUpdate);
    if (!grant) {
        return Refused(NotFound("role grant", id.Text()));
    }
    if (!HasRole(call.actor, Role::kAdmin) && call.actor.id != grant->principal) {
        return Refused(RecordRefusal(tx, call, subject,
                                     MayNotDecide(call, "may not revoke this: it takes an admin, or who holds it.")));
    }
    if (grant->status != wire::GrantStatus::kProposed && grant->status != wire::GrantStatus::kActive) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict("The grant is " + std::string(platform::EnumText(grant->status)) + " already.")));
    }
    if (grant->role == Role::kAdmin && grant->status == wire::GrantStatus::kActive &&
        IsLastAdmin(tx, grant->principal)) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict("'" + grant->principal.Text() + "' is the last admin: make another one before.")));
    }
    const wire::RoleGrant revoked = store::RevokeRoleGrant(tx, id, call.actor.id);
    RecordDone(tx, call, subject, "revoked " + GrantText(revoked), GrantDetails(revoked, reason));
    return revoked;
}

Outcome<wire::RoleGrant> ShowRoleGrant(store::Tx& tx, const policy::RecordId& id) {
    auto grant = store::LoadRoleGrant(tx, id);
    if (!grant) {
        return Refused(NotFound("role grant", id.Text()));
    }
    return std::move(*grant);
}

Outcome<Page<wire::RoleGrant>> ListRoleGrants(store::Tx& tx, const std::optional<policy::PrincipalId>& principal,
                                              std::optional<wire::GrantStatus> status, const PageQuery& page) {
    return store::ListRoleGrants(tx, principal, status, page);
}

}  // namespace app
