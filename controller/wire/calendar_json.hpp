// The business calendar as the API and the operations see it (Pulse operational runbook, incident severity and
// response). Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct BusinessCalendar {
    std::string zone;
    std::vector<int> weekdays;    // ISO: 1 is Monday
    std::string closes_at;        // local, "17:00"
    std::string holidays;         // a JSON object: "2025-12-25" to its name
    platform::Time next_close{};  // what a P4 opened now would be due by
    std::optional<std::string> changed_by;
    std::optional<platform::Time> changed_at;
    std::int64_t version = 1;
};

struct SetBusinessCalendar {
    std::string zone;
    std::vector<int> weekdays;
    std::string closes_at;
    std::string holidays;
};

std::string EncodeBusinessCalendar(const BusinessCalendar& calendar);
Decoded<SetBusinessCalendar> DecodeSetBusinessCalendar(const Document& document);

Schemas CalendarSchemas();

}  // namespace wire
