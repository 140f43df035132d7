#include "controller/render/format.hpp"

#include <algorithm>
#include <chrono>

#include "platform/base/text.hpp"

namespace render {

std::string_view RoleLabel(policy::Role role) {
    switch (role) {
        case policy::Role::kDevLead:
            return "Dev Lead";
        case policy::Role::kQa:
            return "QA";
        case policy::Role::kSystemOwner:
            return "System Owner";
        case policy::Role::kReleaseManager:
            return "Release Manager";
        case policy::Role::kOperator:
            return "Operator";
        case policy::Role::kAuditor:
            return "Auditor";
        case policy::Role::kPipeline:
            return "Pipeline";
        case policy::Role::kAdmin:
            return "Admin";
    }
    return "?";
}

std::string_view ClassLabel(policy::ReleaseClass release_class) {
    switch (release_class) {
        case policy::ReleaseClass::kUiOnly:
            return "UI-only";
        case policy::ReleaseClass::kWorkflow:
            return "Workflow change (non-destructive)";
        case policy::ReleaseClass::kCapability:
            return "Capability exposure (guarded)";
        case policy::ReleaseClass::kMechanism:
            return "Mechanism change (high risk)";
    }
    return "?";
}

std::string_view ScopeLabel(policy::ApprovalScope scope) {
    switch (scope) {
        case policy::ApprovalScope::kClass:
            return "class";
        case policy::ApprovalScope::kClassFloor:
            return "class below the suggested floor";
        case policy::ApprovalScope::kPlan:
            return "exposure plan";
        case policy::ApprovalScope::kExperimental:
            return "promotion to experimental";
        case policy::ApprovalScope::kCandidate:
            return "promotion to candidate";
        case policy::ApprovalScope::kStable:
            return "promotion to stable";
    }
    return "?";
}

std::string SpanInWords(policy::Duration span) {
    struct Unit {
        long long seconds;
        std::string_view name;
    };
    static constexpr std::array<Unit, 4> kUnits{{{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}}};

    long long rest = std::max<long long>(0, std::chrono::floor<std::chrono::seconds>(span).count());
    std::string words;
    int units = 0;
    for (const Unit& unit : kUnits) {
        const long long count = rest / unit.seconds;
        rest %= unit.seconds;
        if (count == 0) {
            if (units > 0) {
                break;  // "7 days", not "7 days 3 seconds"
            }
            continue;
        }
        words += (words.empty() ? "" : " ") + platform::Plural(count, unit.name);
        if (++units == 2) {
            break;
        }
    }
    return words.empty() ? "0 seconds" : words;
}

std::string MinuteText(policy::Time time) {
    // FormatTime's first sixteen characters are `YYYY-MM-DDTHH:MM`.
    std::string text = platform::FormatTime(std::chrono::floor<std::chrono::minutes>(time)).substr(0, 16);
    std::replace(text.begin(), text.end(), 'T', ' ');
    return text + " UTC";
}

}  // namespace render
