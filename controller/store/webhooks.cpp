#include "controller/store/webhooks.hpp"

#include <algorithm>

#include "controller/store/tx.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

#define WEBHOOK_COLUMNS                                                                                            \
    " w.id, w.name, w.url, array_to_string(w.kinds, ','), w.key_id, w.salt, w.active, w.created_by, w.created_at," \
    " (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'pending'),"              \
    " (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'dead'),"                 \
    " w.version FROM webhooks w "
#define DELIVERY_COLUMNS                                                                                               \
    " d.id, d.webhook_id, d.event_seq, o.kind, o.subject, d.state, d.attempts, d.created_at, d.next_at, d.finished_at" \
    " FROM webhook_deliveries d JOIN outbox o ON o.seq = d.event_seq "

constexpr Statement kInsertWebhook{"webhook_insert", R"sql(
    INSERT INTO webhooks (id, name, url, kinds, key_id, salt, created_by)
    VALUES ($1, $2, $3, $4::text[], $5, $6, $7))sql"};
constexpr Statement kLoadWebhook{"webhook_load", "SELECT" WEBHOOK_COLUMNS "WHERE w.id = $1"};
constexpr Statement kLockWebhook{"webhook_lock", "SELECT" WEBHOOK_COLUMNS "WHERE w.id = $1 FOR NO KEY UPDATE OF w"};
constexpr Statement kListWebhooks{
    "webhook_list", "SELECT" WEBHOOK_COLUMNS "WHERE $1::text IS NULL OR w.id > $1 ORDER BY w.id LIMIT $2"};
constexpr Statement kChangeWebhook{"webhook_change", R"sql(
    UPDATE webhooks SET name = $2, url = $3, kinds = $4::text[], active = $5 WHERE id = $1)sql"};
constexpr Statement kRotateWebhook{"webhook_rotate", R"sql(
    UPDATE webhooks SET previous_salt = CASE WHEN key_id = $2 THEN salt END,
        previous_until = CASE WHEN key_id = $2 THEN clock_timestamp() + $4::interval END, key_id = $2, salt = $3
    WHERE id = $1)sql"};
constexpr Statement kListDeliveries{"delivery_list", "SELECT" DELIVERY_COLUMNS R"sql(
    WHERE d.webhook_id = $1 AND ($2::text IS NULL OR d.state = $2) AND ($3::bigint IS NULL OR d.id < $3)
    ORDER BY d.id DESC LIMIT $4)sql"};
constexpr Statement kLoadDelivery{"delivery_load", "SELECT" DELIVERY_COLUMNS "WHERE d.webhook_id = $1 AND d.id = $2"};
constexpr Statement kDeliveryLog{"delivery_log", R"sql(
    SELECT delivery_id, ended_at, duration_ms, status, error, controller FROM webhook_attempts
    WHERE delivery_id = ANY ($1::bigint[]) ORDER BY delivery_id, n)sql"};
constexpr Statement kRedeliver{"delivery_again", "SELECT redeliver($1)"};
constexpr Statement kClaimDelivery{"delivery_claim", R"sql(
    SELECT delivery_id, lease, attempt, webhook_id, url, salt, previous_salt, seq, at, kind, subject, data::text
    FROM claim_delivery($1, $2, $3::interval))sql"};
constexpr Statement kFinishDelivery{"delivery_finish", R"sql(
    SELECT finish_delivery($1, $2, $3, $4::interval, $5, $6, $7, $8))sql"};
constexpr Statement kDropOldDeliveries{"delivery_drop_old", "SELECT drop_old_deliveries($1::interval, $2)"};
constexpr Statement kCountWebhooks{"webhook_counts", R"sql(
    SELECT (SELECT count(*) FROM webhooks WHERE active),
           (SELECT count(*) FROM webhook_deliveries WHERE state = 'pending'),
           (SELECT count(*) FROM webhook_deliveries WHERE state = 'dead'))sql"};

#undef WEBHOOK_COLUMNS
#undef DELIVERY_COLUMNS

Webhook ReadWebhook(Columns& in) {
    Webhook webhook;
    webhook.id = in.Id<policy::RecordId>();
    webhook.name = in.Text();
    webhook.url = in.Text();
    const std::string kinds = in.Text();
    if (!kinds.empty()) {
        for (const std::string_view kind : platform::Split(kinds, ',')) {
            webhook.kinds.emplace_back(kind);
        }
    }
    webhook.key_id = in.Text();
    webhook.salt = in.Text();
    webhook.active = in.Flag();
    webhook.created_by = in.Text();
    webhook.created_at = in.Instant();
    webhook.pending = in.Int();
    webhook.dead = in.Int();
    webhook.version = in.Int();
    return webhook;
}

WebhookDelivery ReadDelivery(Columns& in) {
    WebhookDelivery delivery;
    delivery.id = in.Int();
    delivery.webhook = in.Id<policy::RecordId>();
    delivery.event_seq = in.Int();
    delivery.kind = in.Text();
    delivery.subject = in.Text();
    delivery.state = in.Enum<DeliveryState>();
    delivery.attempts = in.Int();
    delivery.created_at = in.Instant();
    delivery.next_at = in.Instant();
    delivery.finished_at = in.OptInstant();
    return delivery;
}

