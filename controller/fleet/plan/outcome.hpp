// What an operation of the kill switch has come to on one instance (docs/architecture.md: desired against observed).
//
// What counts is what the instance itself said, about exactly the document it was ordered with: that it was sent, or
// that the instance is connected, proves nothing. An instance that cannot be reached is not killed. A claim follows
// reality: an instance that reports the order's generation with the switch on has failed, whatever it said before.
//
// Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"

namespace fleet {

enum class InstanceOutcome : std::uint8_t {
    kPending,      // ordered a moment ago, or about to answer
    kApplied,      // says itself that the order is in force and the switch stands as ordered
    kFailed,       // turned the order away, or took it and still says otherwise
    kUnreachable,  // not heard: not killed
    kUnkillable,   // runs in hosted mode, where the switch does not decide
    kSuperseded    // a newer order replaced this one before it was applied
};

struct OrderFacts {
    bool enable = false;  // what was ordered
    std::int64_t generation = 0;
    platform::Duration age{};            // since it was ordered
    std::int64_t newest_generation = 0;  // the instance's newest order
    // On record for this order:
    bool applied_once = false;
    bool contradicted_once = false;
    std::optional<std::string> refusal;  // why the instance turned it away
};

/// What the instance said last.
struct ObservedFacts {
    bool ever_heard = false;
    bool connected = false;           // to any controller, as far as anybody knows
    platform::Duration silent_for{};  // since its last word; when ever heard
    bool hosted = false;
    bool enabled = false;
    std::int64_t generation = 0;  // of the document in force there
};

struct Patience {
    platform::Duration answer = std::chrono::seconds(10);   // from the order to the instance's answer
    platform::Duration silence = std::chrono::seconds(20);  // longer than this is not connected
};

struct Judgement {
    InstanceOutcome outcome = InstanceOutcome::kPending;
    std::string why;  // for people; empty when applied
};

/// Connected and heard lately.
bool IsHeard(const ObservedFacts& observed, const Patience& patience);
Judgement JudgeInstance(const OrderFacts& order, const ObservedFacts& observed, const Patience& patience);

}  // namespace fleet

namespace platform {

template <>
struct EnumNames<fleet::InstanceOutcome> {
    static constexpr std::array<EnumName<fleet::InstanceOutcome>, 6> kNames{{
        {fleet::InstanceOutcome::kPending, "pending"},
        {fleet::InstanceOutcome::kApplied, "applied"},
        {fleet::InstanceOutcome::kFailed, "failed"},
        {fleet::InstanceOutcome::kUnreachable, "unreachable"},
        {fleet::InstanceOutcome::kUnkillable, "unkillable"},
        {fleet::InstanceOutcome::kSuperseded, "superseded"},
    }};
};

}  // namespace platform
