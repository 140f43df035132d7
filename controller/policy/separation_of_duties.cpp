// SOD-1..5: who may give what is given in writing, when a promotion uses it and when it is given.

#include <array>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/slots.hpp"

namespace policy {
namespace {

std::string_view WhyVoid(Void why) {
    switch (why) {
        case Void::kByComponent:
            return "a component cannot give it";
        case Void::kByAuthor:
            return "it is the author's own";
        case Void::kOlderContent:
            return "it was given for older content";
        case Void::kNotEntitled:
            return "its giver is no longer active in that role";
        case Void::kRevoked:
            return "it was taken back";
        case Void::kNothing:
            break;
    }
    return "";
}

/// Somebody else's act would do: that is waiting. A component or the author having acted is wrong in itself.
FindingKind KindOfVoid(Void why) {
    return why == Void::kOlderContent || why == Void::kNotEntitled ? FindingKind::kPending : FindingKind::kDenied;
}

/// Everything this promotion would stand on, were it not for `why`.
void ReportVoid(const PromotionFacts& facts, Void why, std::string_view rule, Findings& findings) {
    const SlotViews slots = ViewSlots(facts);
    for (const SlotView& slot : slots.All()) {
        if (slot.filled_by == nullptr && slot.why == why) {
            const std::string_view role = platform::EnumText(slot.role);
            Report(findings, rule, KindOfVoid(why),
                   {Text("The approval ", slot.spoiled->id.Text(), " of ", slot.spoiled->principal.Text(), " as ", role,
                         " for ", ScopeText(slot.scope), " does not count: ", WhyVoid(why), "."),
                    ApproveRemedy(facts, slot.scope, slot.role), slot.spoiled->id.Text()});
        }
    }
    if (facts.manifest.classification == ReleaseClass::kMechanism) {
        const AcceptanceView acceptance = ViewAcceptance(facts);
        if (acceptance.holding == nullptr && acceptance.spoiled != nullptr && acceptance.why == why) {
            Report(findings, rule, KindOfVoid(why),
                   {Text("The risk acceptance ", acceptance.spoiled->id.Text(), " of ",
                         acceptance.spoiled->principal.Text(), " does not count: ", WhyVoid(why), "."),
                    Text("Ask another system_owner to run: portcullis risk accept ", facts.release.id.Text(),
                         " --risk <which> --rationale <why> --review-date <day>"),
                    acceptance.spoiled->id.Text()});
        }
    }
    if (const MemoFacts* memo = MemoInUse(facts)) {
        for (const SignatureView& view : ViewSignatures(*memo)) {
            if (view.filled_by == nullptr && view.why == why) {
                const std::string_view role = platform::EnumText(view.role);
                Report(findings, rule, KindOfVoid(why),
                       {Text("The signature of ", view.spoiled->principal.Text(), " as ", role, " on memo ",
                             std::to_string(memo->number), " does not count: ", WhyVoid(why), "."),
                        Text("Ask a user with the role ", role, " to run: portcullis memo sign ",
                             facts.release.id.Text(), " ", std::to_string(memo->number), " --as ", role),
                        view.spoiled->principal.Text()});
            }
        }
    }
}

void DenyUnlessUser(const ActorFacts& actor, std::string_view what, Findings& findings) {
    if (actor.kind != PrincipalKind::kUser) {
        Deny(findings, "SOD-1",
             {Text(actor.id.Text(), " is a component; ", what, " can only be given by a person."),
              "Ask a user with the role to give it.", actor.id.Text()});
    }
}

bool HoldsRole(const ActorFacts& actor, Role role) {
    for (const Role held : actor.roles) {
        if (held == role) {
            return true;
        }
    }
    return false;
}

void DenyUnlessEntitled(const ActorFacts& actor, Role role, Findings& findings) {
    if (!HoldsRole(actor, role)) {
        Deny(findings, "SOD-4",
             {Text(actor.id.Text(), " does not hold the role ", platform::EnumText(role),
                   ", or the token in use does not."),
              Text("Ask a user with the role ", platform::EnumText(role), "."), actor.id.Text()});
    }
}

void DenySecondRole(const PrincipalId& principal, Role held, Role wanted, Findings& findings) {
    Deny(findings, "SOD-2",
         {Text(principal.Text(), " already acted as ", platform::EnumText(held), " in this decision and cannot be ",
               platform::EnumText(wanted), " as well."),
          Text("Ask another user with the role ", platform::EnumText(wanted), "."), principal.Text()});
}

}  // namespace

// SOD-1: approvals, signatures, risk acceptances and consents are given by people.
void CheckSod1(const PromotionFacts& facts, Findings& findings) {
    ReportVoid(facts, Void::kByComponent, "SOD-1", findings);
    if (facts.to != Channel::kExperimental || !facts.plan) {
        return;
    }
    for (const TenantFacts& tenant : facts.plan->tenants) {
        if (tenant.consent && tenant.consent->recorded_by_kind != PrincipalKind::kUser) {
            Deny(findings, "SOD-1",
                 {Text("The consent ", tenant.consent->id.Text(), " of ", tenant.id.Text(),
                       " was recorded by a component."),
                  Text("Ask a person to record it: portcullis consent record ", tenant.id.Text(), " --release ",
                       facts.release.id.Text(), " --given-by <who> --capacity <what> --evidence <what shows it>"),
                  tenant.id.Text()});
        }
    }
}

// SOD-2: one person, one role in one decision; a memo is signed by two people.
void CheckSod2(const PromotionFacts& facts, Findings& findings) {
    const SlotViews views = ViewSlots(facts);
    const std::span<const SlotView> slots = views.All();
    const AcceptanceView acceptance =
        facts.manifest.classification == ReleaseClass::kMechanism ? ViewAcceptance(facts) : AcceptanceView{};
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const SlotView& slot = slots[i];
        if (slot.filled_by == nullptr) {
            continue;
        }
        const PrincipalId& person = slot.filled_by->principal;
        // Said once per person: at the first slot that an earlier one of another role clashes with.
        bool said = false;
        const SlotView* clash = nullptr;
        for (std::size_t j = 0; j < i; ++j) {
            const SlotView& earlier = slots[j];
            if (earlier.filled_by == nullptr || earlier.filled_by->principal != person) {
                continue;
            }
            if (earlier.role != slot.role && clash == nullptr) {
                clash = &earlier;
            }
            for (std::size_t k = 0; k < j; ++k) {
                said = said || (slots[k].filled_by != nullptr && slots[k].filled_by->principal == person &&
                                slots[k].role != earlier.role);
            }
        }
        if (clash != nullptr && !said) {
            Deny(
                findings, "SOD-2",
                {Text(person.Text(), " is ", platform::EnumText(clash->role), " for ", ScopeText(clash->scope), " and ",
                      platform::EnumText(slot.role), " for ", ScopeText(slot.scope), "; one person fills one role."),
                 ApproveRemedy(facts, slot.scope, slot.role), person.Text()});
        } else if (clash == nullptr && acceptance.holding != nullptr && acceptance.holding->principal == person &&
                   slot.role != Role::kSystemOwner) {
            Deny(findings, "SOD-2",
                 {Text(person.Text(), " accepted the risk as system_owner and is ", platform::EnumText(slot.role),
                       " for ", ScopeText(slot.scope), "; one person fills one role."),
                  ApproveRemedy(facts, slot.scope, slot.role), person.Text()});
        }
    }
    if (const MemoFacts* memo = MemoInUse(facts)) {
        const std::array<SignatureView, 2> signatures = ViewSignatures(*memo);
        if (signatures[0].filled_by != nullptr && signatures[1].filled_by != nullptr &&
            signatures[0].filled_by->principal == signatures[1].filled_by->principal) {
            DenySecondRole(signatures[0].filled_by->principal, signatures[0].role, signatures[1].role, findings);
        }
    }
}

