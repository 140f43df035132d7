#include "pulse/app/event_bus.hpp"

#include <memory>
#include <mutex>

namespace pulse::app {

void EventBus::Publish(tenancy::EventType type, const tenancy::OrgId& org, std::string message) const {
    const tenancy::Event event{type, org, std::make_shared<const std::string>(std::move(message))};
    const std::shared_lock lock(mutex_);
    for (const auto& [id, sink] : sinks_) {
        sink(event);
    }
}

EventBus::Subscription EventBus::Subscribe(Sink sink) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t id = next_id_++;
    sinks_.emplace_back(id, std::move(sink));
    return {this, id};
}

EventBus::Subscription& EventBus::Subscription::operator=(Subscription&& other) noexcept {
    if (this != &other) {
        Reset();
        bus_ = std::exchange(other.bus_, nullptr);
        id_ = std::exchange(other.id_, 0);
    }
    return *this;
}

void EventBus::Subscription::Reset() {
    if (bus_ == nullptr) {
        return;
    }
    EventBus* const bus = std::exchange(bus_, nullptr);
    const std::lock_guard lock(bus->mutex_);
    std::erase_if(bus->sinks_, [&](const auto& sink) { return sink.first == id_; });
}

}  // namespace pulse::app
