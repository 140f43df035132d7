// RBA-1..4: who may roll back (specification, section 7). None of this concerns a kill.

#include <algorithm>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

bool ActsAs(const ActorFacts& actor, Role role) {
    return actor.kind == PrincipalKind::kUser &&
           std::find(actor.roles.begin(), actor.roles.end(), role) != actor.roles.end();
}

/// A system owner decides in person or has approved this rollback.
bool HasSystemOwner(const RollbackAct& act) {
    return act.system_owner_approved || ActsAs(act.actor, Role::kSystemOwner);
}

void DenyWithoutDevLead(const RollbackAct& act, std::string_view rule, Findings& findings) {
    if (!ActsAs(act.actor, Role::kDevLead) && !HasSystemOwner(act)) {
        Deny(findings, rule,
             {Text(act.actor.id.Text(), " is no dev lead and has no system owner's approval."),
              "Ask a dev lead to roll back, or a system owner to run: portcullis rollback approve",
              act.actor.id.Text()});
    }
}

void AwaitSystemOwner(const RollbackAct& act, std::string_view rule, Findings& findings) {
    if (!HasSystemOwner(act)) {
        Await(
            findings, rule,
            {"A system owner has not approved this rollback.",
             "Ask a system owner to run: portcullis rollback approve. A kill needs no approval.", act.actor.id.Text()});
    }
}

}  // namespace

// RBA-1: ui_only, a dev lead.
void CheckRba1(const RollbackAct& act, Findings& findings) {
    if (act.classification == ReleaseClass::kUiOnly) {
        DenyWithoutDevLead(act, "RBA-1", findings);
    }
}

// RBA-2: workflow, a dev lead; the system owner is notified.
void CheckRba2(const RollbackAct& act, Findings& findings) {
    if (act.classification == ReleaseClass::kWorkflow) {
        DenyWithoutDevLead(act, "RBA-2", findings);
        Doubt(findings, "RBA-2",
              {"The system owner must be notified of this rollback.",
               "Record the notification as a step of the rollback.", "system_owner"});
    }
}

// RBA-3: capability, a system owner's approval.
void CheckRba3(const RollbackAct& act, Findings& findings) {
    if (act.classification == ReleaseClass::kCapability) {
        AwaitSystemOwner(act, "RBA-3", findings);
    }
}

// RBA-4: mechanism, a system owner's approval and an incident. What has no class counts as the gravest.
void CheckRba4(const RollbackAct& act, Findings& findings) {
    if (act.classification && *act.classification != ReleaseClass::kMechanism) {
        return;
    }
    AwaitSystemOwner(act, "RBA-4", findings);
    if (!act.has_incident) {
        Deny(findings, "RBA-4",
             {"The rollback of a mechanism release names no incident.",
              "Open one and name it: portcullis incident open", "incident"});
    }
}

}  // namespace policy