// SOD-3: the author approves nothing of their own, except as dev lead for ui_only and workflow, which is shown.
void CheckSod3(const PromotionFacts& facts, Findings& findings) {
    ReportVoid(facts, Void::kByAuthor, "SOD-3", findings);
    const SlotViews slots = ViewSlots(facts);
    for (const SlotView& slot : slots.All()) {
        if (slot.filled_by != nullptr && IsSelfApproved(slot.filled_by->principal, facts.release.author)) {
            Doubt(findings, "SOD-3",
                  {Text("self_approved: ", slot.filled_by->principal.Text(), " submitted the manifest and is ",
                        platform::EnumText(slot.role), " for ", ScopeText(slot.scope), "."),
                   "A second dev lead's approval removes this note.", slot.filled_by->id.Text()});
        }
    }
}

// SOD-4: entitlement counts when the approval is used.
void CheckSod4(const PromotionFacts& facts, Findings& findings) {
    ReportVoid(facts, Void::kNotEntitled, "SOD-4", findings);
}

// SOD-5: an approval is for the content it was given for.
void CheckSod5(const PromotionFacts& facts, Findings& findings) {
    ReportVoid(facts, Void::kOlderContent, "SOD-5", findings);
}

void CheckSod1Approval(const ApprovalAct& act, Findings& findings) {
    DenyUnlessUser(act.actor, "an approval", findings);
}

