#include "tenancy/kill_switch.hpp"

#include <algorithm>

namespace tenancy {
namespace {

constexpr char LowerOfAscii(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool EnvironmentSaysOn(std::optional<std::string_view> value) noexcept {
    constexpr std::string_view kTrue = "true";
    return value && value->size() == kTrue.size() &&
           std::equal(kTrue.begin(), kTrue.end(), value->begin(), [](char a, char b) { return a == LowerOfAscii(b); });
}

bool EnvironmentSaysHosted(std::optional<std::string_view> value) noexcept {
    return value == std::string_view("true");
}

SwitchReason ReasonOf(const SwitchInputs& inputs) noexcept {
    if (!inputs.environment) {
        return SwitchReason::kEnvironment;
    }
    if (inputs.state_damaged) {
        return SwitchReason::kStateDamaged;
    }
    if (inputs.local_off) {
        return SwitchReason::kLocalOrder;
    }
    return inputs.order.value_or(true) ? SwitchReason::kOn : SwitchReason::kControllerOrder;
}

TenantSwitch::TenantSwitch(SwitchInputs inputs) : enabled_(EffectiveSwitch(inputs)), inputs_(inputs) {}

SwitchInputs TenantSwitch::Inputs() const {
    const std::lock_guard lock(inputs_mutex_);
    return inputs_;
}

bool TenantSwitch::Set(const SwitchInputs& inputs) {
    const bool enabled = EffectiveSwitch(inputs);
    // Off at once, before waiting for whoever is still telling observers of an earlier change.
    if (!enabled) {
        enabled_.store(false, std::memory_order_release);
    }
    const std::lock_guard telling(observers_mutex_);
    bool changed = false;
    {
        const std::lock_guard lock(inputs_mutex_);
        changed = EffectiveSwitch(inputs_) != enabled;
        inputs_ = inputs;
        enabled_.store(enabled, std::memory_order_release);
    }
    if (changed) {
        for (const auto& [id, observer] : observers_) {
            observer(enabled);
        }
    }
    return changed;
}

TenantSwitch::Observation TenantSwitch::Observe(Observer observer) {
    const std::lock_guard telling(observers_mutex_);
    const std::uint64_t id = next_id_++;
    observers_.emplace_back(id, std::move(observer));
    return {this, id};
}

TenantSwitch::Observation::Observation(Observation&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), id_(other.id_) {}

TenantSwitch::Observation& TenantSwitch::Observation::operator=(Observation&& other) noexcept {
    if (this != &other) {
        Reset();
        owner_ = std::exchange(other.owner_, nullptr);
        id_ = other.id_;
    }
    return *this;
}

TenantSwitch::Observation::~Observation() {
    Reset();
}

void TenantSwitch::Observation::Reset() {
    TenantSwitch* owner = std::exchange(owner_, nullptr);
    if (owner == nullptr) {
        return;
    }
    const std::lock_guard telling(owner->observers_mutex_);
    auto& observers = owner->observers_;
    observers.erase(
        std::remove_if(observers.begin(), observers.end(), [&](const auto& entry) { return entry.first == id_; }),
        observers.end());
}

}  // namespace tenancy
