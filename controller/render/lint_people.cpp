// Approvers and signatures, against each other, the class and the dates: within the memo alone.

#include <set>

#include "controller/policy/approvals.hpp"
#include "controller/policy/memo.hpp"
#include "controller/render/format.hpp"
#include "controller/render/lint_report.hpp"
#include "controller/render/memo_dates.hpp"
#include "controller/render/memo_words.hpp"

namespace render {
namespace {

using policy::Role;

std::string DayWords(policy::Date date) {
    return platform::FormatDate(date);
}

/// The approvals that a memo with this class and target stands on: one table holds them for gates and memos alike.
std::vector<policy::ApprovalSlot> NeededApprovals(const ParsedMemo& memo) {
    policy::PromotionFacts facts;
    facts.to = memo.target;
    facts.manifest.classification = memo.Class();
    return policy::RequiredSlots(facts);
}

void LintMissingApprovals(const ParsedMemo& memo, LintReport& report) {
    std::set<Role> said;
    for (const policy::ApprovalSlot& slot : NeededApprovals(memo)) {
        const bool listed = std::any_of(
            memo.approvers.begin(), memo.approvers.end(),
            [&slot](const ParsedPerson& person) { return HasRole(person, slot.role) && !person.name.empty(); });
        if (listed || !said.insert(slot.role).second) {
            continue;
        }
        const std::string role(RoleLabel(slot.role));
        if (slot.scope == policy::ApprovalScope::kClass) {
            const std::string_view label = ClassLabel(memo.Class().value_or(policy::ReleaseClass::kUiOnly));
            report.Contradiction("CLS-4", "approval_missing", memo.approvers_line,
                                 {"The class " + std::string(label) + " needs the approval of " + role +
                                      ", and no approver has that role.",
                                  "Get the approval of " + role + " and list it, or correct the classification."});
        } else {
            report.Contradiction("APR-1", "approval_missing", memo.approvers_line,
                                 {"The promotion to " + std::string(platform::EnumText(memo.target)) +
                                      " needs the approval of " + role + ", and no approver has that role.",
                                  "Get the approval of " + role + " and list it."});
        }
    }
}

void LintRole(const ParsedPerson& person, std::string_view what, LintReport& report) {
    if (person.roles.size() > 1) {
        report.Contradiction("SOD-2", "person_with_two_roles", person.line,
                             {Quoted(person.name) + " stands for " + RolesInWords(person.roles) +
                                  "; one person fills one role of a decision.",
                              "Let another person fill the second role."});
    } else if (person.roles.empty() && !person.role_text.empty()) {
        report.Unreadable(
            "role_unknown", person.line,
            {Quoted(person.role_text) + " is no role that approves or signs.", "Use Dev Lead, QA or System Owner."});
    } else if (person.roles.empty() && !person.name.empty()) {
        report.Unreadable("role_missing", person.line,
                          {"The " + std::string(what) + " of " + Quoted(person.name) + " names no role.",
                           "Write `name, role, date`."});
    }
}

void LintSamePerson(const std::vector<ParsedPerson>& people, std::string_view verb, LintReport& report) {
    for (std::size_t later = 1; later < people.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            const ParsedPerson& a = people[earlier];
            const ParsedPerson& b = people[later];
            if (!a.roles.empty() && !b.roles.empty() && a.roles != b.roles && SameName(a.name, b.name)) {
                report.Contradiction(
                    "SOD-2", "same_person_two_roles", b.line,
                    {Quoted(b.name) + " " + std::string(verb) + " as " + RolesInWords(b.roles) + " here and as " +
                         RolesInWords(a.roles) + " in line " + std::to_string(a.line) + ".",
                     "Two roles of one decision need two people."});
                break;
            }
        }
    }
}

std::size_t DistinctNames(const std::vector<ParsedPerson>& people) {
    std::set<std::string> names;
    for (const ParsedPerson& person : people) {
        if (!person.name.empty()) {
            names.insert(FoldName(person.name));
        }
    }
    return names.size();
}

void LintPlanOwner(const ParsedMemo& memo, LintReport& report) {
    for (const ParsedPerson& owner : memo.plan.owners) {
        const bool sole = !memo.plan.approvers.empty() &&
                          std::all_of(memo.plan.approvers.begin(), memo.plan.approvers.end(),
                                      [&owner](const ParsedPerson& each) { return SameName(each.name, owner.name); });
        if (sole) {
            report.Doubt(
                "EXP-6", "plan_owner_sole_approver", memo.plan.approvers.front().line,
                {"The owner of the exposure plan, " + Quoted(owner.name) + ", is the only one who approved it.",
                 "Have another dev lead look at the plan, or say in the notes why the owner's approval is enough."});
        }
    }
}

void LintSignatureDates(const ParsedMemo& memo, const ParsedPerson& signature, LintReport& report) {
    if (!signature.date) {
        report.Doubt("MEM-5", "signature_without_date", signature.line,
                     {"The signature of " + Quoted(signature.name) + " has no date.", "Add the date it was given on."});
        return;
    }
    const std::string day = DayWords(*signature.date);
    if (memo.date.date && *signature.date < *memo.date.date) {
        report.Contradiction(
            "MEM-5", "signature_before_memo", signature.line,
            {"The signature is dated " + day + ", before the memo (" + DayWords(*memo.date.date) + ").",
             "A memo is signed when it is written; correct the date or sign again."});
    } else if (memo.date.date && *signature.date > *memo.date.date) {
        report.Doubt("MEM-5", "signature_after_memo", signature.line,
                     {"The signature is dated " + day + ", after the memo (" + DayWords(*memo.date.date) + ").",
                      "Make sure that what was signed is what was decided on the memo's date."});
    }
    for (const ParsedPerson& approver : memo.approvers) {
        if (approver.date && *signature.date < *approver.date) {
            report.Contradiction("MEM-5", "signature_before_approval", signature.line,
                                 {"The signature is dated " + day + ", before the approval of " +
                                      Quoted(approver.name) + " (" + DayWords(*approver.date) + ").",
                                  "A memo is signed when all approvals are in; correct the date or sign again."});
            return;
        }
    }
}

void LintSigner(const ParsedMemo& memo, const ParsedPerson& signature, Role role, LintReport& report) {
    const ParsedPerson* other = nullptr;
    for (const ParsedPerson& approver : memo.approvers) {
        if (!HasRole(approver, role) || approver.name.empty()) {
            continue;
        }
        if (SameName(approver.name, signature.name)) {
            return;
        }
        other = &approver;
    }
    if (other != nullptr) {
        report.Contradiction("MEM-5", "signature_other_person", signature.line,
                             {std::string(RoleLabel(role)) + " signed as " + Quoted(signature.name) +
                                  ", and the approver of that role is " + Quoted(other->name) + ".",
                              "Let the person who approved sign, or list the signer's approval."});
    }
}

}  // namespace

