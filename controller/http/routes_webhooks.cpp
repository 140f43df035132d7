// Subscriptions of receivers to events, and the log of what was delivered.

#include "controller/app/webhooks.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/principal_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

policy::RecordId WebhookOf(const Exchange& exchange) {
    return exchange.Id<policy::RecordId>("webhook", "webhook");
}

/// What is stored for replays has no secret: it is shown once.
app::Outcome<Answer> WithSecretOnce(app::Outcome<wire::Webhook> made) {
    if (!made) {
        return app::Refused(std::move(made.error()));
    }
    Answer answer;
    answer.content.text = wire::EncodeWebhook(*made);
    answer.version = made->version;
    answer.location = "/v1/webhooks/" + made->id;
    made->secret.clear();
    answer.replay = wire::EncodeWebhook(*made);
    return answer;
}

HttpResponse PostWebhook(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeNewWebhook);
    return exchange.RunMutation([&](store::Tx& tx) {
        return WithSecretOnce(app::MakeWebhook(tx, exchange.Caller(), exchange.Services().webhook_key, command));
    });
}

HttpResponse PostWebhookRotation(Exchange& exchange) {
    const policy::RecordId id = WebhookOf(exchange);
    exchange.Decode(wire::DecodeOptionalReason);
    return exchange.RunMutation([&](store::Tx& tx) {
        auto answer =
            WithSecretOnce(app::RotateWebhookSecret(tx, exchange.Caller(), exchange.Services().webhook_key, id));
        if (answer) {
            answer->location.clear();
        }
        return answer;
    });
}

HttpResponse GetWebhooks(Exchange& exchange) {
    return exchange.List([](store::Tx& tx, const app::PageQuery& page) { return app::ListWebhooks(tx, page); },
                         wire::EncodeWebhook);
}

HttpResponse GetWebhook(Exchange& exchange) {
    const policy::RecordId id = WebhookOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowWebhook(tx, id); }, wire::EncodeWebhook);
}

HttpResponse PatchWebhook(Exchange& exchange) {
    const policy::RecordId id = WebhookOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const auto command = exchange.Decode(wire::DecodeChangeWebhook);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ChangeWebhook(tx, exchange.Caller(), id, version, command); },
        wire::EncodeWebhook);
}

HttpResponse PostWebhookTest(Exchange& exchange) {
    const policy::RecordId id = WebhookOf(exchange);
    exchange.Decode(wire::DecodeOptionalReason);
    return exchange.Mutate([&](store::Tx& tx) { return app::TestWebhook(tx, exchange.Caller(), id); },
                           wire::EncodeWebhook);
}

HttpResponse GetDeliveries(Exchange& exchange) {
    const policy::RecordId id = WebhookOf(exchange);
    const auto state = exchange.QueryEnum<store::DeliveryState>("state");
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListDeliveries(tx, id, state, page); },
        wire::EncodeDelivery);
}

HttpResponse GetDelivery(Exchange& exchange) {
    const policy::RecordId id = WebhookOf(exchange);
    const std::int64_t delivery = exchange.Number("delivery", "delivery");
    return exchange.Read([&](store::Tx& tx) { return app::ShowDelivery(tx, id, delivery); }, wire::EncodeDelivery);
}

HttpResponse PostRedelivery(Exchange& exchange) {
    exchange.Decode(wire::DecodeOptionalReason);
    const policy::RecordId id = WebhookOf(exchange);
    const std::int64_t delivery = exchange.Number("delivery", "delivery");
    return exchange.Mutate([&](store::Tx& tx) { return app::Redeliver(tx, exchange.Caller(), id, delivery); },
                           wire::EncodeDelivery);
}

constexpr QueryParameter kDeliveryFilters[] = {
    {"state", R"({"type":"string","enum":["pending","delivered","dead"]})", "Only in this state."}};

constexpr Route kWebhookRoutes[] = {
    {.method = Method::kPost,
     .pattern = "/v1/webhooks",
     .kind = Kind::kCreate,
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "Subscribe a receiver to events; its secret is shown once",
     .answer = {201, "Webhook"},
     .body = {BodyKind::kJson, "NewWebhook"},
     .handler = PostWebhook},
    {.method = Method::kGet,
     .pattern = "/v1/webhooks",
     .kind = Kind::kList,
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "List webhooks",
     .answer = {200, "Page:Webhook"},
     .handler = GetWebhooks},
    {.method = Method::kGet,
     .pattern = "/v1/webhooks/{webhook}",
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "Show a webhook",
     .answer = {200, "Webhook"},
     .handler = GetWebhook},
    {.method = Method::kPatch,
     .pattern = "/v1/webhooks/{webhook}",
     .kind = Kind::kChange,
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "Change a webhook, or switch it off",
     .answer = {200, "Webhook"},
     .body = {BodyKind::kJson, "ChangeWebhook"},
     .handler = PatchWebhook},
    {.method = Method::kPost,
     .pattern = "/v1/webhooks/{webhook}:rotate-secret",
     .kind = Kind::kAct,
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "Give a webhook a new secret, shown once; both sign for a day",
     .answer = {200, "Webhook"},
     .body = {BodyKind::kOptionalJson, "OptionalReason"},
     .handler = PostWebhookRotation},
    {.method = Method::kPost,
     .pattern = "/v1/webhooks/{webhook}:test",
     .kind = Kind::kAct,
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "Send an event to this webhook alone",
     .answer = {200, "Webhook"},
     .body = {BodyKind::kOptionalJson, "OptionalReason"},
     .handler = PostWebhookTest},
    {.method = Method::kGet,
     .pattern = "/v1/webhooks/{webhook}/deliveries",
     .kind = Kind::kList,
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "List deliveries with what was tried, newest first",
     .answer = {200, "Page:Delivery"},
     .query = kDeliveryFilters,
     .handler = GetDeliveries},
    {.method = Method::kGet,
     .pattern = "/v1/webhooks/{webhook}/deliveries/{delivery}",
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "Show a delivery",
     .answer = {200, "Delivery"},
     .handler = GetDelivery},
    {.method = Method::kPost,
     .pattern = "/v1/webhooks/{webhook}/deliveries/{delivery}:redeliver",
     .kind = Kind::kAct,
     .permission = Permission::kManageWebhooks,
     .area = "Webhooks",
     .summary = "Deliver an event once more, under the same id",
     .answer = {200, "Delivery"},
     .body = {BodyKind::kOptionalJson, "OptionalReason"},
     .handler = PostRedelivery},
};

}  // namespace

std::span<const Route> WebhookRoutes() {
    return kWebhookRoutes;
}

}  // namespace http
