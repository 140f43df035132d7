// INC-1 and INC-2: response clocks and severity (Pulse operational runbook).

#include "controller/policy/incidents.hpp"

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

constexpr Duration kSev1Response = std::chrono::minutes{15};
constexpr Duration kSev2Response = std::chrono::hours{1};
constexpr Duration kSev3Response = std::chrono::hours{4};

Time NextBusinessDayClose(Time opened_at, const BusinessCalendar& calendar) {
    const std::chrono::minutes offset{calendar.utc_offset_minutes};
    std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(opened_at + offset) + std::chrono::days{1};
    while (std::chrono::weekday(day) == std::chrono::Saturday || std::chrono::weekday(day) == std::chrono::Sunday) {
        day += std::chrono::days{1};
    }
    return Time(day) + std::chrono::hours{calendar.closes_at_hour} - offset;
}

/// Exactly in time is in time; not done and not due yet is none either.
bool IsLate(std::optional<Time> done_at, Time due, Time now) {
    return done_at.value_or(now) > due;
}

}  // namespace

ResponseClock DueTimes(Severity severity, Time opened_at, const BusinessCalendar& calendar) {
    switch (severity) {
        case Severity::kSev1:
            return {opened_at + kSev1Response, opened_at + kSev1Response};
        case Severity::kSev2:
            return {opened_at + kSev2Response, opened_at + kSev2Response};
        case Severity::kSev3:
            return {opened_at + kSev3Response, std::nullopt};
        case Severity::kSev4:
            return {NextBusinessDayClose(opened_at, calendar), std::nullopt};
    }
    return {opened_at, opened_at};
}

ResponseBreaches DecideBreaches(Severity severity, Time opened_at, std::optional<Time> acknowledged_at,
                                std::optional<Time> contained_at, Time now, const BusinessCalendar& calendar) {
    const ResponseClock clock = DueTimes(severity, opened_at, calendar);
    return {IsLate(acknowledged_at, clock.acknowledge_by, now),
            clock.contain_by && IsLate(contained_at, *clock.contain_by, now)};
}

// INC-2: severity is raised by anyone and lowered only with evidence.
void CheckInc2(const SeverityChangeAct& act, Findings& findings) {
    if (act.after <= act.before) {
        return;  // SEV-1 comes first in the enumeration
    }
    const std::string change = Text("from ", platform::EnumText(act.before), " to ", platform::EnumText(act.after));
    if (IsBlank(act.evidence)) {
        Deny(findings, "INC-2",
             {Text("Lowering the severity ", change, " needs evidence."),
              "Say what shows that it is less severe (--evidence).", "evidence"});
    }
    if (IsBlank(act.reason)) {
        Deny(findings, "INC-2",
             {Text("Lowering the severity ", change, " needs a reason."), "Say why (--reason).", "reason"});
    }
}

}  // namespace policy
