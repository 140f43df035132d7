#include "controller/app/console_sessions.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/component.hpp"
#include "platform/crypto/password.hpp"

namespace app {
namespace {

constexpr std::size_t kSecretBytes = 32;

std::optional<store::Caller> RefuseSignIn(const Services& services, const policy::PrincipalId& principal,
                                          std::string_view request_id) {
    Call call = ComponentCall();
    call.request_id = request_id;
    services.database.Write([&](store::Tx& tx) {
        wire::AuditDetails details;
        details.Text("principal", principal.Text());
        RecordRefusal(tx, call, {.action = "console.sign_in"},
                      {RefusalKind::kForbidden,
                       "auth.unauthenticated",
                       "a wrong password for '" + principal.Text() + "' at the web console",
                       {},
                       {{"/password", "is not the password of '" + principal.Text() + "'"}}});
    });
    return std::nullopt;
}

}  // namespace

std::optional<store::Caller> FindCallerByPassword(const Services& services, std::string_view name,
                                                  std::string_view password, std::string_view request_id) {
    const auto principal = policy::PrincipalId::Parse(name);
    std::optional<store::StoredPassword> stored;
    if (principal) {
        stored = services.database.Once([&](store::Tx& tx) { return store::LoadPassword(tx, *principal); });
    }
    if (!stored || !stored->hash) {
        platform::SpendVerification(password);
        return std::nullopt;
    }
    if (!platform::VerifyPassword(*stored->hash, password)) {
        return RefuseSignIn(services, *principal, request_id);
    }
    return services.database.Once([&](store::Tx& tx) { return store::FindCallerById(tx, *principal); });
}

std::string OpenConsoleSession(const Services& services, const store::Caller& caller, const SessionLimits& limits,
                               const std::string& request_id) {
    const std::string secret = platform::Base64UrlEncode(platform::RandomBytes(kSecretBytes));
    services.database.Write([&](store::Tx& tx) {
        store::NewConsoleSession session;
        session.id = NewRecordId(tx, "ses");
        session.hash = platform::Sha256(secret);
        session.principal = caller.principal;
        if (!caller.token.Empty()) {
            session.token = caller.token;
        }
        session.idle = limits.idle;
        session.lifetime = limits.lifetime;
        store::InsertConsoleSession(tx, session, limits.most);
        wire::AuditDetails details;
        details.Text("session", session.id.Text());
        details.Text("with", session.token ? "token" : "password");
        RecordDone(tx, MakeCall(caller, request_id), {.action = "console.sign_in"}, "signed in at the web console",
                   details);
    });
    return secret;
}

std::optional<store::ConsoleVisitor> FindConsoleVisitor(const Services& services, std::string_view secret) {
    const auto bytes = platform::Base64UrlDecode(secret);
    if (!bytes || bytes->size() != kSecretBytes) {
        return std::nullopt;
    }
    auto visitor =
        services.database.Once([&](store::Tx& tx) { return store::FindConsoleVisitor(tx, platform::Sha256(secret)); });
    if (visitor && visitor->note_use) {
        services.database.Write([&](store::Tx& tx) { store::NoteConsoleSession(tx, visitor->session); });
    }
    return visitor;
}

void CloseConsoleSession(const Services& services, const Call& call, const policy::RecordId& session) {
    services.database.Write([&](store::Tx& tx) {
        store::EndConsoleSession(tx, session);
        wire::AuditDetails details;
        details.Text("session", session.Text());
        RecordDone(tx, call, {.action = "console.sign_out"}, "signed out of the web console", details);
    });
}

}  // namespace app
