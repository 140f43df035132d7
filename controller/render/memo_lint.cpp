#include "controller/render/memo_lint.hpp"

#include "controller/render/format.hpp"
#include "controller/render/lint_report.hpp"
#include "controller/render/memo_words.hpp"

namespace render {
namespace {

bool IsMemo(const ParsedMemo& memo) {
    return memo.title_line != 0 || memo.release.line != 0 || !memo.decisions.empty() || memo.checklist_line != 0 ||
           memo.approvers_line != 0 || memo.signatures_line != 0;
}

}  // namespace

std::string StayWords(policy::Duration span) {
    return SpanInWords(span);
}

const ParsedStay* ClaimedStay(const ParsedMemo& memo, policy::Channel channel) {
    const ParsedStay* claimed = nullptr;
    for (const ParsedStay& stay : memo.stays) {
        if (stay.channel == channel && (claimed == nullptr || stay.claimed > claimed->claimed)) {
            claimed = &stay;
        }
    }
    return claimed;
}

bool SameName(std::string_view a, std::string_view b) {
    const std::string folded = FoldName(a);
    return !folded.empty() && folded == FoldName(b);
}

bool HasRole(const ParsedPerson& person, policy::Role role) {
    return std::find(person.roles.begin(), person.roles.end(), role) != person.roles.end();
}

std::string RolesInWords(const std::vector<policy::Role>& roles) {
    std::vector<std::string_view> labels;
    for (const policy::Role role : roles) {
        labels.push_back(RoleLabel(role));
    }
    return platform::Join(labels, " and ");
}

std::vector<LintFinding> LintMemo(const ParsedMemo& memo, const std::optional<LintFacts>& facts) {
    LintReport report(memo);
    LintUnread(memo, report);
    if (!IsMemo(memo)) {
        if (memo.unreadable.empty()) {
            report.Unreadable("not_a_memo", 1,
                              {"This is no decision memo in the template's layout: it has no title, release, decision, "
                               "approvers, checklist or signatures.",
                               "Start from `portcullis memo draft`, or from the template in docs/memos.md."});
        }
        return report.Take();
    }
    LintHead(memo, report);
    LintDecision(memo, report);
    LintChecklist(memo, report);
    LintRisks(memo, report);
    LintApprovers(memo, report);
    LintSignatures(memo, report);
    LintStays(memo, report);
    LintWords(memo, report);
    if (facts) {
        LintAgainstRelease(memo, *facts, report);
        LintAgainstRegistry(memo, *facts, report);
    }
    return report.Take();
}

}  // namespace render
