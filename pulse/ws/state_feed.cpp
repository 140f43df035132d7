#include "pulse/ws/state_feed.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>

#include "platform/log/log.hpp"
#include "pulse/app/records.hpp"
#include "pulse/ws/socket.hpp"

namespace pulse::ws {
namespace {

using platform::SteadyNow;
using platform::SteadyTime;
using platform::WsConnectionPtr;
using platform::WsMessage;
using tenancy::OrgId;

constexpr std::string_view kJob = "live state";
constexpr platform::Duration kRetryAfter = std::chrono::seconds(1);

/// One message for many readers; what one of them cannot take becomes a word about it.
class Envelope {
public:
    Envelope(std::string_view type, std::string text, std::size_t resources)
        : type_(type), resources_(resources), message_(std::make_shared<const std::string>(std::move(text))) {}

    void SendTo(platform::WsConnection& connection) const {
        const auto limit = SocketOf(connection).max_message_bytes;
        if (!limit || message_->size() <= *limit) {
            connection.Send(message_);
            return;
        }
        connection.Send(wire::EncodeStateTooLarge(
            {.supersedes = type_, .bytes = message_->size(), .max_bytes = *limit, .resources = resources_}));
    }

private:
    std::string_view type_;
    std::size_t resources_;
    WsMessage message_;
};

}  // namespace

StateFeed::StateFeed(app::Services& services, Feeding feeding) : services_(services), feeding_(std::move(feeding)) {
    thread_ = std::thread([this] { Loop(); });
}

StateFeed::~StateFeed() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void StateFeed::Want(const WsConnectionPtr& connection, Whole as) {
    const std::lock_guard lock(mutex_);
    const OrgId& org = SocketOf(*connection).org;
    Plan(org, NextWindow(org), {{connection->Id(), as}});
}

void StateFeed::Changed(const OrgId& org) {
    const std::lock_guard lock(mutex_);
    Plan(org, SteadyNow() + feeding_.window, {});
}

SteadyTime StateFeed::NextWindow(const OrgId& org) const {
    const auto read = read_at_.find(org);
    return read == read_at_.end() ? SteadyNow() : std::max(SteadyNow(), read->second + feeding_.window);
}

void StateFeed::Plan(const OrgId& org, SteadyTime due, const std::unordered_map<std::uint64_t, Whole>& whole) {
    const auto [entry, is_new] = pending_.try_emplace(org, Pending{due, {}});
    Pending& pending = entry->second;
    const bool sooner = is_new || due < pending.due;
    pending.due = std::min(pending.due, due);
    for (const auto& [connection, as] : whole) {
        pending.whole.try_emplace(connection, as);  // the first message stays `initialState`
    }
    if (sooner) {
        changed_.notify_one();
    }
}

void StateFeed::Loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const SteadyTime now = SteadyNow();
        SteadyTime next = now + std::chrono::minutes(1);
        std::vector<Batch> due;
        for (auto entry = pending_.begin(); entry != pending_.end();) {
            if (entry->second.due <= now) {
                due.emplace_back(entry->first, std::move(entry->second));
                entry = pending_.erase(entry);
            } else {
                next = std::min(next, entry->second.due);
                ++entry;
            }
        }
        if (due.empty()) {
            changed_.wait_until(lock, next);
            continue;
        }
        lock.unlock();
        for (const Batch& batch : due) {
            Serve(batch);
        }
        lock.lock();
    }
}

void StateFeed::Serve(const Batch& batch) {
    const auto& [org, pending] = batch;
    try {
        const auto scope = tenancy::TenantScope::Job(
            org, std::string(kJob), services_.mode,
            tenancy::FactOf(services_.tenant_switch.Enabled() && services_.control_link.TenancyIsOn(org)));
        if (!scope || feeding_.audience(org).empty()) {
            told_.erase(org);
            const std::lock_guard lock(mutex_);
            read_at_.erase(org);
            return;
        }
        {
            const std::lock_guard lock(mutex_);
            read_at_[org] = SteadyNow();
        }
        const std::string state = app::DescribeState(services_, *scope, platform::SystemNow());
        // Asked again: whoever was shut out before the state was read must not see it.
        Tell(batch, feeding_.audience(org), state);
    } catch (const std::exception& error) {
        static platform::LogLimiter limiter(std::chrono::seconds(10));
        platform::LogLimited(limiter, platform::Level::kWarning, "ws.state_unavailable",
                             {{"org_id", org.Text()}, {"error", std::string_view(error.what())}});
        const std::lock_guard lock(mutex_);
        Plan(org, SteadyNow() + kRetryAfter, pending.whole);
    }
}

void StateFeed::Tell(const Batch& batch, const std::vector<WsConnectionPtr>& audience, const std::string& state) {
    const auto& [org, pending] = batch;
    wire::LiveState now = wire::ReadLiveState(state);
    const auto before = told_.find(org);
    std::optional<Envelope> changes;
    if (before != told_.end()) {
        if (auto text = wire::EncodeChanges(before->second, now)) {
            changes.emplace("rawData", std::move(*text), now.resources);
        }
    }
    std::optional<Envelope> initial;
    std::optional<Envelope> raw;
    for (const WsConnectionPtr& connection : audience) {
        Socket& socket = SocketOf(*connection);
        const auto whole = pending.whole.find(connection->Id());
        if (whole == pending.whole.end()) {
            if (socket.has_state && changes) {
                changes->SendTo(*connection);
            }
            continue;
        }
        if (whole->second == Whole::kInitialState) {
            if (!initial) {
                initial.emplace("initialState", wire::EncodeInitialState(state), now.resources);
            }
            initial->SendTo(*connection);
        } else {
            if (!raw) {
                raw.emplace("rawData", wire::EncodeRawData(state), now.resources);
            }
            raw->SendTo(*connection);
        }
        socket.has_state = true;
    }
    told_.insert_or_assign(org, std::move(now));
}

}  // namespace pulse::ws
