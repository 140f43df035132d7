// Webhooks, what is still to be delivered to them, and what was tried.
//
// PostgreSQL turns each event into deliveries itself, in the transaction that writes the event. A delivery is claimed
// with the lease of its webhook's lane; only who holds the lease decides about it. Value types; errors as
// store::Database.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/page.hpp"

namespace store {

enum class DeliveryState : std::uint8_t { kPending, kDelivered, kDead };

struct Webhook {
    policy::RecordId id;
    std::string name;
    std::string url;
    std::vector<std::string> kinds;  // exact, or a prefix that ends with "."; none: all
    std::string key_id;
    std::string salt;
    bool active = true;
    std::string created_by;
    policy::Time created_at{};
    std::int64_t pending = 0;  // deliveries
    std::int64_t dead = 0;
    std::int64_t version = 1;
};

struct NewWebhook {
    policy::RecordId id;
    std::string name;
    std::string url;
    std::vector<std::string> kinds;
    std::string key_id;
    std::string salt;
    policy::PrincipalId created_by;
};

struct WebhookAttempt {
    std::int64_t delivery = 0;
    policy::Time ended_at{};
    std::int64_t duration_ms = 0;
    std::optional<std::int64_t> status;
    std::string error;
    std::string controller;
};

struct WebhookDelivery {
    std::int64_t id = 0;
    policy::RecordId webhook;
    std::int64_t event_seq = 0;
    std::string kind;
    std::string subject;
    DeliveryState state = DeliveryState::kPending;
    std::int64_t attempts = 0;
    policy::Time created_at{};
    policy::Time next_at{};
    std::optional<policy::Time> finished_at;
    std::vector<WebhookAttempt> log;  // oldest first
};

/// What is to be sent now, by whoever holds the lease.
struct ClaimedDelivery {
    std::int64_t id = 0;
    std::int64_t lease = 0;
    int attempt = 1;
    std::string webhook;
    std::string url;
    std::string salt;
    std::optional<std::string> previous_salt;
    OutboxEvent event;
};

struct DeliveryResult {
    DeliveryState state = DeliveryState::kPending;  // pending: again after `retry_after`
    policy::Duration retry_after{};
    std::optional<int> status;
    std::string error;
    policy::Duration took{};
};

struct WebhookCounts {
    std::int64_t active = 0;
    std::int64_t pending = 0;
    std::int64_t dead = 0;
};

Webhook InsertWebhook(Tx& tx, const NewWebhook& webhook);
std::optional<Webhook> LoadWebhook(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Ordered by id.
Page<Webhook> ListWebhooks(Tx& tx, const PageQuery& page);
/// Its name, address, kinds and whether it is active.
Webhook ChangeWebhook(Tx& tx, const Webhook& webhook);
/// The secret of before is good for `keep` longer.
Webhook RotateWebhookSecret(Tx& tx, const policy::RecordId& id, const std::string& key_id, const std::string& salt,
                            policy::Duration keep);

/// Newest first, with what was tried; `after` is a number.
Page<WebhookDelivery> ListDeliveries(Tx& tx, const policy::RecordId& webhook, std::optional<DeliveryState> state,
                                     const PageQuery& page);
std::optional<WebhookDelivery> LoadDelivery(Tx& tx, const policy::RecordId& webhook, std::int64_t id);
/// Once more, from the beginning; false when it is pending already.
bool Redeliver(Tx& tx, std::int64_t id);

/// None: nothing is due, or all lanes with something due are held. Only webhooks whose secrets come from this key.
std::optional<ClaimedDelivery> ClaimDelivery(Tx& tx, const std::string& controller, const std::string& key_id,
                                             policy::Duration hold_for);
/// False when the lease was lost meanwhile: then the attempt is on record and nothing else.
bool FinishDelivery(Tx& tx, const ClaimedDelivery& claimed, const DeliveryResult& result,
                    const std::string& controller);

/// Finished deliveries that ended so long ago, and events nobody waits for; at most `most` of each.
std::int64_t DropOldDeliveries(Tx& tx, policy::Duration age, int most);
WebhookCounts CountWebhooks(Tx& tx);

}  // namespace store

namespace platform {

template <>
struct EnumNames<store::DeliveryState> {
    static constexpr std::array<EnumName<store::DeliveryState>, 3> kNames{
        {{store::DeliveryState::kPending, "pending"},
         {store::DeliveryState::kDelivered, "delivered"},
         {store::DeliveryState::kDead, "dead"}}};
};

}  // namespace platform
