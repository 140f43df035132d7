// The clock that all rules use, as the API shows it. Value types; the functions are pure; thread safe.
#pragma once

#include <optional>
#include <string>

#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"
#include "platform/base/time.hpp"

namespace wire {

struct ClockReading {
    platform::Time now{};
    bool simulated = false;
};

/// Exactly one of the two.
struct AdvanceClock {
    std::optional<platform::Duration> by;
    std::optional<platform::Time> to;
};

std::string EncodeClock(const ClockReading& clock);
Decoded<AdvanceClock> DecodeAdvanceClock(const Document& document);

Schemas ClockSchemas();

}  // namespace wire
