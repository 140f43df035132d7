// Where operations and jobs say what happened to a tenant, and whoever shows it live (open sockets) hears it.
//
// Publish calls every sink on the publishing thread: a sink hands the event on and returns; it must not throw and must
// not subscribe or publish. To whom an event goes is the sink's to decide, by tenancy::DeliverTo. Publish after the
// commit, never inside a transaction. kRawData without a message says that the tenant's state is another: whoever shows
// it looks again. Thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "tenancy/events.hpp"

namespace pulse::app {

class EventBus {
public:
    using Sink = std::function<void(const tenancy::Event& event)>;

    EventBus() = default;
    EventBus(const EventBus&) = delete;
    EventBus& operator=(const EventBus&) = delete;

    void Publish(tenancy::EventType type, const tenancy::OrgId& org, std::string message) const;

    /// The sink hears until this is destroyed, which waits for a Publish that is running. Must not outlive the bus.
    class Subscription {
    public:
        Subscription() = default;
        Subscription(Subscription&& other) noexcept
            : bus_(std::exchange(other.bus_, nullptr)), id_(std::exchange(other.id_, 0)) {}
        Subscription& operator=(Subscription&& other) noexcept;
        ~Subscription() {
            Reset();
        }
        void Reset();

    private:
        friend class EventBus;
        Subscription(EventBus* bus, std::uint64_t id) : bus_(bus), id_(id) {}

        EventBus* bus_ = nullptr;
        std::uint64_t id_ = 0;
    };
    [[nodiscard]] Subscription Subscribe(Sink sink);

private:
    mutable std::shared_mutex mutex_;
    std::vector<std::pair<std::uint64_t, Sink>> sinks_;
    std::uint64_t next_id_ = 1;
};

}  // namespace pulse::app
