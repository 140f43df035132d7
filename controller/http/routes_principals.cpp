// People, components and their roles.

#include "controller/app/passwords.hpp"
#include "controller/app/principals.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

policy::PrincipalId PrincipalOf(const Exchange& exchange) {
    return exchange.Id<policy::PrincipalId>("principal", "principal");
}

policy::RecordId GrantOf(const Exchange& exchange) {
    return exchange.Id<policy::RecordId>("grant", "role grant");
}

HttpResponse PostPrincipal(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeRegisterPrincipal);
    return exchange.Mutate([&](store::Tx& tx) { return app::RegisterPrincipal(tx, exchange.Caller(), command); },
                           wire::EncodePrincipal,
                           [](const wire::Principal& principal) { return "/v1/principals/" + principal.id.Text(); });
}

HttpResponse PatchPrincipal(Exchange& exchange) {
    const auto id = PrincipalOf(exchange);
    const auto version = exchange.ExpectedVersion();
    const auto command = exchange.Decode(wire::DecodeChangePrincipal);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ChangePrincipal(tx, exchange.Caller(), id, version, command); },
        wire::EncodePrincipal);
}

HttpResponse GetPrincipal(Exchange& exchange) {
    const auto id = PrincipalOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowPrincipal(tx, id); }, wire::EncodePrincipal);
}

HttpResponse GetPrincipals(Exchange& exchange) {
    store::PrincipalFilter filter;
    filter.kind = exchange.QueryEnum<policy::PrincipalKind>("kind");
    filter.role = exchange.QueryEnum<policy::Role>("role");
    filter.active = exchange.QueryFlag("active");
    filter.text = exchange.QueryText("q").value_or("");
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListPrincipals(tx, filter, page); },
        wire::EncodePrincipal);
}

/// Done once or twice is the same, and nothing that could be guessed from is kept: no idempotency key is looked at.
HttpResponse SetPrincipalPassword(Exchange& exchange) {
    const auto id = PrincipalOf(exchange);
    const auto command = exchange.Decode(wire::DecodeSetPassword);
    auto outcome = app::SetPassword(exchange.Services(), exchange.Caller(), id, command);
    return outcome ? exchange.Respond({.content = {wire::EncodePrincipal(*outcome)}})
                   : exchange.Refuse(std::move(outcome.error()));
}

HttpResponse RemovePrincipalPassword(Exchange& exchange) {
    const auto id = PrincipalOf(exchange);
    return exchange.Mutate([&](store::Tx& tx) { return app::RemovePassword(tx, exchange.Caller(), id); },
                           wire::EncodePrincipal);
}

HttpResponse PostRole(Exchange& exchange) {
    const auto id = PrincipalOf(exchange);
    const auto command = exchange.Decode(wire::DecodeProposeRole);
    return exchange.Mutate([&](store::Tx& tx) { return app::ProposeRole(tx, exchange.Caller(), id, command.role); },
                           wire::EncodeRoleGrant,
                           [](const wire::RoleGrant& grant) { return "/v1/role-grants/" + grant.id.Text(); });
}

using DecideRole = app::Outcome<wire::RoleGrant> (*)(store::Tx&, const app::Call&, const policy::RecordId&,
                                                     const std::string&);

template <DecideRole kDecide>
HttpResponse DecideGrant(Exchange& exchange) {
    const auto id = GrantOf(exchange);
    const auto command = exchange.Decode(wire::DecodeOptionalReason);
    return exchange.Mutate([&](store::Tx& tx) { return kDecide(tx, exchange.Caller(), id, command.reason); },
                           wire::EncodeRoleGrant);
}

HttpResponse GetRoleGrant(Exchange& exchange) {
    const auto id = GrantOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowRoleGrant(tx, id); }, wire::EncodeRoleGrant);
}

HttpResponse GetRoleGrants(Exchange& exchange) {
    const auto principal = exchange.QueryId<policy::PrincipalId>("principal");
    const auto status = exchange.QueryEnum<wire::GrantStatus>("status");
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListRoleGrants(tx, principal, status, page); },
        wire::EncodeRoleGrant);
}

constexpr QueryParameter kPrincipalFilters[] = {
    {"kind", R"({"$ref":"PrincipalKind"})", "Only this kind."},
    {"role", R"({"$ref":"Role"})", "Only those who hold this role now."},
    {"active", R"({"type":"boolean"})", "Only active ones, or only inactive ones."},
    {"q", R"({"type":"string"})", "Part of the id or the name, in any case."}};