void FillDeliveryLogs(Tx& tx, std::vector<WebhookDelivery>& deliveries) {
    std::vector<std::int64_t> ids;
    for (const WebhookDelivery& delivery : deliveries) {
        ids.push_back(delivery.id);
    }
    const auto attempts = tx.All(
        kDeliveryLog,
        [](Columns& in) {
            WebhookAttempt attempt;
            attempt.delivery = in.Int();
            attempt.ended_at = in.Instant();
            attempt.duration_ms = in.Int();
            attempt.status = in.OptInt();
            attempt.error = in.Text();
            attempt.controller = in.Text();
            return attempt;
        },
        ids);
    for (const WebhookAttempt& attempt : attempts) {
        std::ranges::find(deliveries, attempt.delivery, &WebhookDelivery::id)->log.push_back(attempt);
    }
}

}  // namespace

Webhook InsertWebhook(Tx& tx, const NewWebhook& webhook) {
    tx.Exec(kInsertWebhook, webhook.id, webhook.name, webhook.url, webhook.kinds, webhook.key_id, webhook.salt,
            webhook.created_by);
    return tx.One(kLoadWebhook, ReadWebhook, webhook.id);
}

std::optional<Webhook> LoadWebhook(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockWebhook : kLoadWebhook, ReadWebhook, id);
}

Page<Webhook> ListWebhooks(Tx& tx, const PageQuery& page) {
    return tx.ListPage(kListWebhooks, page, ReadWebhook, [](const Webhook& row) { return row.id.Text(); });
}

Webhook ChangeWebhook(Tx& tx, const Webhook& webhook) {
    tx.Exec(kChangeWebhook, webhook.id, webhook.name, webhook.url, webhook.kinds, webhook.active);
    return tx.One(kLoadWebhook, ReadWebhook, webhook.id);
}

Webhook RotateWebhookSecret(Tx& tx, const policy::RecordId& id, const std::string& key_id, const std::string& salt,
                            policy::Duration keep) {
    tx.Exec(kRotateWebhook, id, key_id, salt, keep);
    return tx.One(kLoadWebhook, ReadWebhook, id);
}

Page<WebhookDelivery> ListDeliveries(Tx& tx, const policy::RecordId& webhook, std::optional<DeliveryState> state,
                                     const PageQuery& page) {
    auto result = tx.ListPage(
        kListDeliveries, page, ReadDelivery, [](const WebhookDelivery& row) { return std::to_string(row.id); }, webhook,
        state);
    FillDeliveryLogs(tx, result.rows);
    return result;
}

std::optional<WebhookDelivery> LoadDelivery(Tx& tx, const policy::RecordId& webhook, std::int64_t id) {
    auto found = tx.All(kLoadDelivery, ReadDelivery, webhook, id);
    if (found.empty()) {
        return std::nullopt;
    }
    FillDeliveryLogs(tx, found);
    return std::move(found.front());
}

bool Redeliver(Tx& tx, std::int64_t id) {
    return tx.One(
        kRedeliver, [](Columns& in) { return in.Flag(); }, id);
}

std::optional<ClaimedDelivery> ClaimDelivery(Tx& tx, const std::string& controller, const std::string& key_id,
                                             policy::Duration hold_for) {
    return tx.Find(
        kClaimDelivery,
        [](Columns& in) {
            ClaimedDelivery claimed;
            claimed.id = in.Int();
            claimed.lease = in.Int();
            claimed.attempt = static_cast<int>(in.Int());
            claimed.webhook = in.Text();
            claimed.url = in.Text();
            claimed.salt = in.Text();
            claimed.previous_salt = in.OptText();
            claimed.event.seq = in.Int();
            claimed.event.at = in.Instant();
            claimed.event.kind = in.Text();
            claimed.event.subject = in.Text();
            claimed.event.data = in.Text();
            return claimed;
        },
        controller, key_id, hold_for);
}

bool FinishDelivery(Tx& tx, const ClaimedDelivery& claimed, const DeliveryResult& result,
                    const std::string& controller) {
    return tx.One(
        kFinishDelivery, [](Columns& in) { return in.Flag(); }, claimed.id, claimed.lease, result.state,
        result.retry_after, result.status, result.error,
        std::chrono::duration_cast<std::chrono::milliseconds>(result.took).count(), controller);
}

std::int64_t DropOldDeliveries(Tx& tx, policy::Duration age, int most) {
    return tx.One(
        kDropOldDeliveries, [](Columns& in) { return in.Int(); }, age, most);
}

WebhookCounts CountWebhooks(Tx& tx) {
    return tx.One(kCountWebhooks, [](Columns& in) {
        WebhookCounts counts;
        counts.active = in.Int();
        counts.pending = in.Int();
        counts.dead = in.Int();
        return counts;
    });
}

}  // namespace store
