// What the channel counts for whoever watches it (docs/monitoring.md): who was let in and who was not, connections that
// were cut off, orders that instances turned away, the steps of verifications, and how long orders took.
//
// How long counts from the order, by the machine's clock. That an instance has come so far is noted at once, on any
// thread and without waiting; it becomes an observation when the database has said how old the operation is (Resolve).
// What is noted about an operation that the database does not have yet waits for it; how much waits, and how long, is
// bounded, and what comes after that is not observed.
//
// Invariant: no label holds the name of an instance, or a text that an instance has chosen.
//
// Thread safe. Errors: Resolve as store::Database; nothing else fails.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/enum_text.hpp"
#include "platform/metrics/metrics.hpp"

namespace fleet {

/// What became of a handshake.
enum class HandshakeOutcome : std::uint8_t {
    kAccepted,
    kMalformed,    // not the channel, no WebSocket, no proper headers
    kNobody,       // no credential and no token
    kCredential,   // not good (any more)
    kEnrolment,    // a token that is unknown, expired or used
    kNameTaken,    // by an instance whose name differs in case only
    kSlowedDown,   // too many of this address were refused
    kFlapping,     // too many openings of this instance
    kUnavailable,  // the database, or no room
};

/// Why a connection was ended from here.
enum class CutReason : std::uint8_t {
    kMalformed,   // what it sent is no message
    kTooMany,     // messages
    kReplaced,    // by a newer one of the same instance
    kCredential,  // was revoked
};

/// How far an order has come on an instance.
enum class Milestone : std::uint8_t {
    kSent,      // handed to the connection; only of kills, by the controller that was asked
    kApplied,   // the instance's word that it is in force is on record
    kVerified,  // every step that was due has passed
};

std::vector<platform::MetricDefinition> MeterDefinitions();

class Meter {
public:
    /// The registry has MeterDefinitions and outlives this. All series stand at 0 from the start.
    explicit Meter(platform::Metrics& registry);
    Meter(const Meter&) = delete;
    Meter& operator=(const Meter&) = delete;

    /// That instances hold to this controller now.
    void Connections(std::size_t count);
    void Handshake(HandshakeOutcome outcome);
    void Cut(CutReason reason);
    /// `outcome` as the instance says it (link::AcceptOutcome); a word that is none counts as `other`.
    void TurnedAway(std::string_view outcome);
    /// `step` and `outcome` as fleet::Step and fleet::StepOutcome.
    void Step(std::string_view step, std::string_view outcome);
    /// So many instances have come so far with the operation, now.
    void Reached(const policy::RecordId& operation, Milestone milestone, std::size_t instances);

    /// Turns what was noted into observations.
    void Resolve(store::Database& database);

private:
    struct Noted {
        policy::RecordId operation;
        Milestone milestone = Milestone::kSent;
        std::size_t instances = 0;
        platform::SteadyTime at;
    };
    struct Begun {
        std::string order;  // off, on, flag
        platform::SteadyTime at;
    };

    std::vector<policy::RecordId> Unknown();
    void Observe();

    platform::Metrics& registry_;
    std::mutex mutex_;
    std::deque<Noted> noted_;
    std::map<policy::RecordId, Begun> begun_;
};

}  // namespace fleet

namespace platform {

template <>
struct EnumNames<fleet::HandshakeOutcome> {
    static constexpr std::array<EnumName<fleet::HandshakeOutcome>, 9> kNames{{
        {fleet::HandshakeOutcome::kAccepted, "accepted"},
        {fleet::HandshakeOutcome::kMalformed, "malformed"},
        {fleet::HandshakeOutcome::kNobody, "nobody"},
        {fleet::HandshakeOutcome::kCredential, "credential"},
        {fleet::HandshakeOutcome::kEnrolment, "enrolment"},
        {fleet::HandshakeOutcome::kNameTaken, "name_taken"},
        {fleet::HandshakeOutcome::kSlowedDown, "slowed_down"},
        {fleet::HandshakeOutcome::kFlapping, "flapping"},
        {fleet::HandshakeOutcome::kUnavailable, "unavailable"},
    }};
};

template <>
struct EnumNames<fleet::CutReason> {
    static constexpr std::array<EnumName<fleet::CutReason>, 4> kNames{{
        {fleet::CutReason::kMalformed, "malformed"},
        {fleet::CutReason::kTooMany, "too_many"},
        {fleet::CutReason::kReplaced, "replaced"},
        {fleet::CutReason::kCredential, "credential"},
    }};
};

template <>
struct EnumNames<fleet::Milestone> {
    static constexpr std::array<EnumName<fleet::Milestone>, 3> kNames{{
        {fleet::Milestone::kSent, "sent"},
        {fleet::Milestone::kApplied, "applied"},
        {fleet::Milestone::kVerified, "verified"},
    }};
};

}  // namespace platform