constexpr QueryParameter kGrantFilters[] = {{"principal", R"({"$ref":"Id"})", "Only grants to this principal."},
                                            {"status", R"({"$ref":"GrantStatus"})", "Only grants in this status."}};

constexpr std::string_view kPeople = "Principals and roles";

constexpr Route kPrincipalRoutes[] = {
    {.method = Method::kPost,
     .pattern = "/v1/principals",
     .kind = Kind::kCreate,
     .permission = Permission::kManagePrincipals,
     .area = kPeople,
     .summary = "Register a person or a component",
     .answer = {201, "Principal"},
     .body = {BodyKind::kJson, "RegisterPrincipal"},
     .handler = PostPrincipal},
    {.method = Method::kGet,
     .pattern = "/v1/principals",
     .kind = Kind::kList,
     .area = kPeople,
     .summary = "List the principals, by id",
     .answer = {200, "Page:Principal"},
     .query = kPrincipalFilters,
     .handler = GetPrincipals},
    {.method = Method::kGet,
     .pattern = "/v1/principals/{principal}",
     .area = kPeople,
     .summary = "Show one principal, with the roles it holds now",
     .answer = {200, "Principal"},
     .handler = GetPrincipal},
    {.method = Method::kPatch,
     .pattern = "/v1/principals/{principal}",
     .kind = Kind::kChange,
     .permission = Permission::kManagePrincipals,
     .area = kPeople,
     .summary = "Change a principal, or deactivate it; what is left out stays",
     .answer = {200, "Principal"},
     .body = {BodyKind::kJson, "ChangePrincipal"},
     .handler = PatchPrincipal},
    {.method = Method::kPost,
     .pattern = "/v1/principals/{principal}:set-password",
     .kind = Kind::kAct,
     .area = kPeople,
     .summary = "Set a user's password for the web console: one's own, or as an admin a first one",
     .answer = {200, "Principal"},
     .body = {BodyKind::kJson, "SetPassword"},
     .handler = SetPrincipalPassword},
    {.method = Method::kPost,
     .pattern = "/v1/principals/{principal}:remove-password",
     .kind = Kind::kAct,
     .area = kPeople,
     .summary = "Take a user's password away, and end the sessions that it opened",
     .answer = {200, "Principal"},
     .handler = RemovePrincipalPassword},
    {.method = Method::kPost,
     .pattern = "/v1/principals/{principal}/roles",
     .kind = Kind::kCreate,
     .permission = Permission::kManagePrincipals,
     .area = kPeople,
     .summary = "Propose a role; dev_lead, qa and system_owner wait for another person's confirmation",
     .answer = {201, "RoleGrant"},
     .body = {BodyKind::kJson, "ProposeRole"},
     .handler = PostRole},
    {.method = Method::kGet,
     .pattern = "/v1/role-grants",
     .kind = Kind::kList,
     .area = kPeople,
     .summary = "List the grants of roles, oldest first",
     .answer = {200, "Page:RoleGrant"},
     .query = kGrantFilters,
     .handler = GetRoleGrants},
    {.method = Method::kGet,
     .pattern = "/v1/role-grants/{grant}",
     .area = kPeople,
     .summary = "Show one grant",
     .answer = {200, "RoleGrant"},
     .handler = GetRoleGrant},
    {.method = Method::kPost,
     .pattern = "/v1/role-grants/{grant}:confirm",
     .kind = Kind::kAct,
     .area = kPeople,
     .summary = "Confirm a proposed grant: an admin or a holder of the role, never who proposed it or gets it",
     .answer = {200, "RoleGrant"},
     .body = {BodyKind::kOptionalJson, "OptionalReason"},
     .handler = DecideGrant<app::ConfirmRole>},
    {.method = Method::kPost,
     .pattern = "/v1/role-grants/{grant}:reject",
     .kind = Kind::kAct,
     .area = kPeople,
     .summary = "Reject a proposed grant",
     .answer = {200, "RoleGrant"},
     .body = {BodyKind::kOptionalJson, "OptionalReason"},
     .handler = DecideGrant<app::RejectRole>},
    {.method = Method::kPost,
     .pattern = "/v1/role-grants/{grant}:revoke",
     .kind = Kind::kAct,
     .area = kPeople,
     .summary = "Take a role away, or give one's own up",
     .answer = {200, "RoleGrant"},
     .body = {BodyKind::kOptionalJson, "OptionalReason"},
     .handler = DecideGrant<app::RevokeRole>}};

}  // namespace

std::span<const Route> PrincipalRoutes() {
    return kPrincipalRoutes;
}

}  // namespace http
