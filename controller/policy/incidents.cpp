// INC-1 and INC-2: response clocks and severity (Pulse operational runbook).

#include "controller/policy/incidents.hpp"

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

constexpr Duration kSev1Response = std::chrono::minutes{15};
constexpr Duration kSev2Response = std::chrono::hours{1};
constexpr Duration kSev3Response = std::chrono::hours{4};

/// Exactly in time is in time; not done and not due yet is none either.
bool IsLate(std::optional<Time> done_at, Time due, Time now) {
    return done_at.value_or(now) > due;
}

}  // namespace

Time DueTime(Severity severity, Time opened_at, Time next_business_close) {
    switch (severity) {
        case Severity::kSev1:
            return opened_at + kSev1Response;
        case Severity::kSev2:
            return opened_at + kSev2Response;
        case Severity::kSev3:
            return opened_at + kSev3Response;
        case Severity::kSev4:
            return next_business_close;
    }
    return opened_at;
}

ResponseBreaches DecideBreaches(Time respond_by, std::optional<Time> acknowledged_at, std::optional<Time> contained_at,
                                Time now) {
    return {IsLate(acknowledged_at, respond_by, now), IsLate(contained_at, respond_by, now)};
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
