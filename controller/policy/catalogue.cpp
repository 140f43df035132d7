#include "controller/policy/catalogue.hpp"

#include <algorithm>

#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

/// MEM-* and CLS-3 judge the memo itself.
bool IsAboutMemo(std::string_view rule) {
    return rule.substr(0, 4) == "MEM-" || rule == "CLS-3";
}

bool IsNeeded(const Rule& rule, Channel to) {
    return !rule.from_transition_to || to >= *rule.from_transition_to;
}

template <typename Wanted>
Findings RunPromotionRules(const PromotionFacts& facts, const Wanted& wanted) {
    Findings findings;
    for (const Rule& rule : Catalogue()) {
        if (!IsNeeded(rule, facts.to) || !wanted(rule)) {
            continue;
        }
        for (const CheckFunction& candidate : rule.checks) {
            if (const auto* check = std::get_if<Check<PromotionFacts>>(&candidate)) {
                (*check)(facts, findings);
            }
        }
    }
    return findings;
}

/// Not before every blocking finding that time ends has ended. Those that time does not end may last longer.
std::optional<Time> FindEarliest(const Findings& findings) {
    std::optional<Time> earliest;
    for (const Finding& finding : findings) {
        if (IsBlocking(finding) && finding.ends_at && (!earliest || *earliest < *finding.ends_at)) {
            earliest = finding.ends_at;
        }
    }
    return earliest;
}

}  // namespace

const Rule* FindRule(std::string_view id) {
    const std::span<const Rule> rules = Catalogue();
    const auto rule = std::find_if(rules.begin(), rules.end(), [id](const Rule& row) { return row.id == id; });
    return rule == rules.end() ? nullptr : &*rule;
}

VerdictState Conclude(const Findings& findings) {
    VerdictState state = VerdictState::kAllow;
    for (const Finding& finding : findings) {
        switch (finding.kind) {
            case FindingKind::kDenied:
                return VerdictState::kDeny;
            case FindingKind::kIndeterminate:
                state = VerdictState::kIndeterminate;
                break;
            case FindingKind::kPending:
                if (state == VerdictState::kAllow) {
                    state = VerdictState::kPending;
                }
                break;
            case FindingKind::kDoubt:
                break;
        }
    }
    return state;
}

Verdict EvaluatePromotion(const PromotionFacts& facts) {
    // Of a channel that the release is in or has left there is nothing to say but that: what the other rules ask for
    // belongs to a way that has been gone.
    const bool leads_forward = facts.to > facts.release.channel;
    Verdict verdict;
    verdict.findings = RunPromotionRules(facts, [&](const Rule& rule) { return leads_forward || rule.id == "CHN-1"; });
    verdict.state = Conclude(verdict.findings);
    verdict.earliest = FindEarliest(verdict.findings);
    return verdict;
}

Findings FindingsBesideMemo(const PromotionFacts& facts) {
    // Without the memos, because the separation rules look at their signatures: a spoiled memo must not keep a new one
    // from being decided.
    PromotionFacts beside = facts;
    beside.memos.clear();
    return RunPromotionRules(beside, [](const Rule& rule) { return !IsAboutMemo(rule.id); });
}

}  // namespace policy
