#include "controller/app/webhooks.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/installation.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr policy::Duration kOldSecretHolds = std::chrono::hours(24);
constexpr const char* kInstallationId = "installation_id";

std::string NewSalt() {
    return platform::Base64UrlEncode(platform::RandomBytes(kSaltBytes));
}

wire::Webhook ViewWebhook(const store::Webhook& row) {
    wire::Webhook view;
    view.id = row.id.Text();
    view.name = row.name;
    view.url = row.url;
    view.kinds = row.kinds;
    view.active = row.active;
    view.created_by = row.created_by;
    view.created_at = row.created_at;
    view.pending = row.pending;
    view.dead = row.dead;
    view.version = row.version;
    return view;
}

wire::Delivery ViewDelivery(const std::string& installation, const store::WebhookDelivery& row) {
    wire::Delivery view;
    view.id = row.id;
    view.webhook = row.webhook.Text();
    view.event = wire::EventId(installation, row.event_seq);
    view.kind = row.kind;
    view.subject = row.subject;
    view.state = platform::EnumText(row.state);
    view.attempts = row.attempts;
    view.created_at = row.created_at;
    if (row.state == store::DeliveryState::kPending) {
        view.next_at = row.next_at;
    }
    view.finished_at = row.finished_at;
    for (const store::WebhookAttempt& attempt : row.log) {
        view.log.push_back({attempt.ended_at, attempt.duration_ms, attempt.status, attempt.error, attempt.controller});
    }
    return view;
}

std::string LoadInstallationId(store::Tx& tx) {
    return store::LoadInstallationValue(tx, kInstallationId).value_or("");
}

wire::AuditDetails WebhookDetails(const wire::Webhook& webhook) {
    wire::AuditDetails details;
    details.Text("webhook", webhook.id).Text("url", webhook.url).Texts("kinds", webhook.kinds);
    return details;
}

}  // namespace

Outcome<wire::Webhook> MakeWebhook(store::Tx& tx, const Call& call, const WebhookKey& key,
                                   const wire::NewWebhook& command) {
    store::NewWebhook webhook;
    webhook.id = NewRecordId(tx, "whk");
    webhook.name = command.name;
    webhook.url = command.url;
    webhook.kinds = command.kinds;
    webhook.key_id = key.Id();
    webhook.salt = NewSalt();
    webhook.created_by = call.actor.id;
    wire::Webhook view = ViewWebhook(store::InsertWebhook(tx, webhook));
    RecordDone(tx, call, {.action = "webhook.make"}, "subscribed " + view.name + " at " + view.url,
               WebhookDetails(view));
    view.secret = key.Secret(view.id, webhook.salt);
    return view;
}

Outcome<wire::Webhook> ChangeWebhook(store::Tx& tx, const Call& call, const policy::RecordId& id, std::int64_t version,
                                     const wire::ChangeWebhook& command) {
    const AuditSubject subject{.action = "webhook.change"};
    auto row = store::LoadWebhook(tx, id, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("webhook", id.Text()));
    }
    if (row->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("webhook", row->version, version)));
    }
    row->name = command.name.value_or(row->name);
    row->url = command.url.value_or(row->url);
    row->kinds = command.kinds.value_or(row->kinds);
    row->active = command.active.value_or(row->active);
    wire::Webhook view = ViewWebhook(store::ChangeWebhook(tx, *row));
    wire::AuditDetails details = WebhookDetails(view);
    details.Text("active", view.active ? "true" : "false");
    RecordDone(tx, call, subject, "changed the webhook " + view.name, details);
    return view;
}

Outcome<wire::Webhook> RotateWebhookSecret(store::Tx& tx, const Call& call, const WebhookKey& key,
                                           const policy::RecordId& id) {
    if (!store::LoadWebhook(tx, id, store::Lock::kForUpdate)) {
        return Refused(NotFound("webhook", id.Text()));
    }
    const store::Webhook row = store::RotateWebhookSecret(tx, id, key.Id(), NewSalt(), kOldSecretHolds);
    wire::Webhook view = ViewWebhook(row);
    RecordDone(tx, call, {.action = "webhook.rotate_secret"}, "gave the webhook " + view.name + " a new secret",
               WebhookDetails(view));
    view.secret = key.Secret(view.id, row.salt);
    return view;
}

