#include "controller/app/principals.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"

namespace app {
namespace {

wire::AuditDetails PrincipalDetails(const wire::Principal& principal) {
    wire::AuditDetails details;
    details.Text("principal", principal.id.Text())
        .Text("kind", platform::EnumText(principal.kind))
        .Text("display_name", principal.display_name)
        .Flag("active", principal.active);
    return details;
}

std::string ChangeSummary(const wire::Principal& before, const wire::Principal& after) {
    const std::string who = "'" + after.id.Text() + "'";
    if (before.active != after.active) {
        return (after.active ? "activated " : "deactivated ") + who;
    }
    return "changed " + who;
}

}  // namespace

Outcome<wire::Principal> RegisterPrincipal(store::Tx& tx, const Call& call, const wire::RegisterPrincipal& command) {
    const AuditSubject subject{.action = "principal.register"};
    if (store::LoadPrincipal(tx, command.id)) {
        return Refused(RecordRefusal(tx, call, subject, Exists("principal", command.id.Text())));
    }
    const wire::Principal principal = store::InsertPrincipal(
        tx, {command.id, command.kind, command.display_name, command.email, call.actor.id.Text()});
    RecordDone(tx, call, subject,
               "registered the " + std::string(platform::EnumText(principal.kind)) + " '" + principal.id.Text() + "'",
               PrincipalDetails(principal));
    return principal;
}

Outcome<wire::Principal> ChangePrincipal(store::Tx& tx, const Call& call, const policy::PrincipalId& id,
                                         std::int64_t version, const wire::ChangePrincipal& command) {
    const AuditSubject subject{.action = "principal.change"};
    const auto current = store::LoadPrincipal(tx, id, store::Lock::kForUpdate);
    if (!current) {
        return Refused(NotFound("principal", id.Text()));
    }
    if (current->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("principal", current->version, version)));
    }
    wire::Principal changed = *current;
    changed.display_name = command.display_name.value_or(changed.display_name);
    changed.email = command.email ? command.email : changed.email;
    changed.active = command.active.value_or(changed.active);
    if (current->active && !changed.active && IsLastAdmin(tx, id)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("'" + id.Text() + "' is the last admin: make another one before.")));
    }
    const wire::Principal principal = store::UpdatePrincipal(tx, changed);
    RecordDone(tx, call, subject, ChangeSummary(*current, principal), PrincipalDetails(principal));
    return principal;
}

Outcome<wire::Principal> ShowPrincipal(store::Tx& tx, const policy::PrincipalId& id) {
    auto principal = store::LoadPrincipal(tx, id);
    if (!principal) {
        return Refused(NotFound("principal", id.Text()));
    }
    return std::move(*principal);
}

Outcome<Page<wire::Principal>> ListPrincipals(store::Tx& tx, const store::PrincipalFilter& filter,
                                              const PageQuery& page) {
    return store::ListPrincipals(tx, filter, page);
}

bool IsLastAdmin(store::Tx& tx, const policy::PrincipalId& id) {
    store::PrincipalFilter filter;
    filter.role = policy::Role::kAdmin;
    filter.active = true;
    const auto admins = store::ListPrincipals(tx, filter, {.limit = 2, .after = {}});
    return admins.rows.size() == 1 && admins.rows.front().id == id;
}

}  // namespace app
