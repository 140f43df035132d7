#include "controller/app/tokens.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/authenticate.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/console_sessions.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/tokens.hpp"

namespace app {
namespace {

using policy::Role;

bool IsAdmin(const Call& call) {
    return std::ranges::find(call.actor.roles, Role::kAdmin) != call.actor.roles.end();
}

std::vector<Role> AllRoles() {
    std::vector<Role> roles;
    for (const auto& name : platform::EnumNames<Role>::kNames) {
        roles.push_back(name.value);
    }
    return roles;
}

Refusal MayNot(const std::string& detail) {
    return {RefusalKind::kForbidden, "auth.role_missing", detail, {}, {}};
}

/// The roles a new token may carry at most.
std::vector<Role> RolesOnOffer(store::Tx& tx, const Call& call, bool for_oneself) {
    if (for_oneself && !call.token_id.empty()) {
        if (const auto in_use = store::LoadToken(tx, policy::RecordId::Trusted(call.token_id))) {
            return in_use->roles;
        }
    }
    return AllRoles();
}

}  // namespace

std::optional<Refusal> RefuseToLetIn(store::Tx& tx, const Call& call, const policy::PrincipalId& user) {
    if (const auto password = store::LoadPassword(tx, user);
        password && (password->hash || password->removed_by == call.actor.id.Text())) {
        return MayNot(
            "'" + user.Text() +
            "' has had a password already and lets itself in with it. To let a user in again, one admin takes "
            "it away and revokes all its tokens, then another one makes a new one.");
    }
    PageQuery page{.limit = 500, .after = {}};
    for (bool more = true; more;) {
        const auto tokens = store::ListTokens(tx, user, page);
        for (const wire::Token& token : tokens.rows) {
            if (!token.revoked_by || *token.revoked_by == call.actor.id.Text()) {
                return MayNot("'" + user.Text() +
                              "' has had a token already and makes further ones alone. To let a user in again, one "
                              "admin revokes all its tokens, then another one makes a new one.");
            }
        }
        more = tokens.next.has_value();
        page.after = tokens.next.value_or("");
    }
    return std::nullopt;
}

Outcome<wire::IssuedToken> IssueToken(store::Tx& tx, const Call& call, const wire::IssueToken& command) {
    const AuditSubject subject{.action = "token.issue"};
    const policy::PrincipalId owner = command.principal.value_or(call.actor.id);
    const bool for_oneself = owner == call.actor.id;
    if (!for_oneself && !IsAdmin(call)) {
        return Refused(RecordRefusal(tx, call, subject, MayNot("Only an admin makes tokens for others.")));
    }
    const auto principal = store::LoadPrincipal(tx, owner, store::Lock::kForUpdate);
    if (!principal) {
        return Refused(Invalid("/principal", "is not registered: '" + owner.Text() + "'"));
    }
    if (!principal->active) {
        return Refused(RecordRefusal(tx, call, subject, Conflict("'" + owner.Text() + "' is not active.")));
    }
    if (command.expires_at && *command.expires_at <= store::Now(tx)) {
        return Refused(Invalid("/expires_at", "must be later than now (" + platform::FormatTime(store::Now(tx)) + ")"));
    }
    if (!for_oneself && principal->kind == policy::PrincipalKind::kUser) {
        if (auto refusal = RefuseToLetIn(tx, call, owner)) {
            return Refused(RecordRefusal(tx, call, subject, std::move(*refusal)));
        }
    }
    const std::vector<Role> offered = RolesOnOffer(tx, call, for_oneself);
    const std::vector<Role> roles = command.roles.value_or(offered);
    for (const Role role : roles) {
        if (std::ranges::find(offered, role) == offered.end()) {
            return Refused(
                RecordRefusal(tx, call, subject,
                              MayNot("The token in use does not carry the role " +
                                     std::string(platform::EnumText(role)) + ", so it cannot make one that does.")));
        }
    }
    wire::IssuedToken issued;
    issued.secret = MakeTokenText();
    issued.token = store::InsertToken(tx, {NewRecordId(tx, "tok"), owner, command.name, platform::Sha256(issued.secret),
                                           roles, call.actor.id.Text(), command.expires_at});
    wire::AuditDetails details;
    details.Text("token", issued.token.id.Text()).Text("principal", owner.Text()).Text("name", command.name);
    RecordDone(tx, call, subject, "made the token '" + command.name + "' for '" + owner.Text() + "'", details);
    return issued;
}

Outcome<wire::Token> RevokeToken(store::Tx& tx, const Call& call, const policy::RecordId& id) {
    const AuditSubject subject{.action = "token.revoke"};
    const auto token = store::LoadToken(tx, id, store::Lock::kForUpdate);
    if (!token || (token->principal != call.actor.id && !IsAdmin(call))) {
        return Refused(NotFound("token", id.Text()));  // somebody else's token is nobody's business
    }
    if (token->revoked_at) {
        return Refused(RecordRefusal(tx, call, subject, Conflict("The token is revoked already.")));
    }
    const wire::Token revoked = store::RevokeToken(tx, id, call.actor.id);
    wire::AuditDetails details;
    details.Text("token", id.Text()).Text("principal", revoked.principal.Text());
    RecordDone(tx, call, subject, "revoked the token '" + revoked.name + "' of '" + revoked.principal.Text() + "'",
               details);
    return revoked;
}

Outcome<Page<wire::Token>> ListTokens(store::Tx& tx, const Call& call,
                                      const std::optional<policy::PrincipalId>& principal, const PageQuery& page) {
    if (IsAdmin(call)) {
        return store::ListTokens(tx, principal, page);
    }
    if (principal && *principal != call.actor.id) {
        return Refused(MayNot("Only an admin lists the tokens of others."));
    }
    return store::ListTokens(tx, call.actor.id, page);
}

Outcome<wire::WhoAmI> ShowCaller(store::Tx& tx, const Call& call) {
    wire::WhoAmI who{call.actor.id, call.actor.kind, call.display_name, call.actor.roles, std::nullopt};
    if (!call.token_id.empty()) {
        who.token = store::LoadToken(tx, policy::RecordId::Trusted(call.token_id));
    }
    return who;
}

}  // namespace app
