// Deliveries by PostgreSQL itself: who gets which event, one lane for each receiver, leases that end.
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "controller/store/outbox.hpp"
#include "controller/store/webhooks.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using policy::RecordId;
using store::DeliveryState;
using store::Tx;

constexpr const char* kKey = "0123456789abcdef";
constexpr policy::Duration kLong = std::chrono::hours(1);
constexpr policy::Duration kOver = std::chrono::microseconds(0);

RecordId SubscribeHook(World& world, std::vector<std::string> kinds, const std::string& key = kKey) {
    return world.Db().Write([&](Tx& tx) {
        return store::InsertWebhook(tx, {NewId("whk"), "Hook", "https://hooks.example.com/x", std::move(kinds), key,
                                         "0123456789abcdef", Person("ada")})
            .id;
    });
}

void TellEvent(World& world, const std::string& kind, const std::string& subject = "s") {
    world.Db().Write([&](Tx& tx) { store::AppendOutbox(tx, kind, subject, R"({"a":1})"); });
}

std::optional<store::ClaimedDelivery> ClaimNext(World& world, policy::Duration hold_for = kLong,
                                                const std::string& controller = "one") {
    return world.Db().Write([&](Tx& tx) { return store::ClaimDelivery(tx, controller, kKey, hold_for); });
}

bool FinishClaimed(World& world, const store::ClaimedDelivery& claimed, DeliveryState state,
                   policy::Duration retry_after = {}) {
    return world.Db().Write([&](Tx& tx) {
        store::DeliveryResult result;
        result.state = state;
        result.retry_after = retry_after;
        result.status = state == DeliveryState::kDelivered ? 200 : 500;
        return store::FinishDelivery(tx, claimed, result, "one");
    });
}

std::vector<store::WebhookDelivery> DeliveriesOf(World& world, const RecordId& webhook) {
    return world.Db().Read([&](Tx& tx) { return store::ListDeliveries(tx, webhook, std::nullopt, {100, ""}).rows; });
}

TEST(WebhookRules, EachGetsTheKindsItWants) {
    World world;
    const RecordId all = SubscribeHook(world, {});
    const RecordId some = SubscribeHook(world, {"incident.", "release.promoted"});
    const RecordId off = SubscribeHook(world, {});
    world.Sql("UPDATE portcullis.webhooks SET active = false WHERE id = '" + off.Text() + "'");
    for (const char* kind : {"incident.opened", "incidents.x", "release.promoted", "release.promoted.twice"}) {
        TellEvent(world, kind);
    }
    TellEvent(world, "webhook.test", some.Text());
    EXPECT_EQ(DeliveriesOf(world, all).size(), 4U);
    ASSERT_EQ(DeliveriesOf(world, some).size(), 3U);
    EXPECT_EQ(DeliveriesOf(world, some)[0].kind, "webhook.test");
    EXPECT_EQ(DeliveriesOf(world, some)[1].kind, "release.promoted");
    EXPECT_EQ(DeliveriesOf(world, some)[2].kind, "incident.opened");
    EXPECT_TRUE(DeliveriesOf(world, off).empty());
}

TEST(WebhookRules, AnEventThatIsTakenBackIsDeliveredToNobody) {
    World world;
    const RecordId hook = SubscribeHook(world, {});
    EXPECT_THROW(world.Db().Write([&](Tx& tx) {
        store::AppendOutbox(tx, "incident.opened", "s", "{}");
        throw std::runtime_error("the transaction ends here");
    }),
                 std::runtime_error);
    EXPECT_TRUE(DeliveriesOf(world, hook).empty());
}

TEST(WebhookRules, OneAtATimeForEachReceiver) {
    World world;
    const RecordId slow = SubscribeHook(world, {});
    TellEvent(world, "incident.opened");
    TellEvent(world, "incident.resolved");
    const auto first = ClaimNext(world);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->webhook, slow.Text());
    EXPECT_EQ(first->event.kind, "incident.opened");
    EXPECT_EQ(first->attempt, 1);
    EXPECT_FALSE(ClaimNext(world));  // its lane is held
    const RecordId other = SubscribeHook(world, {});
    TellEvent(world, "incident.opened");
    const auto second = ClaimNext(world);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->webhook, other.Text());
    EXPECT_FALSE(ClaimNext(world));
    EXPECT_TRUE(
        FinishClaimed(world, *first, DeliveryState::kPending, kLong));  // again in an hour; the next has its turn
    const auto third = ClaimNext(world);
    ASSERT_TRUE(third);
    EXPECT_EQ(third->event.kind, "incident.resolved");
}

TEST(WebhookRules, ALeaseThatEndedIsTakenOverAndItsHolderDecidesNothingMore) {
    World world;
    const RecordId hook = SubscribeHook(world, {});
    TellEvent(world, "incident.opened");
    const auto lost = ClaimNext(world, kOver);
    const auto taken = ClaimNext(world, kLong, "two");
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->id, lost->id);
    EXPECT_EQ(taken->attempt, 2);
    EXPECT_FALSE(FinishClaimed(world, *lost, DeliveryState::kDead));
    EXPECT_EQ(DeliveriesOf(world, hook)[0].state, DeliveryState::kPending);
    EXPECT_FALSE(ClaimNext(world));  // the second's lease holds
    EXPECT_TRUE(FinishClaimed(world, *taken, DeliveryState::kDelivered));
    const auto delivery = DeliveriesOf(world, hook)[0];
    EXPECT_EQ(delivery.state, DeliveryState::kDelivered);
    EXPECT_EQ(delivery.log.size(), 2U);
    EXPECT_TRUE(delivery.finished_at);
}

