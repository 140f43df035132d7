// How checks say what they found: one function per kind of finding. Internal to policy.
//
// Checks run on every gate read, so nothing here is called, and no text is built, unless there is something to say.
// Thread safe: only the given list is changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "controller/policy/finding.hpp"

namespace policy {

/// Joins its parts, each a text.
template <typename... Parts>
std::string Text(const Parts&... parts) {
    std::string text;
    text.reserve((std::string_view(parts).size() + ... + 0));
    (text.append(std::string_view(parts)), ...);
    return text;
}

/// Nothing but white space: as good as missing.
inline bool IsBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

struct Saying {
    std::string message;
    std::string remedy;
    std::string subject = {};
    std::optional<Time> ends_at = std::nullopt;
};

inline void Report(Findings& findings, std::string_view rule, FindingKind kind, Saying saying) {
    findings.push_back(Finding{rule, kind, false, std::move(saying.message), std::move(saying.remedy),
                               std::move(saying.subject), saying.ends_at});
}

inline void Deny(Findings& findings, std::string_view rule, Saying saying) {
    Report(findings, rule, FindingKind::kDenied, std::move(saying));
}
inline void Await(Findings& findings, std::string_view rule, Saying saying) {
    Report(findings, rule, FindingKind::kPending, std::move(saying));
}
inline void LeaveOpen(Findings& findings, std::string_view rule, Saying saying) {
    Report(findings, rule, FindingKind::kIndeterminate, std::move(saying));
}
inline void Doubt(Findings& findings, std::string_view rule, Saying saying) {
    Report(findings, rule, FindingKind::kDoubt, std::move(saying));
}
inline void Stop(Findings& findings, std::string_view rule, Saying saying) {
    Report(findings, rule, FindingKind::kDenied, std::move(saying));
    findings.back().hard_stop = true;
}

/// A finding that blocks; doubts do not.
inline bool IsBlocking(const Finding& finding) {
    return finding.kind != FindingKind::kDoubt;
}

}  // namespace policy
