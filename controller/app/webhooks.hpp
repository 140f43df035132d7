// Subscriptions of receivers to events, and what was delivered to them. An administrator's. Errors as
// controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <optional>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/app/webhook_key.hpp"
#include "controller/store/webhooks.hpp"
#include "controller/wire/webhook_json.hpp"

namespace app {

/// With the secret, which is shown once.
Outcome<wire::Webhook> MakeWebhook(store::Tx& tx, const Call& call, const WebhookKey& key,
                                   const wire::NewWebhook& command);
Outcome<wire::Webhook> ChangeWebhook(store::Tx& tx, const Call& call, const policy::RecordId& id, std::int64_t version,
                                     const wire::ChangeWebhook& command);
/// A new secret, shown once; for a day deliveries carry the signature of the old one, too.
Outcome<wire::Webhook> RotateWebhookSecret(store::Tx& tx, const Call& call, const WebhookKey& key,
                                           const policy::RecordId& id);
/// An event for this webhook alone.
Outcome<wire::Webhook> TestWebhook(store::Tx& tx, const Call& call, const policy::RecordId& id);
Outcome<wire::Webhook> ShowWebhook(store::Tx& tx, const policy::RecordId& id);
Outcome<Page<wire::Webhook>> ListWebhooks(store::Tx& tx, const PageQuery& page);

Outcome<Page<wire::Delivery>> ListDeliveries(store::Tx& tx, const policy::RecordId& webhook,
                                             std::optional<store::DeliveryState> state, const PageQuery& page);
Outcome<wire::Delivery> ShowDelivery(store::Tx& tx, const policy::RecordId& webhook, std::int64_t id);
/// Once more, from the beginning, under the same event id.
Outcome<wire::Delivery> Redeliver(store::Tx& tx, const Call& call, const policy::RecordId& webhook, std::int64_t id);

}  // namespace app
