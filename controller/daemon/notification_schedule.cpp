#include "controller/daemon/notification_schedule.hpp"

#include "controller/app/communication.hpp"
#include "controller/store/webhooks.hpp"

namespace controller::daemon {
namespace {

constexpr int kForgottenPerRound = 500;

}  // namespace

void NotificationSchedule::Round() {
    database_.Write([](store::Tx& tx) { app::SendDueMessages(tx); });
    database_.Write([&](store::Tx& tx) { store::DropOldDeliveries(tx, retention_, kForgottenPerRound); });
}

void NotificationSchedule::Count() {
    const store::WebhookCounts counts = database_.Once([](store::Tx& tx) { return store::CountWebhooks(tx); });
    registry_.GaugeFor("portcullis_webhooks").Set(static_cast<double>(counts.active));
    registry_.GaugeFor("portcullis_webhook_deliveries_pending").Set(static_cast<double>(counts.pending));
    registry_.GaugeFor("portcullis_webhook_deliveries_dead").Set(static_cast<double>(counts.dead));
}

}  // namespace controller::daemon
