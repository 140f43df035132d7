// Delivers events to receivers: claims what is due, sends it signed, records what came of it.
//
// One thread looks for work, others speak to one receiver each; there are as many of them as there may be active
// webhooks, so a receiver that hangs holds up nobody else. Several controllers share the work through the leases of the
// database; what a controller that died was sending is sent again by another, under the same id. Every call is bounded
// in time and in what is read; redirects are not followed; addresses of this machine and its links are not spoken to
// unless they are allowed. A database that fails is waited for.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "controller/app/webhook_key.hpp"
#include "controller/store/database.hpp"
#include "controller/store/webhooks.hpp"
#include "platform/httpc/address_rules.hpp"
#include "platform/httpc/client.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

struct NotifierOptions {
    std::string controller;
    std::chrono::milliseconds timeout{10'000};  // for one attempt, everything included
    int attempts = 16;                          // then the delivery is dead
    platform::Duration retry_base = std::chrono::seconds(5);
    platform::Duration retry_cap = std::chrono::hours(1);
    platform::AddressRules addresses;
    bool simulated_clock = false;
};

/// What to do after a failed attempt: again after a time that doubles, half of it by chance, or no more.
platform::Duration RetryDelay(const NotifierOptions& options, int attempt, double chance);

class Notifier {
public:
    Notifier(store::DatabaseOptions database, NotifierOptions options, const app::WebhookKey& key,
             platform::Metrics& registry);
    /// Breaks off calls that run, which are made again later, and ends the threads.
    ~Notifier();
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

private:
    void Look();
    void Work();
    /// Claims for free threads; false when there was nothing.
    bool Claim();
    void Deliver(platform::HttpClient& client, const store::ClaimedDelivery& claimed);
    store::DeliveryResult Send(platform::HttpClient& client, const store::ClaimedDelivery& claimed);
    std::string Installation();

    store::Database database_;
    const NotifierOptions options_;
    const app::WebhookKey& key_;
    platform::Metrics& registry_;
    platform::LogLimiter limiter_{std::chrono::seconds(30)};
    std::string installation_;

    std::mutex mutex_;
    std::condition_variable work_;  // something to send, or the end
    std::condition_variable idle_;  // for the looking thread: a thread is free, or the end
    std::list<store::ClaimedDelivery> claimed_;
    std::size_t busy_ = 0;
    std::atomic<bool> stopping_ = false;
    std::vector<std::thread> workers_;
    std::thread looker_;
};

}  // namespace controller::daemon
