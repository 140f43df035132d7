#include "controller/policy/approvals.hpp"

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/slots.hpp"

namespace policy {
namespace {

/// What an approval is given as and for has to be a slot somewhere, or it could never count.
bool IsSlot(const ApprovalAct& act) {
    switch (act.scope) {
        case ApprovalScope::kClass:
            switch (*act.classification) {
                case ReleaseClass::kUiOnly:
                    return act.role == Role::kDevLead;
                case ReleaseClass::kWorkflow:
                    return act.role == Role::kDevLead || act.role == Role::kQa;
                case ReleaseClass::kCapability:
                    return act.role == Role::kDevLead || act.role == Role::kSystemOwner;
                case ReleaseClass::kMechanism:
                    return act.role == Role::kSystemOwner;
            }
            return false;
        case ApprovalScope::kClassFloor:
            return act.role == Role::kDevLead || act.role == Role::kSystemOwner;
        case ApprovalScope::kPlan:
        case ApprovalScope::kExperimental:
            return act.role == Role::kDevLead;
        case ApprovalScope::kCandidate:
            return act.role == Role::kDevLead || act.role == Role::kQa;
        case ApprovalScope::kStable:
            return act.role == Role::kSystemOwner;
    }
    return false;
}

void DenyUnlessSlot(const ApprovalAct& act, std::string_view rule, Findings& findings) {
    if (!IsSlot(act)) {
        Deny(findings, rule,
             {Text("No approval of role ", platform::EnumText(act.role), " is needed for ", ScopeText(act.scope), "."),
              "Approve as one of the roles that `portcullis approval list` shows as needed."});
    }
}

}  // namespace

bool ApprovalHolds(const ApprovalFacts& approval) {
    return !approval.revoked && approval.principal_kind == PrincipalKind::kUser && approval.entitled &&
           approval.hash_matches;
}

ApprovalScope TransitionScope(Channel to) {
    switch (to) {
        case Channel::kDev:  // nothing is promoted into dev; CHN-1 says so
        case Channel::kExperimental:
            return ApprovalScope::kExperimental;
        case Channel::kCandidate:
            return ApprovalScope::kCandidate;
        case Channel::kStable:
            return ApprovalScope::kStable;
    }
    return ApprovalScope::kStable;
}

std::vector<ApprovalSlot> RequiredSlots(const PromotionFacts& facts) {
    std::vector<ApprovalSlot> required;
    const SlotViews slots = ViewSlots(facts);
    for (const SlotView& slot : slots.All()) {
        ApprovalSlot& added = required.emplace_back(ApprovalSlot{slot.scope, slot.role, {}, {}, false});
        if (slot.filled_by != nullptr) {
            added.filled_by = slot.filled_by->id;
            added.principal = slot.filled_by->principal;
            added.self_approved = IsSelfApproved(slot.filled_by->principal, facts.release.author);
        }
    }
    return required;
}

bool IsSelfApproved(const PrincipalId& approver, const PrincipalId& author) {
    return !author.Empty() && approver == author;
}

std::string_view ScopeText(ApprovalScope scope) {
    switch (scope) {
        case ApprovalScope::kClass:
            return "the class";
        case ApprovalScope::kClassFloor:
            return "the class below the suggested one";
        case ApprovalScope::kPlan:
            return "the exposure plan";
        case ApprovalScope::kExperimental:
            return "entering experimental";
        case ApprovalScope::kCandidate:
            return "entering candidate";
        case ApprovalScope::kStable:
            return "entering stable";
    }
    return "the release";
}

std::string ApproveRemedy(const PromotionFacts& facts, ApprovalScope scope, Role role) {
    const std::string_view as = platform::EnumText(role);
    return Text("Ask a user with the role ", as, " to run: portcullis approve ", facts.release.id.Text(), " --as ", as,
                " --for ", platform::EnumText(scope), scope == ApprovalScope::kClassFloor ? " --note <why>" : "");
}

void ReportOpenSlots(const PromotionFacts& facts, ApprovalScope scope, std::string_view rule, Findings& findings) {
    const SlotViews slots = ViewSlots(facts);
    for (const SlotView& slot : slots.All()) {
        if (slot.scope != scope || slot.filled_by != nullptr ||
            (slot.why != Void::kNothing && slot.why != Void::kRevoked)) {
            continue;
        }
        const std::string revoked =
            slot.why == Void::kRevoked ? Text(" (", slot.spoiled->id.Text(), " was taken back)") : std::string();
        Await(findings, rule,
              {Text("The approval of role ", platform::EnumText(slot.role), " for ", ScopeText(scope), " is missing",
                    revoked, "."),
               ApproveRemedy(facts, scope, slot.role),
               Text(platform::EnumText(scope), "/", platform::EnumText(slot.role))});
    }
}

// CLS-4: the class's approvals, and for mechanism a system owner's explicit acceptance of the risk.
void CheckCls4(const PromotionFacts& facts, Findings& findings) {
    ReportOpenSlots(facts, ApprovalScope::kClass, "CLS-4", findings);
    if (facts.manifest.classification != ReleaseClass::kMechanism) {
        return;
    }
    const AcceptanceView acceptance = ViewAcceptance(facts);
    if (acceptance.holding != nullptr || acceptance.spoiled != nullptr) {
        return;
    }
    const std::string remedy = Text("Ask a user with the role system_owner to run: portcullis risk accept ",
                                    facts.release.id.Text(), " --risk <which> --rationale <why> --review-date <day>");
    if (acceptance.lapsed != nullptr) {
        return Deny(findings, "CLS-4",
                    {Text("The risk acceptance ", acceptance.lapsed->id.Text(), " lapsed on its review date, ",
                          platform::FormatDate(*acceptance.lapsed->review_date), "."),
                     remedy, "risk_acceptance"});
    }
    Await(findings, "CLS-4",
          {"A mechanism release needs an explicit risk acceptance, and none is recorded.", remedy, "risk_acceptance"});
}

void CheckCls4Approval(const ApprovalAct& act, Findings& findings) {
    if (act.scope != ApprovalScope::kClass) {
        return;
    }
    if (!act.classification) {
        return Deny(findings, "CLS-4",
                    {"The release has no class; there is no class to approve.", "Classify it in the manifest first."});
    }
    DenyUnlessSlot(act, "CLS-4", findings);
}

void CheckCls4Acceptance(const RiskAcceptanceAct& act, Findings& findings) {
    if (IsBlank(act.risk)) {
        Deny(findings, "CLS-4", {"The acceptance does not say which risk.", "Name the risk (--risk)."});
    }
    if (IsBlank(act.rationale)) {
        Deny(findings, "CLS-4", {"The acceptance does not say why the risk is taken.", "Give the rationale."});
    }
    if (!act.review_date) {
        Deny(findings, "CLS-4", {"The acceptance has no review date.", "Give the day on which it lapses."});
    } else if (platform::StartOfDay(*act.review_date) <= act.now) {
        Deny(findings, "CLS-4",
             {Text("The review date ", platform::FormatDate(*act.review_date), " is not in the future; it is ",
                   platform::FormatTime(act.now), "."),
              "Give a later day."});
    }
}

// APR-1: the transition's own approvals.
void CheckApr1(const PromotionFacts& facts, Findings& findings) {
    ReportOpenSlots(facts, TransitionScope(facts.to), "APR-1", findings);
}

void CheckApr1Approval(const ApprovalAct& act, Findings& findings) {
    switch (act.scope) {
        case ApprovalScope::kClass:
        case ApprovalScope::kClassFloor:
        case ApprovalScope::kPlan:
            return;
        case ApprovalScope::kExperimental:
        case ApprovalScope::kCandidate:
        case ApprovalScope::kStable:
            DenyUnlessSlot(act, "APR-1", findings);
    }
}

// CLS-5: a class below the suggested floor is acknowledged in writing by a dev lead and a system owner.
void CheckCls5Approval(const ApprovalAct& act, Findings& findings) {
    if (act.scope != ApprovalScope::kClassFloor) {
        return;
    }
    DenyUnlessSlot(act, "CLS-5", findings);
    if (IsBlank(act.note)) {
        Deny(findings, "CLS-5",
             {"The acknowledgement of a lower class has no text.", "Write why the lower class is right (--note)."});
    }
}

// EXP-6: a dev lead approves the plan.
void CheckExp6Approval(const ApprovalAct& act, Findings& findings) {
    if (act.scope == ApprovalScope::kPlan) {
        DenyUnlessSlot(act, "EXP-6", findings);
    }
}

}  // namespace policy
