// Isolation canaries: whether an instance keeps two tenants apart, tried over HTTP and WebSocket by one tenant's
// credential against the other tenant.
//
//   plant     the other tenant writes a record with a mark that nobody can guess, and reads it back
//   control   the trying credential works in its own tenant: a broken credential would look like a refusal
//   read      it asks for the other tenant's records, by both headers, by their id, by search in its own
//   write     it writes into the other tenant, and changes the planted record by its id
//   socket    it connects as the other tenant
//   clean up  the planted record goes, and what was written
//
// Only what was refused for the right reason counts as kept apart; only the mark itself, seen where it must not be,
// counts as a leak, and only a record that the other tenant finds at home counts as written. Everything else, a
// time-out, a 500, an answer nobody understands, is inconclusive. Bodies of successful answers never become evidence,
// nor do credentials. No state; thread safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "tenancy/probe/checklist.hpp"

namespace tenancy::probe {

struct IsolationTarget {
    std::string base_url;
    std::string tenant;  // who tries
    std::string canary;  // API token bound to it: monitoring:read, monitoring:write
    std::string other;   // whom
    std::string other_canary;
    std::chrono::milliseconds request_timeout{2'000};
    std::chrono::milliseconds deadline{20'000};
};

enum class Isolation : std::uint8_t {
    kKept,         // everything was refused
    kRead,         // what belongs to the other tenant was read
    kWritten,      // something was written there, or a socket opened as it
    kSwitchedOff,  // tenants are not served at all
    kNotKnown
};

struct IsolationSeen {
    Isolation is = Isolation::kNotKnown;
    std::string detail;    // for people: what was seen first that matters
    std::string evidence;  // a JSON object: each question and what came
};

/// `mark`: at least 16 letters and digits that nothing else has; a new one for each try.
IsolationSeen TryIsolation(const IsolationTarget& target, std::string_view mark);

}  // namespace tenancy::probe

namespace platform {

template <>
struct EnumNames<tenancy::probe::Isolation> {
    static constexpr std::array<EnumName<tenancy::probe::Isolation>, 5> kNames{
        {{tenancy::probe::Isolation::kKept, "kept"},
         {tenancy::probe::Isolation::kRead, "read"},
         {tenancy::probe::Isolation::kWritten, "written"},
         {tenancy::probe::Isolation::kSwitchedOff, "switched_off"},
         {tenancy::probe::Isolation::kNotKnown, "inconclusive"}}};
};

}  // namespace platform
