#include "controller/daemon/notifier.hpp"

#include <algorithm>
#include <exception>

#include "controller/store/installation.hpp"
#include "controller/wire/webhook_json.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"

namespace controller::daemon {
namespace {

/// As many as there may be active webhooks (portcullis.guard_webhook).
constexpr std::size_t kMostLanes = 64;
constexpr std::chrono::milliseconds kLook{500};
/// Above an attempt's time-out: recording the result may wait for the database.
constexpr std::chrono::seconds kLeaseMargin{30};
/// What of an answer is read; it is not kept.
constexpr std::size_t kMostAnswer = 64 * 1024;
constexpr std::size_t kMostError = 300;

bool IsGood(int status) {
    return status >= 200 && status < 300;
}

/// From 0 to 1.
double Chance() {
    const std::string bytes = platform::RandomBytes(2);
    return (static_cast<unsigned char>(bytes[0]) * 256 + static_cast<unsigned char>(bytes[1])) / 65535.0;
}

}  // namespace

platform::Duration RetryDelay(const NotifierOptions& options, int attempt, double chance) {
    platform::Duration delay = options.retry_base;
    for (int i = 1; i < attempt && delay < options.retry_cap; ++i) {
        delay *= 2;
    }
    delay = std::min(delay, options.retry_cap);
    return delay / 2 + platform::Duration(static_cast<std::int64_t>(static_cast<double>(delay.count() / 2) * chance));
}

Notifier::Notifier(store::DatabaseOptions database, NotifierOptions options, const app::WebhookKey& key,
                   platform::Metrics& registry)
    : database_(std::move(database)), options_(std::move(options)), key_(key), registry_(registry), looker_([this] {
          Look();
      }) {}

Notifier::~Notifier() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_.notify_all();
    idle_.notify_all();
    looker_.join();
    for (std::thread& worker : workers_) {
        worker.join();
    }
}

void Notifier::Look() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        bool found = false;
        try {
            found = Claim();
        } catch (const std::exception& error) {
            platform::LogLimited(limiter_, platform::Level::kWarning, "notifier.no_look",
                                 {{"error", std::string_view(error.what())}});
        }
        lock.lock();
        if (!found) {
            idle_.wait_for(lock, kLook, [this] { return stopping_.load(); });
        }
    }
}

std::string Notifier::Installation() {
    if (installation_.empty()) {
        installation_ =
            database_.Read([](store::Tx& tx) { return store::LoadInstallationValue(tx, "installation_id"); })
                .value_or("");
    }
    return installation_;
}

bool Notifier::Claim() {
    {
        const std::lock_guard lock(mutex_);
        if (busy_ + claimed_.size() >= kMostLanes) {
            return false;
        }
    }
    Installation();  // before anything is sent
    auto claimed = database_.Write([&](store::Tx& tx) {
        return store::ClaimDelivery(tx, options_.controller, key_.Id(), options_.timeout + kLeaseMargin);
    });
    if (!claimed) {
        return false;
    }
    {
        const std::lock_guard lock(mutex_);
        claimed_.push_back(std::move(*claimed));
        if (busy_ + claimed_.size() > workers_.size() && workers_.size() < kMostLanes) {
            workers_.emplace_back([this] { Work(); });
        }
    }
    work_.notify_one();
    return true;
}

void Notifier::Work() {
    platform::HttpClient client;
    std::unique_lock lock(mutex_);
    while (true) {
        work_.wait(lock, [this] { return stopping_.load() || !claimed_.empty(); });
        if (stopping_) {
            return;  // what was claimed and not begun is taken over when its lease ends
        }
        const store::ClaimedDelivery claimed = std::move(claimed_.front());
        claimed_.pop_front();
        ++busy_;
        lock.unlock();
        try {
            Deliver(client, claimed);
        } catch (const std::exception& error) {
            platform::LogLimited(limiter_, platform::Level::kWarning, "notifier.not_recorded",
                                 {{"webhook", claimed.webhook}, {"error", std::string_view(error.what())}});
        }
        lock.lock();
        --busy_;
    }
}

void Notifier::Deliver(platform::HttpClient& client, const store::ClaimedDelivery& claimed) {
    const store::DeliveryResult result = Send(client, claimed);
    database_.Write([&](store::Tx& tx) { store::FinishDelivery(tx, claimed, result, options_.controller); });
    const bool delivered = result.state == store::DeliveryState::kDelivered;
    registry_.CounterFor("portcullis_webhook_attempts_total", {delivered ? "delivered" : "failed"}).Increment();
    registry_.HistogramFor("portcullis_webhook_attempt_seconds").Observe(result.took);
    if (result.state == store::DeliveryState::kDead) {
        platform::Log(platform::Level::kWarning, "webhook.given_up",
                      {{"webhook", claimed.webhook},
                       {"kind", claimed.event.kind},
                       {"attempts", static_cast<std::int64_t>(claimed.attempt)},
                       {"error", result.error}});
    }
}

store::DeliveryResult Notifier::Send(platform::HttpClient& client, const store::ClaimedDelivery& claimed) {
    wire::EventMessage event;
    event.id = wire::EventId(installation_, claimed.event.seq);
    event.installation = installation_;
    event.kind = claimed.event.kind;
    event.subject = claimed.event.subject;
    event.at = claimed.event.at;
    event.data = claimed.event.data;
    event.simulated_clock = options_.simulated_clock;
    const std::int64_t timestamp =
        std::chrono::duration_cast<std::chrono::seconds>(platform::SystemNow().time_since_epoch()).count();
    platform::ClientRequest request;
    request.method = "POST";
    request.url = claimed.url;
    request.body = wire::EncodeCloudEvent(event);
    request.connect_timeout = options_.timeout;
    request.timeout = options_.timeout;
    request.max_response_bytes = kMostAnswer;
    request.allow_address = [this](const std::string& address) { return options_.addresses.Allows(address); };
    request.cancelled = [this] { return stopping_.load(); };
    std::string signatures =
        app::SignWebhook(key_.Secret(claimed.webhook, claimed.salt), event.id, timestamp, request.body);
    if (claimed.previous_salt) {
        signatures += " " + app::SignWebhook(key_.Secret(claimed.webhook, *claimed.previous_salt), event.id, timestamp,
                                             request.body);
    }
    request.headers = {{"Content-Type", "application/cloudevents+json; charset=utf-8"},
                       {"webhook-id", event.id},
                       {"webhook-timestamp", std::to_string(timestamp)},
                       {"webhook-signature", signatures}};
    const platform::Stopwatch stopwatch;
    const auto answer = client.Send(request);
    store::DeliveryResult result;
    result.took = stopwatch.Elapsed();
    const int status = answer ? answer->status : answer.error().status;
    if (status != 0) {
        result.status = status;
    }
    // A receiver that accepts and then talks without end has accepted.
    if (IsGood(status) && (answer || answer.error().too_large)) {
        result.state = store::DeliveryState::kDelivered;
        return result;
    }
    result.error = answer ? "the receiver answered " + std::to_string(status) +
                                (status >= 300 && status < 400 ? "; redirects are not followed" : "")
                          : answer.error().message.substr(0, kMostError);
    if (claimed.attempt >= options_.attempts && !stopping_) {
        result.state = store::DeliveryState::kDead;
        return result;
    }
    result.retry_after = RetryDelay(options_, claimed.attempt, Chance());
    return result;
}

}  // namespace controller::daemon