Outcome<wire::Webhook> TestWebhook(store::Tx& tx, const Call& call, const policy::RecordId& id) {
    const AuditSubject subject{.action = "webhook.test"};
    const auto row = store::LoadWebhook(tx, id);
    if (!row) {
        return Refused(NotFound("webhook", id.Text()));
    }
    wire::Webhook view = ViewWebhook(*row);
    if (!view.active) {
        return Refused(RecordRefusal(tx, call, subject, Conflict("The webhook is not active; nothing is sent to it.")));
    }
    wire::AuditDetails details = WebhookDetails(view);
    RecordDone(tx, call, subject, "sent a test event to " + view.name, details,
               {"webhook.test", view.id, details.Encode()});
    return view;
}

Outcome<wire::Webhook> ShowWebhook(store::Tx& tx, const policy::RecordId& id) {
    const auto row = store::LoadWebhook(tx, id);
    if (!row) {
        return Refused(NotFound("webhook", id.Text()));
    }
    return ViewWebhook(*row);
}

Outcome<Page<wire::Webhook>> ListWebhooks(store::Tx& tx, const PageQuery& page) {
    const Page<store::Webhook> rows = store::ListWebhooks(tx, page);
    Page<wire::Webhook> view;
    view.next = rows.next;
    for (const store::Webhook& row : rows.rows) {
        view.rows.push_back(ViewWebhook(row));
    }
    return view;
}

Outcome<Page<wire::Delivery>> ListDeliveries(store::Tx& tx, const policy::RecordId& webhook,
                                             std::optional<store::DeliveryState> state, const PageQuery& page) {
    if (!store::LoadWebhook(tx, webhook)) {
        return Refused(NotFound("webhook", webhook.Text()));
    }
    const Page<store::WebhookDelivery> rows = store::ListDeliveries(tx, webhook, state, page);
    Page<wire::Delivery> view;
    view.next = rows.next;
    const std::string installation = LoadInstallationId(tx);
    for (const store::WebhookDelivery& row : rows.rows) {
        view.rows.push_back(ViewDelivery(installation, row));
    }
    return view;
}

Outcome<wire::Delivery> ShowDelivery(store::Tx& tx, const policy::RecordId& webhook, std::int64_t id) {
    const auto row = store::LoadDelivery(tx, webhook, id);
    if (!row) {
        return Refused(NotFound("delivery of " + webhook.Text(), std::to_string(id)));
    }
    return ViewDelivery(LoadInstallationId(tx), *row);
}

Outcome<wire::Delivery> Redeliver(store::Tx& tx, const Call& call, const policy::RecordId& webhook, std::int64_t id) {
    const AuditSubject subject{.action = "webhook.redeliver"};
    const auto hook = store::LoadWebhook(tx, webhook);
    const auto row = hook ? store::LoadDelivery(tx, webhook, id) : std::nullopt;
    if (!row) {
        return Refused(NotFound("delivery of " + webhook.Text(), std::to_string(id)));
    }
    if (!hook->active) {
        return Refused(RecordRefusal(tx, call, subject, Conflict("The webhook is not active; nothing is sent to it.")));
    }
    if (!store::Redeliver(tx, id)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The delivery is pending: it is tried again by itself, next at " +
                                              platform::FormatTime(row->next_at) + ".")));
    }
    const wire::Delivery view = ViewDelivery(LoadInstallationId(tx), *store::LoadDelivery(tx, webhook, id));
    wire::AuditDetails details;
    details.Text("webhook", view.webhook).Number("delivery", view.id).Text("event", view.event).Text("kind", view.kind);
    RecordDone(tx, call, subject, "asked for the delivery of " + view.kind + " to " + hook->name + " once more",
               details);
    return view;
}

}  // namespace app
