// What an operation has come to on one instance (docs/architecture.md: desired against observed).
//
// What counts is what the instance itself said, about exactly the document it was ordered with, and what it was
// verified by: that it was sent, or that the instance is connected, proves nothing. An instance that cannot be reached
// is not killed. A claim follows reality: an instance that reports the order in force with the switch on has failed,
// whatever it said before. In restart mode only a process that began after the order has applied it.
//
// Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/fleet/plan/checks.hpp"
#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"

namespace fleet {

enum class InstanceOutcome : std::uint8_t {
    kWaiting,      // chosen, and its batch was not issued: it was ordered nothing
    kPending,      // ordered a moment ago, or about to answer
    kApplied,      // says itself that the order is in force and the switch stands as ordered; not (yet) verified
    kVerified,     // every step that was due has passed
    kFailed,       // turned the order away, took it and still says otherwise, or failed a step of the verification
    kUnreachable,  // not heard: not killed
    kUnkillable,   // runs in hosted mode, where the switch does not decide
    kSuperseded,   // a newer order replaced this one before it was applied
    kNotManaged    // the order is about a flag; it says that it speaks for an unmodified Pulse, which has none
};

struct OrderFacts {
    CheckPlan plan;
    bool enable = false;  // what was ordered
    int batch = 1;
    std::int64_t generation = 0;  // of its order; 0: its batch was not issued
    platform::Duration age{};     // since it was issued
    /// Since it is on record, too, which is how long an answer may be: a kill can be journalled for hours.
    platform::Duration age_on_record{};
    /// Of the newest document for the instance, whatever that was about: a later document carries this order along.
    std::int64_t newest_generation = 0;
    bool replaced =
        false;  // a newer operation about the same subject has ordered it, or is to order it while this waits
    bool retired = false;
    std::optional<std::string> halted;  // why no more batches are issued
    // On record for this order:
    bool applied_once = false;
    bool contradicted_once = false;
    std::optional<std::string> refusal;  // why the instance turned it away
    bool restart_proven = false;
    platform::Duration applied_age{};  // since it applied
    int attempts = 0;                  // at verifying it
    std::vector<StepFacts> steps;      // the latest attempt at each
};

/// What the instance said last.
struct ObservedFacts {
    bool ever_heard = false;
    bool connected = false;           // to any controller, as far as anybody knows
    platform::Duration silent_for{};  // since its last word; when ever heard
    bool hosted = false;
    bool agent = false;  // says that it speaks for an unmodified Pulse beside it
    bool enabled = false;
    std::int64_t generation = 0;  // of the document in force there
    bool contested = false;       // two processes speak under its name: the word of one is not the other's
    /// Since a process began to speak while the one before it was connected to another controller, or since one whose
    /// connection it took may have dialled again; negative until then.
    std::optional<platform::Duration> beside_for;
};

struct Patience {
    platform::Duration answer = std::chrono::seconds(10);   // from the order to the instance's answer
    platform::Duration silence = std::chrono::seconds(20);  // longer than this is not connected
    platform::Duration restart = std::chrono::seconds(90);  // from the order to the new process's answer
    platform::Duration verify = std::chrono::seconds(30);   // from the answer to the proof
    platform::Duration beside = std::chrono::seconds(15);   // in which the process before would have spoken again
};

struct Judgement {
    InstanceOutcome outcome = InstanceOutcome::kPending;
    std::string why;        // for people; empty when verified and watched, or applied and no more was asked for
    bool settled = false;   // nothing is about to change by itself, but for a watch
    bool watching = false;  // verified, and its watch has not ended
};

/// Connected and heard lately.
bool IsHeard(const ObservedFacts& observed, const Patience& patience);
/// The document in force there carries this order, by its own word.
bool IsInForce(const OrderFacts& order, const ObservedFacts& observed);
Judgement JudgeInstance(const OrderFacts& order, const ObservedFacts& observed, const Patience& patience);

}  // namespace fleet

namespace platform {

template <>
struct EnumNames<fleet::InstanceOutcome> {
    static constexpr std::array<EnumName<fleet::InstanceOutcome>, 9> kNames{{
        {fleet::InstanceOutcome::kWaiting, "waiting"},
        {fleet::InstanceOutcome::kPending, "pending"},
        {fleet::InstanceOutcome::kApplied, "applied"},
        {fleet::InstanceOutcome::kVerified, "verified"},
        {fleet::InstanceOutcome::kFailed, "failed"},
        {fleet::InstanceOutcome::kUnreachable, "unreachable"},
        {fleet::InstanceOutcome::kUnkillable, "unkillable"},
        {fleet::InstanceOutcome::kSuperseded, "superseded"},
        {fleet::InstanceOutcome::kNotManaged, "not_managed"},
    }};
};

}  // namespace platform