void CheckSod1Consent(const ConsentAct& act, Findings& findings) {
    DenyUnlessUser(act.actor, "a consent", findings);
}

void CheckSod1Acceptance(const RiskAcceptanceAct& act, Findings& findings) {
    DenyUnlessUser(act.actor, "a risk acceptance", findings);
}

void CheckSod1Signature(const SignatureAct& act, Findings& findings) {
    DenyUnlessUser(act.actor, "a signature", findings);
}

void CheckSod1Judgement(const CheckAct& act, Findings& findings) {
    if (act.control == Control::kExitCriterion) {
        DenyUnlessUser(act.actor, "the judgement of an exit criterion", findings);
    }
}

void CheckSod2Approval(const ApprovalAct& act, Findings& findings) {
    for (const ApprovalFacts& given : act.existing) {
        if (given.principal == act.actor.id && given.role != act.role && !given.revoked) {
            return DenySecondRole(act.actor.id, given.role, act.role, findings);
        }
    }
}

void CheckSod2Signature(const SignatureAct& act, Findings& findings) {
    for (const SignatureFacts& given : act.existing) {
        if (given.principal == act.actor.id && given.role != act.role) {
            return DenySecondRole(act.actor.id, given.role, act.role, findings);
        }
    }
}

void CheckSod3Approval(const ApprovalAct& act, Findings& findings) {
    if (!IsSelfApproved(act.actor.id, act.author)) {
        return;
    }
    if (!MayApproveOwn(act.classification, act.role)) {
        return Deny(findings, "SOD-3",
                    {Text(act.actor.id.Text(), " is the author and cannot approve as ", platform::EnumText(act.role),
                          act.classification ? Text(" a release of class ", platform::EnumText(*act.classification))
                                             : std::string(" a release without a class"),
                          "."),
                     Text("Ask another user with the role ", platform::EnumText(act.role), "."), act.actor.id.Text()});
    }
    Doubt(findings, "SOD-3",
          {Text("self_approved: ", act.actor.id.Text(), " approves their own as ", platform::EnumText(act.role), "."),
           "A second dev lead's approval removes this note.", act.actor.id.Text()});
}

void CheckSod4Approval(const ApprovalAct& act, Findings& findings) {
    DenyUnlessEntitled(act.actor, act.role, findings);
}

void CheckSod4Acceptance(const RiskAcceptanceAct& act, Findings& findings) {
    DenyUnlessEntitled(act.actor, Role::kSystemOwner, findings);
}

void CheckSod4Signature(const SignatureAct& act, Findings& findings) {
    DenyUnlessEntitled(act.actor, act.role, findings);
}

void CheckSod5Approval(const ApprovalAct& act, Findings& findings) {
    if (!act.hash_is_current) {
        Deny(findings, "SOD-5",
             {"The content has changed since it was read; the approval would be for older content.",
              "Read the current content and approve that."});
    }
}

}  // namespace policy
