// What the sentences of a hand-written memo claim in numbers: stays in channels, and measurements against limits.
// Internal to controller/render; pure; linear.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/render/memo_parse.hpp"

namespace render {

/// "2 weeks in experimental", "candidate: 7 days", "10-day candidate soak", "experimental from ... to ...". What is
/// needed or planned ("7 days needed") is no claim.
std::vector<ParsedStay> FindStayClaims(std::string_view text, int line);

/// "2 weeks", "10d", "a week" at the beginning of the text.
std::optional<policy::Duration> ReadSpan(std::string_view text);

enum class LimitVerdict : std::uint8_t {
    kHolds,
    kBroken,           // 250 ms (within 200 ms)
    kOtherUnit,        // holds after conversion: 0.1 s (within 200 ms)
    kIncomparable,     // 3 % (within 200 ms)
    kUnitMissing,      // 85 (within 200 ms)
    kSaidToBeExceeded  // 250 ms exceeds the 200 ms threshold
};

struct LimitClaim {
    LimitVerdict verdict = LimitVerdict::kHolds;
    std::string measured;  // "85 ms"
    std::string limit;     // "200 ms"
    double limit_value = 0;
    std::string limit_unit;  // "ms"; empty: none
};

/// A measured value followed by a limit it is compared with, in one sentence.
std::vector<LimitClaim> FindLimitClaims(std::string_view text);

}  // namespace render
