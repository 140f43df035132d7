// The names of fields that more than one place logs, so that a search by one of them finds every line that concerns
// the thing. A field that only one event has is named where it is logged, in snake_case.
#pragma once

#include <string_view>

namespace platform::tags {

inline constexpr std::string_view kRequestId = "request_id";  // of the HTTP request; also in its answer and audit entry
inline constexpr std::string_view kTenant = "tenant";         // on every line that concerns one (ATT-3)
inline constexpr std::string_view kRelease = "release";       // on every line that concerns one (ATT-4)
inline constexpr std::string_view kActor = "actor";           // the principal that asked for it (ATT-1, ATT-2)
inline constexpr std::string_view kComponent = "component";   // the program; set by the log, a field overrides it
inline constexpr std::string_view kInstance = "instance";     // a managed instance of the fleet
inline constexpr std::string_view kOperation = "operation";   // a long-running operation's id
inline constexpr std::string_view kRule = "rule";             // a rule's id
inline constexpr std::string_view kError = "error";           // what went wrong, in the words of whoever found out
inline constexpr std::string_view kDuration = "duration_ms";  // how long it took, in milliseconds

}  // namespace platform::tags
