// What a rule says: findings and the verdict over them.
//
// A finding names its rule, says what is wrong with which value, and what would put it right. Its kind says what it
// means for the caller; only a verdict with no finding of the first three kinds is `allow`. Value types; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/types.hpp"

namespace policy {

enum class FindingKind : std::uint8_t {
    kDenied,         // denied in this state
    kPending,        // only time, an approval or evidence is missing
    kIndeterminate,  // could not be decided: no samples, a source that did not answer
    kDoubt           // does not block; shown wherever the verdict is shown
};

struct Finding {
    std::string_view rule;  // id in the catalogue: static storage
    FindingKind kind = FindingKind::kDenied;
    bool hard_stop = false;
    std::string message;          // what is wrong, with the value
    std::string remedy;           // what to do about it
    std::string subject;          // tenant, criterion, check, incident ... the finding is about; may be empty
    std::optional<Time> ends_at;  // when time alone will end it
};

using Findings = std::vector<Finding>;

enum class VerdictState : std::uint8_t { kAllow, kDeny, kPending, kIndeterminate };

struct Verdict {
    VerdictState state = VerdictState::kIndeterminate;
    Findings findings;             // catalogue order, then order of the facts
    std::optional<Time> earliest;  // when time alone could allow it at the earliest; none when already allowed
};

/// Deny outweighs indeterminate, which outweighs pending; doubts never count.
VerdictState Conclude(const Findings& findings);

}  // namespace policy

namespace platform {

template <>
struct EnumNames<policy::FindingKind> {
    static constexpr std::array<EnumName<policy::FindingKind>, 4> kNames{
        {{policy::FindingKind::kDenied, "denied"},
         {policy::FindingKind::kPending, "pending"},
         {policy::FindingKind::kIndeterminate, "indeterminate"},
         {policy::FindingKind::kDoubt, "doubt"}}};
};
template <>
struct EnumNames<policy::VerdictState> {
    static constexpr std::array<EnumName<policy::VerdictState>, 4> kNames{
        {{policy::VerdictState::kAllow, "allow"},
         {policy::VerdictState::kDeny, "deny"},
         {policy::VerdictState::kPending, "pending"},
         {policy::VerdictState::kIndeterminate, "indeterminate"}}};
};

}  // namespace platform
