// What a release asks of the world beside it before it enters a channel: a stage of a staged rollout, or a certified
// programme. What the manifest says, and how it stands.
//
// How it stands is three-valued: a stage that was reached, but of which a question is open, is neither met nor unmet,
// and only what is met opens. Value types; pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/types.hpp"

namespace policy {

struct RolloutTag {
    static constexpr std::size_t kMaxLength = 100;
};
using RolloutId = platform::StrongId<RolloutTag>;
struct ProgrammeTag {
    static constexpr std::size_t kMaxLength = 100;
};
using ProgrammeId = platform::StrongId<ProgrammeTag>;

inline constexpr std::int64_t kLastStage = 3;

enum class RolloutState : std::uint8_t { kPlanned, kActive, kReversed, kEnded };

/// Of a manifest. Exactly one of the two is named.
struct Requirement {
    Channel from = Channel::kExperimental;  // needed for entering this channel and every later one
    std::optional<RolloutId> rollout;
    std::int64_t stage = 0;  // of the rollout: this one or a later one
    std::optional<ProgrammeId> programme;
    friend bool operator==(const Requirement&, const Requirement&) = default;
};

struct RequirementFacts {
    Requirement requirement;
    bool exists = false;  // there is such a rollout or programme
    RolloutState state = RolloutState::kPlanned;
    std::optional<std::int64_t> stage;   // that the rollout is in; none: it has entered none
    std::optional<RecordId> evaluation;  // of the rollout, which nobody has decided, or which is on hold
    std::optional<RecordId> killed_by;   // of the rollout's flag
    bool certified = false;              // the programme
};

enum class RequirementState : std::uint8_t { kMet, kUnmet, kUnknown };

RequirementState DecideRequirement(const RequirementFacts& facts);

}  // namespace policy

namespace platform {

template <>
struct EnumNames<policy::RolloutState> {
    static constexpr std::array<EnumName<policy::RolloutState>, 4> kNames{
        {{policy::RolloutState::kPlanned, "planned"},
         {policy::RolloutState::kActive, "active"},
         {policy::RolloutState::kReversed, "reversed"},
         {policy::RolloutState::kEnded, "ended"}}};
};
template <>
struct EnumNames<policy::RequirementState> {
    static constexpr std::array<EnumName<policy::RequirementState>, 3> kNames{
        {{policy::RequirementState::kMet, "met"},
         {policy::RequirementState::kUnmet, "unmet"},
         {policy::RequirementState::kUnknown, "unknown"}}};
};

}  // namespace platform
