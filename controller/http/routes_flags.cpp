// Flags of releases: killing one on every instance, and the governed way back.

#include "controller/app/flag_kill.hpp"
#include "controller/app/fleet_watch.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/flag_kill_json.hpp"
#include "controller/wire/release_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

policy::FlagName FlagOf(const Exchange& exchange) {
    return exchange.Id<policy::FlagName>("flag", "flag");
}

HttpResponse GetFlagKills(Exchange& exchange) {
    return exchange.List([](store::Tx& tx, const app::PageQuery&) { return app::ListFlagKills(tx); },
                         wire::EncodeFlagKill);
}

template <auto act>
HttpResponse PostFlag(Exchange& exchange) {
    const policy::FlagName flag = FlagOf(exchange);
    const auto command = exchange.Decode(wire::DecodeFlagOrder);
    return exchange.Mutate(
        [&](store::Tx& tx) { return act(tx, exchange.Caller(), exchange.Services().fleet.Patience(), flag, command); },
        wire::EncodeOperation, [](const wire::Operation& operation) { return "/v1/operations/" + operation.id; });
}

HttpResponse PostFlagApproval(Exchange& exchange) {
    const policy::FlagName flag = FlagOf(exchange);
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate([&](store::Tx& tx) { return app::ApproveLift(tx, exchange.Caller(), flag, command.reason); },
                           wire::EncodeFlagApproval);
}

constexpr Route kFlagRoutes[] = {
    {.method = Method::kGet,
     .pattern = "/v1/flags/kills",
     .kind = Kind::kList,
     .area = "Fleet",
     .summary = "List the flags that are killed",
     .answer = {200, "Page:FlagKill"},
     .handler = GetFlagKills},
    {.method = Method::kPost,
     .pattern = "/v1/flags/{flag}/kill",
     .kind = Kind::kAct,
     .permission = Permission::kKill,
     .area = "Fleet",
     .summary = "Kill a release's flag on every instance, until it is lifted",
     .answer = {202, "Operation"},
     .body = {BodyKind::kJson, "FlagOrder"},
     .handler = PostFlag<app::KillFlag>},
    {.method = Method::kPost,
     .pattern = "/v1/flags/{flag}/lift",
     .kind = Kind::kAct,
     .permission = Permission::kKill,
     .area = "Fleet",
     .summary = "Lift the kill of a flag, with an approval and completed reviews",
     .answer = {202, "Operation"},
     .body = {BodyKind::kJson, "FlagOrder"},
     .handler = PostFlag<app::LiftFlag>},
    {.method = Method::kPost,
     .pattern = "/v1/flags/{flag}/approvals",
     .kind = Kind::kCreate,
     .permission = Permission::kApproveSwitch,
     .area = "Fleet",
     .summary = "Approve that somebody else lifts the kill of a flag",
     .answer = {201, "FlagApproval"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostFlagApproval},
};

}  // namespace

std::span<const Route> FlagRoutes() {
    return kFlagRoutes;
}

}  // namespace http
