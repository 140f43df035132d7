// Calendar dates as people write them, found in a line of text. Internal to controller/render; pure; linear.
//
// Read: 2025-01-29, 2025/1/29, 2025.01.29, 29 January 2025, 29th of Jan 2025, January 29, 2025,
// 29-Jan-2025, 29.01.2025, with a weekday before; 29/01/2025 and 01/29/2025 where only one order is possible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/time.hpp"

namespace render {

enum class DateProblem : std::uint8_t {
    kNone,
    kImpossible,   // 2025-02-30
    kAmbiguous,    // 03/04/2025
    kOtherWeekday  // Tuesday, 29 January 2025 was a Wednesday
};

struct FoundDate {
    std::optional<platform::Date> date;  // none when impossible or ambiguous
    DateProblem problem = DateProblem::kNone;
    std::string text;  // as written
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<FoundDate> FindDates(std::string_view line);

/// The date a release id begins with: 2025-01-15-audit-filter-ui.
std::optional<platform::Date> DateOfReleaseId(std::string_view id);

/// From `from` to `to`; negative when `to` is earlier.
int DaysBetween(platform::Date from, platform::Date to);

}  // namespace render
