// Keys that sign orders, and credentials of instances: replacing them.

#include "controller/app/fleet_watch.hpp"
#include "controller/app/keys.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/key_json.hpp"
#include "controller/wire/principal_json.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

HttpResponse GetSigningKeys(Exchange& exchange) {
    return exchange.Read(
        [&](store::Tx& tx) { return app::ShowSigningKeys(tx, exchange.Services().signing_key.KeyId()); },
        wire::EncodeSigningKeys);
}

HttpResponse PostHandover(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeReason);
    const app::KeySuccession* keys = exchange.Services().keys;
    const platform::Expected<app::NextKeyOffer, std::string> offer =
        keys != nullptr ? keys->offer(platform::SystemNow())
                        : platform::Unexpected<std::string>("This controller has no key to hand over to.");
    return exchange.Mutate(
        [&](store::Tx& tx) {
            return app::HandOverKey(tx, exchange.Caller(), exchange.Services().signing_key.KeyId(), offer,
                                    command.reason);
        },
        wire::EncodeSigningKeys);
}

HttpResponse PostCredentialRotation(Exchange& exchange) {
    const auto id = exchange.Id<policy::InstanceId>("instance", "instance");
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) {
            return app::RotateCredential(tx, exchange.Caller(), exchange.Services().fleet.Patience(), id,
                                         command.reason);
        },
        wire::EncodeInstance);
}

constexpr Route kKeyRoutes[] = {
    {.method = Method::kGet,
     .pattern = "/v1/signing-keys",
     .area = "Fleet",
     .summary = "Show which key signs orders, and how it came to that",
     .answer = {200, "SigningKeys"},
     .handler = GetSigningKeys},
    {.method = Method::kPost,
     .pattern = "/v1/signing-keys:rotate",
     .kind = Kind::kAct,
     .permission = Permission::kRotateKeys,
     .area = "Fleet",
     .summary = "Hand the signing of orders over to the next key",
     .answer = {200, "SigningKeys"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostHandover},
    {.method = Method::kPost,
     .pattern = "/v1/instances/{instance}:rotate-credential",
     .kind = Kind::kAct,
     .permission = Permission::kManageFleet,
     .area = "Fleet",
     .summary = "Ask an instance to make itself a new credential",
     .answer = {200, "Instance"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostCredentialRotation},
};

}  // namespace

std::span<const Route> KeyRoutes() {
    return kKeyRoutes;
}

}  // namespace http
