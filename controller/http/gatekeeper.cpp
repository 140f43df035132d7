#include "controller/http/gatekeeper.hpp"

#include <utility>

#include "controller/app/record_refused_access.hpp"
#include "controller/http/exchange.hpp"
#include "platform/base/text.hpp"

namespace http {
namespace {

std::string RoleList(std::span<const policy::Role> roles) {
    std::string text;
    for (const policy::Role role : roles) {
        text.append(text.empty() ? "" : ", ").append(platform::EnumText(role));
    }
    return text;
}

Problem TooMany(std::string detail, const RateDecision& decision) {
    Problem problem{429, "unavailable.rate_limited", std::move(detail), {}, {}, {}};
    problem.headers.emplace_back("Retry-After", std::to_string(decision.retry_seconds));
    return problem;
}

}  // namespace

Gatekeeper::Gatekeeper(app::Services& services, RateLimit per_principal, RateLimit failures_per_peer)
    : services_(services), principals_(per_principal), peers_(failures_per_peer) {}

void Gatekeeper::RejectCredential(const Exchange& exchange, std::string_view detail) {
    if (peers_.Limits()) {
        const RateDecision decision = peers_.Take(exchange.Request().peer, platform::SteadyNow());
        if (!decision.allowed) {
            throw Rejection(
                TooMany("Too many requests without a good credential came from your address. Wait, and "
                        "check the token.",
                        decision));
        }
    }
    Problem problem{401, "auth.unauthenticated", std::string(detail), {}, {}, {}};
    problem.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"portcullis\"");
    throw Rejection(std::move(problem));
}

app::Credential Gatekeeper::ReadCredential(const Exchange& exchange) {
    const std::string_view header = exchange.Request().Header("authorization");
    if (header.empty()) {
        RejectCredential(exchange, "This needs a token: send the header 'Authorization: Bearer pcl_...'.");
    }
    constexpr std::string_view kScheme = "bearer ";
    const bool bearer =
        header.size() > kScheme.size() && platform::ToLowerAscii(header.substr(0, kScheme.size())) == kScheme;
    if (!bearer) {
        RejectCredential(exchange, "The Authorization header must be 'Bearer' and a token.");
    }
    auto credential = app::ReadCredential(services_, header.substr(kScheme.size()));
    if (!credential) {
        RejectCredential(exchange, "The token is unknown, expired or revoked, or its principal is not active.");
    }
    return std::move(*credential);
}

void Gatekeeper::Identify(Exchange& exchange) {
    Admit(exchange, app::FindCaller(services_, ReadCredential(exchange)));
}

void Gatekeeper::Admit(Exchange& exchange, std::optional<store::Caller> caller) {
    AdmitAtOnce(exchange, std::move(caller));
    if (!exchange.Caller().token_id.empty()) {
        token_use_.Note(services_.database, exchange.Caller().token_id, platform::SteadyNow());
    }
}

void Gatekeeper::AdmitAtOnce(Exchange& exchange, std::optional<store::Caller> caller) {
    if (!caller) {
        RejectCredential(exchange, "The token is unknown, expired or revoked, or its principal is not active.");
    }
    exchange.SetCaller(app::MakeCall(std::move(*caller), exchange.RequestId()));
    if (principals_.Limits()) {
        const RateDecision decision = principals_.Take(exchange.Caller().actor.id.Text(), platform::SteadyNow());
        exchange.SetRate(decision, principals_.Limit());
        if (!decision.allowed) {
            throw Rejection(TooMany("'" + exchange.Caller().actor.id.Text() +
                                        "' sends requests faster than is allowed "
                                        "here. Wait, then go on more slowly.",
                                    decision));
        }
    }
    CheckPermission(exchange);
}

void Gatekeeper::CheckPermission(const Exchange& exchange) const {
    const policy::Permission permission = exchange.Row().permission;
    const policy::ActorFacts& actor = exchange.Caller().actor;
    if (policy::MayUse(permission, actor.kind, actor.roles)) {
        return;
    }
    std::string detail = "'" + actor.id.Text() + "' may not " +
                         std::string(policy::DescribePermission(permission).name) + ": this " +
                         NeededRoles(permission) + ". ";
    detail += actor.roles.empty() ? "The token in use carries no role that is held now."
                                  : "The token in use carries: " + RoleList(actor.roles) + ".";
    app::AuditSubject subject{.action = "access.refused"};
    for (const auto& [name, target] : {std::pair{std::string_view("release"), &subject.release},
                                       std::pair{std::string_view("tenant"), &subject.tenant}}) {
        if (const auto value = exchange.FindParameter(name); value && platform::IsIdText(*value, 100)) {
            *target = *value;
        }
    }
    throw Rejection(ToProblem(
        app::RecordRefusedAccess(services_, exchange.Caller(), subject,
                                 {app::RefusalKind::kForbidden, "auth.role_missing", std::move(detail), {}, {}})));
}

std::string NeededRoles(policy::Permission permission) {
    const policy::PermissionRow& row = policy::DescribePermission(permission);
    const std::string who = row.users_only ? "user" : "principal";
    if (row.roles.empty()) {
        return row.users_only ? "needs a user; components cannot" : "needs any active principal";
    }
    return "needs a " + who + " with one of the roles: " + RoleList(row.roles);
}

}  // namespace http
