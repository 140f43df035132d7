#include "controller/app/refusals.hpp"

#include <algorithm>

namespace app {
namespace {

std::string Sentence(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) {
        text += part;
    }
    return text;
}

}  // namespace

Refusal NotFound(std::string_view what, std::string_view id) {
    return {RefusalKind::kNotFound, "not_found.resource", Sentence({"There is no ", what, " '", id, "'."}), {}, {}};
}

Refusal Exists(std::string_view what, std::string_view id) {
    return {RefusalKind::kExists, "conflict.exists", Sentence({"The ", what, " '", id, "' exists already."}), {}, {}};
}

Refusal Conflict(std::string_view detail) {
    return {RefusalKind::kExists, "conflict.state", std::string(detail), {}, {}};
}

Refusal Stale(std::string_view what, std::int64_t current, std::int64_t named) {
    return {RefusalKind::kStale,
            "conflict.version",
            Sentence({"The ", what, " is at version ", std::to_string(current), ", not ", std::to_string(named),
                      ". Read it again and repeat the change on what it is now."}),
            {},
            {}};
}

Refusal Invalid(std::string_view pointer, std::string_view message) {
    return {RefusalKind::kInvalid,
            "input.invalid",
            "The request's values do not hold.",
            {},
            {{std::string(pointer), std::string(message)}}};
}

Refusal FromFindings(policy::Findings findings, std::string_view detail) {
    const auto blocking = [](const policy::Finding& finding) { return finding.kind != policy::FindingKind::kDoubt; };
    const bool duties_only = std::ranges::all_of(findings, [&](const policy::Finding& finding) {
        // SOD-5 is about what was read, not about who read it.
        return !blocking(finding) || (finding.rule.starts_with("SOD-") && finding.rule != "SOD-5");
    });
    Refusal refusal;
    switch (policy::Conclude(findings)) {
        case policy::VerdictState::kAllow:
        case policy::VerdictState::kDeny:
            refusal.kind = duties_only ? RefusalKind::kForbidden : RefusalKind::kDenied;
            refusal.code = duties_only ? "auth.separation_of_duties" : "rules.denied";
            break;
        case policy::VerdictState::kPending:
            refusal.kind = RefusalKind::kPending;
            refusal.code = "rules.pending";
            break;
        case policy::VerdictState::kIndeterminate:
            refusal.kind = RefusalKind::kIndeterminate;
            refusal.code = "unavailable.indeterminate";
            break;
    }
    refusal.detail = detail;
    refusal.findings = std::move(findings);
    return refusal;
}

bool Blocks(const policy::Findings& findings) {
    return policy::Conclude(findings) != policy::VerdictState::kAllow;
}

}  // namespace app
