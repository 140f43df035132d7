// The tenant switch of one process: on only when everything that has a say agrees.
//
//   enabled = the environment says true
//         AND the last accepted order of the controller, if there ever was one, says enabled
//         AND the operator on the machine has not switched it off
//         AND what is on disk about the last order could be read
//
// The most restrictive wins; losing the controller changes nothing. Orders and their files are tenancy/link's.
//
// TenantSwitch: Enabled is one atomic load, from any thread; a request asks once and finishes under the answer. Set
// swaps the value, then tells the observers, in the order they were added, one Set at a time, on the calling thread.
// Observers are told the value in force and only when it changed; they must not throw and must not call Set or Observe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/enum_text.hpp"

namespace tenancy {

constexpr std::string_view kSwitchVariable = "PULSE_MULTI_TENANT_ENABLED";
constexpr std::string_view kHostedVariable = "PULSE_HOSTED_MODE";

/// `true` in any case, without anything around it; unset and everything else is off.
bool EnvironmentSaysOn(std::optional<std::string_view> value) noexcept;
/// Exactly `true`.
bool EnvironmentSaysHosted(std::optional<std::string_view> value) noexcept;

struct SwitchInputs {
    bool environment = false;
    std::optional<bool> order;   // the last accepted order; empty: never had one
    bool local_off = false;      // an operator on this machine switched it off; there is no local on
    bool state_damaged = false;  // orders on disk could not be read: closed until that is mended

    friend bool operator==(const SwitchInputs&, const SwitchInputs&) = default;
};

constexpr bool EffectiveSwitch(const SwitchInputs& inputs) noexcept {
    return inputs.environment && inputs.order.value_or(true) && !inputs.local_off && !inputs.state_damaged;
}

/// What keeps it off, the first of: environment, damaged state, local order, controller's order; or that it is on.
enum class SwitchReason : std::uint8_t { kOn, kEnvironment, kStateDamaged, kLocalOrder, kControllerOrder };
SwitchReason ReasonOf(const SwitchInputs& inputs) noexcept;

class TenantSwitch {
public:
    explicit TenantSwitch(SwitchInputs inputs = {});
    TenantSwitch(const TenantSwitch&) = delete;
    TenantSwitch& operator=(const TenantSwitch&) = delete;

    bool Enabled() const noexcept {
        return enabled_.load(std::memory_order_acquire);
    }
    SwitchInputs Inputs() const;

    /// The new value is in force when this returns, and every observer has been told of a change. True when the
    /// effective value changed.
    bool Set(const SwitchInputs& inputs);

    using Observer = std::function<void(bool enabled)>;
    /// Called after each change until the handle is reset or destroyed; must not outlive the switch.
    class Observation {
    public:
        Observation() = default;
        Observation(Observation&& other) noexcept;
        Observation& operator=(Observation&& other) noexcept;
        ~Observation();
        /// When this returns the observer is not running and will not run again (not from inside an observer).
        void Reset();

    private:
        friend class TenantSwitch;
        Observation(TenantSwitch* owner, std::uint64_t id) : owner_(owner), id_(id) {}

        TenantSwitch* owner_ = nullptr;
        std::uint64_t id_ = 0;
    };
    [[nodiscard]] Observation Observe(Observer observer);

private:
    std::atomic<bool> enabled_;
    mutable std::mutex inputs_mutex_;
    SwitchInputs inputs_;
    std::mutex observers_mutex_;  // held while observers run: changes are told one after the other
    std::vector<std::pair<std::uint64_t, Observer>> observers_;
    std::uint64_t next_id_ = 1;
};

}  // namespace tenancy

namespace platform {

template <>
struct EnumNames<tenancy::SwitchReason> {
    static constexpr std::array<EnumName<tenancy::SwitchReason>, 5> kNames{{
        {tenancy::SwitchReason::kOn, "on"},
        {tenancy::SwitchReason::kEnvironment, "environment"},
        {tenancy::SwitchReason::kStateDamaged, "state_damaged"},
        {tenancy::SwitchReason::kLocalOrder, "local_order"},
        {tenancy::SwitchReason::kControllerOrder, "controller_order"},
    }};
};

}  // namespace platform
