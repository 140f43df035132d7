// The memo's people against the registry of principals and the approvals it holds.

#include "controller/policy/approvals.hpp"
#include "controller/render/format.hpp"
#include "controller/render/lint_report.hpp"
#include "controller/render/memo_words.hpp"

namespace render {
namespace {

using policy::ApprovalFacts;
using policy::ApprovalScope;
using policy::PrincipalId;
using policy::PromotionFacts;

/// Those the name may mean: by display name, or by id.
std::vector<const LintPrincipal*> PrincipalsOf(const LintFacts& facts, const std::string& name) {
    std::vector<const LintPrincipal*> found;
    for (const LintPrincipal& principal : facts.principals) {
        if (SameName(principal.name, name) || Fold(principal.id.Text()) == FoldName(name)) {
            found.push_back(&principal);
        }
    }
    return found;
}

bool Holds(const LintPrincipal& principal, policy::Role role) {
    return std::find(principal.roles.begin(), principal.roles.end(), role) != principal.roles.end();
}

bool IsOneOf(const std::vector<const LintPrincipal*>& principals, const PrincipalId& id) {
    return std::any_of(principals.begin(), principals.end(),
                       [&id](const LintPrincipal* each) { return each->id == id; });
}

/// Whether the person exists and may act in that role; reports what is wrong.
void LintPerson(const ParsedPerson& person, const LintFacts& facts, LintReport& report) {
    const auto found = PrincipalsOf(facts, person.name);
    if (found.empty()) {
        report.Contradiction("SOD-4", "person_unknown", person.line,
                             {Quoted(person.name) + " is nobody in the registry.",
                              "Write the name as in the registry, or have the person registered and given the role."});
        return;
    }
    const auto users = std::count_if(found.begin(), found.end(), [](const LintPrincipal* each) {
        return each->kind == policy::PrincipalKind::kUser;
    });
    if (users == 0) {
        report.Contradiction("SOD-1", "not_a_person", person.line,
                             {Quoted(person.name) + " is a component; only people approve and sign.",
                              "Let a person who holds the role do it."});
        return;
    }
    if (std::none_of(found.begin(), found.end(), [](const LintPrincipal* each) { return each->active; })) {
        report.Contradiction(
            "SOD-4", "person_inactive", person.line,
            {Quoted(person.name) + " is not active in the registry.", "Let an active holder of the role do it."});
        return;
    }
    for (const policy::Role role : person.roles) {
        const bool held = std::any_of(found.begin(), found.end(),
                                      [role](const LintPrincipal* each) { return each->active && Holds(*each, role); });
        if (!held) {
            report.Contradiction("SOD-4", "role_not_held", person.line,
                                 {Quoted(person.name) + " does not hold the role " + std::string(RoleLabel(role)) + ".",
                                  "Let a holder of the role do it, or have the role granted first."});
        }
    }
}

void LintRecordedApproval(const ParsedPerson& person, policy::Role role, const LintFacts& facts, LintReport& report) {
    const auto found = PrincipalsOf(facts, person.name);
    if (found.empty()) {
        return;  // said already
    }
    const ApprovalFacts* spoiled = nullptr;
    bool recorded = false;
    bool same_day = false;
    std::string recorded_day;
    for (const ApprovalFacts& approval : facts.release->approvals) {
        if (approval.role != role || approval.scope == ApprovalScope::kPlan || !IsOneOf(found, approval.principal)) {
            continue;
        }
        if (!policy::ApprovalHolds(approval)) {
            spoiled = &approval;
            continue;
        }
        recorded = true;
        recorded_day = platform::FormatDate(platform::DateOf(approval.at));
        same_day = same_day || !person.date || *person.date == platform::DateOf(approval.at);
    }
    const std::string who = Quoted(person.name) + " as " + std::string(RoleLabel(role));
    if (!recorded) {
        report.Contradiction("CLS-4", "approval_not_recorded", person.line,
                             {spoiled == nullptr ? "No approval by " + who + " is recorded for this release."
                                                 : "The approval by " + who +
                                                       " that is recorded does not count: it was revoked, "
                                                       "or given over other content, or by somebody without the role.",
                              "Have the approval recorded: `portcullis approve`."});
    } else if (!same_day) {
        report.Doubt("MEM-7", "approval_date_differs", person.line,
                     {"The approval by " + who + " is dated " + platform::FormatDate(*person.date) +
                          ", and the registry holds one of " + recorded_day + ".",
                      "Use the date on record."});
    }
}

void LintOpenSlots(const ParsedMemo& memo, const PromotionFacts& release, LintReport& report) {
    for (const policy::ApprovalSlot& slot : policy::RequiredSlots(release)) {
        const std::string role(RoleLabel(slot.role));
        const std::string scope(ScopeLabel(slot.scope));
        const bool of_class = slot.scope == ApprovalScope::kClass;
        if (!slot.filled_by) {
            report.Contradiction(of_class                                   ? "CLS-4"
                                 : slot.scope == ApprovalScope::kPlan       ? "EXP-6"
                                 : slot.scope == ApprovalScope::kClassFloor ? "CLS-5"
                                                                            : "APR-1",
                                 "slot_open", memo.approvers_line,
                                 {"The registry holds no valid approval by " + role + " for: " + scope + ".",
                                  "Have it recorded: `portcullis approve`."});
        } else if (slot.self_approved && of_class) {
            report.Doubt("SOD-3", "self_approved", memo.approvers_line,
                         {role + "'s approval of the class was given by the manifest's own author.",
                          "The class allows it; another dev lead's approval would carry more weight."});
        }
    }
}

/// EXP-5 and EXP-6 in one hand.
void LintRecordedPlanOwner(const ParsedMemo& memo, const LintFacts& facts, LintReport& report) {
    const PromotionFacts& release = *facts.release;
    if (!release.plan || release.plan->owner.empty()) {
        return;
    }
    std::size_t approvals = 0;
    std::size_t by_owner = 0;
    for (const ApprovalFacts& approval : release.approvals) {
        if (approval.scope == ApprovalScope::kPlan && policy::ApprovalHolds(approval)) {
            ++approvals;
            by_owner += approval.principal.Text() == release.plan->owner ? 1 : 0;
        }
    }
    if (approvals == 0 || approvals != by_owner) {
        return;
    }
    std::string name = release.plan->owner;
    for (const LintPrincipal& principal : facts.principals) {
        name = principal.id.Text() == release.plan->owner ? principal.name : name;
    }
    report.Doubt("EXP-6", "plan_owner_sole_approver", memo.approvers_line,
                 {"The owner of the exposure plan, " + Quoted(name) + ", is the only one who approved it.",
                  "Have another dev lead look at the plan, or say in the notes why the owner's approval is enough."});
}

}  // namespace

void LintAgainstRegistry(const ParsedMemo& memo, const LintFacts& facts, LintReport& report) {
    for (const ParsedPerson& approver : memo.approvers) {
        if (approver.name.empty()) {
            continue;
        }
        LintPerson(approver, facts, report);
        for (const policy::Role role : approver.roles) {
            if (facts.release) {
                LintRecordedApproval(approver, role, facts, report);
            }
        }
    }
    for (const ParsedPerson& signature : memo.signatures) {
        if (!signature.name.empty()) {
            LintPerson(signature, facts, report);
        }
    }
    if (!facts.release) {
        return;
    }
    PromotionFacts release = *facts.release;
    release.to = memo.target;
    if (IsGo(memo)) {
        LintOpenSlots(memo, release, report);
    }
    LintRecordedPlanOwner(memo, facts, report);
}

}  // namespace render
