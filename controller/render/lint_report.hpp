// The parts of LintMemo and what they share. Internal to controller/render.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/render/memo_lint.hpp"
#include "platform/base/text.hpp"

namespace render {

inline constexpr std::size_t kMaxLintFindings = 500;

struct LintText {
    std::string message;
    std::string remedy;
};

class LintReport {
public:
    explicit LintReport(const ParsedMemo& memo) : memo_(memo) {}

    void Contradiction(std::string_view rule, std::string_view code, int line, LintText text) {
        Add(LintSeverity::kContradiction, rule, code, line, std::move(text));
    }
    void Doubt(std::string_view rule, std::string_view code, int line, LintText text) {
        Add(LintSeverity::kDoubt, rule, code, line, std::move(text));
    }
    void Unreadable(std::string_view code, int line, LintText text) {
        Add(LintSeverity::kUnreadable, "MEM-7", code, line, std::move(text));
    }
    std::vector<LintFinding> Take() {
        std::stable_sort(findings_.begin(), findings_.end(), [](const LintFinding& a, const LintFinding& b) {
            return std::tie(a.line, a.rule, a.code) < std::tie(b.line, b.rule, b.code);
        });
        return std::move(findings_);
    }

private:
    void Add(LintSeverity severity, std::string_view rule, std::string_view code, int line, LintText text) {
        if (findings_.size() < kMaxLintFindings) {
            // What is missing is looked for where the memo begins.
            const int place = line > 0 ? line : std::max(memo_.title_line, 1);
            findings_.push_back({rule, code, place, severity, std::move(text.message), std::move(text.remedy)});
        }
    }

    const ParsedMemo& memo_;
    std::vector<LintFinding> findings_;
};

/// The memo's words in a message: escaped, cut, in quotes.
inline std::string Quoted(std::string_view text) {
    return platform::QuoteForMessage(text);
}

inline bool IsGo(const ParsedMemo& memo) {
    return memo.Decided() == policy::Decision::kGo;
}

/// "14 days": whole days when it is days.
std::string StayWords(policy::Duration span);

// lint_layout.cpp: what could not be read, what is missing, decision, checklist, risks, reasons
void LintUnread(const ParsedMemo& memo, LintReport& report);
void LintHead(const ParsedMemo& memo, LintReport& report);
void LintDecision(const ParsedMemo& memo, LintReport& report);
void LintChecklist(const ParsedMemo& memo, LintReport& report);
void LintRisks(const ParsedMemo& memo, LintReport& report);
// lint_people.cpp: approvers and signatures within the memo
void LintApprovers(const ParsedMemo& memo, LintReport& report);
void LintSignatures(const ParsedMemo& memo, LintReport& report);
// lint_claims.cpp: stays, limits, tests, incidents within the memo
void LintStays(const ParsedMemo& memo, LintReport& report);
void LintWords(const ParsedMemo& memo, LintReport& report);
// lint_facts.cpp, lint_registry.cpp: the memo against the facts
void LintAgainstRelease(const ParsedMemo& memo, const LintFacts& facts, LintReport& report);
void LintAgainstRegistry(const ParsedMemo& memo, const LintFacts& facts, LintReport& report);

/// The longest stay among those claimed for a channel; null when none is claimed.
const ParsedStay* ClaimedStay(const ParsedMemo& memo, policy::Channel channel);
/// Whether two writings may be the same person's: "Smith, Bob" and "bob smith".
bool SameName(std::string_view a, std::string_view b);
bool HasRole(const ParsedPerson& person, policy::Role role);
/// "Dev Lead and QA".
std::string RolesInWords(const std::vector<policy::Role>& roles);

}  // namespace render