void LintApprovers(const ParsedMemo& memo, LintReport& report) {
    for (const ParsedPerson& approver : memo.approvers) {
        if (approver.name.empty()) {
            report.Unreadable("approver_without_name", approver.line,
                              {"An approver's line has no name.", "Write `name, role, date`."});
            continue;
        }
        LintRole(approver, "approval", report);
        if (!approver.date) {
            report.Doubt(
                "MEM-7", "approval_without_date", approver.line,
                {"The approval of " + Quoted(approver.name) + " has no date.", "Add the date it was given on."});
        } else if (memo.date.date && *approver.date > *memo.date.date) {
            report.Contradiction(
                "MEM-7", "approval_after_memo", approver.line,
                {"The approval of " + Quoted(approver.name) + " is dated " + DayWords(*approver.date) +
                     ", after the memo (" + DayWords(*memo.date.date) + ").",
                 "A decision stands on approvals that were given before it; correct the date or date the "
                 "memo anew."});
        }
    }
    LintSamePerson(memo.approvers, "approved", report);
    LintPlanOwner(memo, report);
    if (!IsGo(memo)) {
        return;
    }
    LintMissingApprovals(memo, report);
    if (DistinctNames(memo.approvers) == 1) {
        report.Doubt("SOD-2", "single_approver", memo.approvers_line,
                     {Quoted(memo.approvers.front().name) + " is the only approver.",
                      "A decision that one person makes alone should say why nobody else looked at it."});
    }
}

void LintSignatures(const ParsedMemo& memo, LintReport& report) {
    for (const Role role : policy::SignatureRoles()) {
        const bool is_signed =
            std::any_of(memo.signatures.begin(), memo.signatures.end(),
                        [role](const ParsedPerson& each) { return HasRole(each, role) && !each.name.empty(); });
        if (is_signed) {
            continue;
        }
        LintText text{"The memo is not signed by " + std::string(RoleLabel(role)) + ".",
                      "Both the system owner and the dev lead sign a memo."};
        if (memo.Decided() == policy::Decision::kNoGo) {
            report.Doubt("MEM-5", "not_signed", memo.signatures_line, std::move(text));
        } else {
            report.Contradiction("MEM-5", "not_signed", memo.signatures_line, std::move(text));
        }
    }
    for (const ParsedPerson& signature : memo.signatures) {
        if (signature.name.empty()) {
            continue;
        }
        LintRole(signature, "signature", report);
        LintSignatureDates(memo, signature, report);
        for (const Role role : policy::SignatureRoles()) {
            if (HasRole(signature, role)) {
                LintSigner(memo, signature, role, report);
            }
        }
    }
    LintSamePerson(memo.signatures, "signed", report);
}

}  // namespace render