TEST(WebhookRules, ManyControllersClaimEachDeliveryOnce) {
    World world;
    for (int i = 0; i < 4; ++i) {
        SubscribeHook(world, {});
    }
    constexpr std::size_t kEvents = 10;
    for (std::size_t i = 0; i < kEvents; ++i) {
        TellEvent(world, "incident.opened");
    }
    std::mutex mutex;
    std::multiset<std::int64_t> claimed;
    std::vector<std::thread> controllers;
    for (int i = 0; i < 3; ++i) {
        controllers.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                const auto one = ClaimNext(world);
                if (!one) {
                    continue;
                }
                {
                    const std::lock_guard lock(mutex);
                    claimed.insert(one->id);
                }
                FinishClaimed(world, *one, DeliveryState::kDelivered);
            }
        });
    }
    for (std::thread& controller : controllers) {
        controller.join();
    }
    while (const auto rest = ClaimNext(world)) {
        claimed.insert(rest->id);
        FinishClaimed(world, *rest, DeliveryState::kDelivered);
    }
    EXPECT_EQ(claimed.size(), 4 * kEvents);
    EXPECT_EQ(std::set<std::int64_t>(claimed.begin(), claimed.end()).size(), 4 * kEvents);
}

TEST(WebhookRules, AnotherKeyIsNotSignedWith) {
    World world;
    SubscribeHook(world, {}, "fedcba9876543210");
    TellEvent(world, "incident.opened");
    EXPECT_FALSE(ClaimNext(world));
}

TEST(WebhookRules, WhatEndedIsForgottenAfterItsTimeAndDeliveredOnceMoreBefore) {
    World world;
    const RecordId hook = SubscribeHook(world, {"incident."});
    TellEvent(world, "incident.opened");
    TellEvent(world, "release.promoted");  // for nobody
    const auto dead = ClaimNext(world);
    EXPECT_TRUE(FinishClaimed(world, *dead, DeliveryState::kDead));
    world.Db().Write([&](Tx& tx) {
        EXPECT_EQ(store::DropOldDeliveries(tx, kLong, 100), 0);
        EXPECT_TRUE(store::Redeliver(tx, dead->id));
        EXPECT_FALSE(store::Redeliver(tx, dead->id));
        EXPECT_EQ(store::CountWebhooks(tx).pending, 1);
    });
    const auto again = ClaimNext(world);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->attempt, 1);
    EXPECT_EQ(again->event.seq, dead->event.seq);
    EXPECT_TRUE(FinishClaimed(world, *again, DeliveryState::kDelivered));
    world.Advance(std::chrono::hours(2));  // events are old by the clock of the rules
    world.Db().Write([&](Tx& tx) {
        EXPECT_EQ(store::DropOldDeliveries(tx, kOver, 100), 1);
        EXPECT_TRUE(store::LoadOutbox(tx, 0, 10).empty());
    });
    EXPECT_TRUE(DeliveriesOf(world, hook).empty());
}

TEST(WebhookRules, AreBoundedAndNobodyElsesToChange) {
    World world;
    const RecordId hook = SubscribeHook(world, {});
    ExpectRefused(world, "ATT-1",
                  "INSERT INTO portcullis.webhooks (id, name, url, kinds, key_id, salt, created_by) VALUES ('w', 'n', "
                  "'https://x', '{}', 'k', '0123456789abcdef', 'ci')");
    for (int i = 0; i < 63; ++i) {
        SubscribeHook(world, {});
    }
    EXPECT_EQ(RuleRefusing([&] { SubscribeHook(world, {}); }), "NTF-1");
    world.Sql("UPDATE portcullis.webhooks SET active = false WHERE id = '" + hook.Text() + "'");
    EXPECT_NO_THROW(SubscribeHook(world, {}));
    ExpectRefused(world, "NTF-1", "UPDATE portcullis.webhooks SET active = true WHERE id = '" + hook.Text() + "'");
    ExpectNoRight(world, "DELETE FROM portcullis.webhooks");
    ExpectNoRight(world, "UPDATE portcullis.webhook_deliveries SET state = 'delivered'");
    ExpectNoRight(world, "INSERT INTO portcullis.webhook_deliveries (webhook_id, event_seq) VALUES ('w', 1)");
    ExpectNoRight(world, "DELETE FROM portcullis.webhook_attempts");
    ExpectNoRight(world, "UPDATE portcullis.webhook_lanes SET until = NULL");
    ExpectNoRight(world, "INSERT INTO portcullis.rollback_messages (rollback_id, n) VALUES ('r', 1)");
}

}  // namespace
}  // namespace store_test
