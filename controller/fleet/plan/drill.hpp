// What a drill has come to: kill, verification, restore, verification, on each of its instances.
//
// A drill passed when every instance was verified in both directions and no record of its tenants was lost (KSW-4): the
// verification of the kill compares their data with what was there before, and after the restore none may be missing
// (tenants work again by then, so there may be more, or others). What an instance did wrong, or did not say, is a
// failure, and no later abort hides it. A drill that somebody stopped, or that a real kill overtook, has shown nothing:
// aborted, with the names of those that stay off.
//
// Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/enum_text.hpp"

namespace fleet {

enum class DrillOutcome : std::uint8_t { kPassed, kFailed, kAborted };

/// One direction on one instance. `outcome` is an operation's word for it: "verified", "failed", "superseded" ...
struct DrillPhaseFacts {
    std::string outcome;
    std::string why;
    /// Number of tenant records after it; none: not shown.
    std::optional<std::int64_t> records;
};

struct DrillPartFacts {
    std::string instance;
    std::optional<std::int64_t> records_before;
    DrillPhaseFacts kill;
    std::optional<DrillPhaseFacts> restore;  // none: it was not switched back on by the drill
};

struct DrillVerdict {
    DrillOutcome outcome = DrillOutcome::kAborted;
    std::string summary;  // for people, with names
};

/// `abort`: who stopped it and why, or what overtook it; empty when nothing did.
DrillVerdict JudgeDrill(const std::vector<DrillPartFacts>& parts, const std::string& abort);

}  // namespace fleet

namespace platform {

template <>
struct EnumNames<fleet::DrillOutcome> {
    static constexpr std::array<EnumName<fleet::DrillOutcome>, 3> kNames{{
        {fleet::DrillOutcome::kPassed, "passed"},
        {fleet::DrillOutcome::kFailed, "failed"},
        {fleet::DrillOutcome::kAborted, "aborted"},
    }};
};

}  // namespace platform
