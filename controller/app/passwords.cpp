#include "controller/app/passwords.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/principals.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/tokens.hpp"
#include "controller/store/console_sessions.hpp"
#include "controller/store/principals.hpp"
#include "platform/crypto/password.hpp"

namespace app {
namespace {

bool MaySetForOthers(const Call& call) {
    return std::ranges::find(call.actor.roles, policy::Role::kAdmin) != call.actor.roles.end();
}

Refusal OnlyAdmins() {
    return {RefusalKind::kForbidden, "auth.role_missing", "Only an admin does this for somebody else.", {}, {}};
}

/// Why the caller may not set this user's password; none when it may.
std::optional<Refusal> RefuseSetting(store::Tx& tx, const Call& call, const policy::PrincipalId& subject,
                                     bool current_fits) {
    const auto principal = store::LoadPrincipal(tx, subject, store::Lock::kForUpdate);
    if (!principal) {
        return NotFound("principal", subject.Text());
    }
    if (principal->kind != policy::PrincipalKind::kUser || !principal->active) {
        return Conflict("'" + subject.Text() + "' is no active user; only a person has a password.");
    }
    if (subject != call.actor.id) {
        return RefuseToLetIn(tx, call, subject);
    }
    if (!current_fits) {
        return Invalid("/current", "is not your password; to set a new one, show the one in use");
    }
    return std::nullopt;
}

}  // namespace

Outcome<wire::Principal> SetPassword(const Services& services, const Call& call, const policy::PrincipalId& subject,
                                     const wire::SetPassword& command) {
    const AuditSubject about{.action = "principal.set_password"};
    if (subject != call.actor.id && !MaySetForOthers(call)) {
        return Refused(
            services.database.Write([&](store::Tx& tx) { return RecordRefusal(tx, call, about, OnlyAdmins()); }));
    }
    if (const auto complaint = platform::PasswordComplaint(command.password)) {
        return Refused(Invalid("/password", *complaint));
    }
    const auto stored = services.database.Once([&](store::Tx& tx) { return store::LoadPassword(tx, subject); });
    const bool has_one = stored && stored->hash;
    const bool fits = !has_one || platform::VerifyPassword(*stored->hash, command.current.value_or(""));
    const std::string hash = platform::HashPassword(command.password);
    return services.database.Write([&](store::Tx& tx) -> Outcome<wire::Principal> {
        if (auto refusal = RefuseSetting(tx, call, subject, fits)) {
            return Refused(RecordRefusal(tx, call, about, std::move(*refusal)));
        }
        const auto now_stored = store::LoadPassword(tx, subject);
        if ((now_stored && now_stored->hash) != has_one || (has_one && *now_stored->hash != *stored->hash)) {
            return Refused(RecordRefusal(tx, call, about, Conflict("The password was changed at the same moment.")));
        }
        store::SetPassword(tx, subject, hash, call.actor.id);
        const int ended = store::EndPasswordSessions(tx, subject);
        wire::AuditDetails details;
        details.Text("principal", subject.Text()).Number("sessions_ended", ended);
        RecordDone(tx, call, about, "set the password of '" + subject.Text() + "'", details);
        return ShowPrincipal(tx, subject);
    });
}

Outcome<wire::Principal> RemovePassword(store::Tx& tx, const Call& call, const policy::PrincipalId& subject) {
    const AuditSubject about{.action = "principal.remove_password"};
    if (subject != call.actor.id && !MaySetForOthers(call)) {
        return Refused(RecordRefusal(tx, call, about, OnlyAdmins()));
    }
    if (!store::LoadPrincipal(tx, subject, store::Lock::kForUpdate)) {
        return Refused(NotFound("principal", subject.Text()));
    }
    const auto stored = store::LoadPassword(tx, subject);
    if (!stored || !stored->hash) {
        return Refused(RecordRefusal(tx, call, about, Conflict("'" + subject.Text() + "' has no password.")));
    }
    store::RemovePassword(tx, subject, call.actor.id);
    const int ended = store::EndPasswordSessions(tx, subject);
    wire::AuditDetails details;
    details.Text("principal", subject.Text()).Number("sessions_ended", ended);
    RecordDone(tx, call, about, "took the password of '" + subject.Text() + "' away", details);
    return ShowPrincipal(tx, subject);
}

}  // namespace app
