// SOD-6: how roles come to people (design rules "People and components").

#include <algorithm>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

bool GrantHolds(const ActorFacts& actor, Role role) {
    return std::find(actor.roles.begin(), actor.roles.end(), role) != actor.roles.end();
}

bool NeedsConfirmation(Role role) {
    switch (role) {
        case Role::kDevLead:
        case Role::kQa:
        case Role::kSystemOwner:
            return true;
        case Role::kReleaseManager:
        case Role::kOperator:
        case Role::kAuditor:
        case Role::kPipeline:
        case Role::kAdmin:
            return false;
    }
    return true;
}

}  // namespace

// SOD-6: nobody grants a role to themselves; approver roles take an admin's proposal and another person's confirmation.
void CheckSod6(const RoleGrantAct& act, Findings& findings) {
    const std::string_view role = platform::EnumText(act.role);
    const auto deny = [&](std::string message, std::string remedy) {
        Deny(findings, "SOD-6", {std::move(message), std::move(remedy), act.subject.Text()});
    };
    if (act.proposer.id == act.subject) {
        deny(Text(act.subject.Text(), " cannot grant ", role, " to themselves."), "Ask another admin to propose it.");
    }
    if (!GrantHolds(act.proposer, Role::kAdmin)) {
        deny(Text(act.proposer.id.Text(), " is no admin; only an admin proposes grants."),
             "Ask an admin to propose it.");
    }
    if (!NeedsConfirmation(act.role)) {
        return;
    }
    if (act.subject_kind != PrincipalKind::kUser) {
        deny(Text(act.subject.Text(), " is a component; ", role, " is a role of people."), "Grant it to a user.");
    }
    if (!act.confirmer) {
        return Await(
            findings, "SOD-6",
            {Text("The grant of ", role, " to ", act.subject.Text(), " waits for another person's confirmation."),
             Text("Ask an admin or a user with the role ", role, " to confirm it: portcullis role confirm"),
             act.subject.Text()});
    }
    const ActorFacts& confirmer = *act.confirmer;
    if (confirmer.id == act.proposer.id) {
        deny(Text(confirmer.id.Text(), " proposed the grant and cannot confirm it."), "Ask another person.");
    }
    if (confirmer.id == act.subject) {
        deny(Text(confirmer.id.Text(), " cannot confirm a role for themselves."), "Ask another person.");
    }
    if (confirmer.kind != PrincipalKind::kUser ||
        (!GrantHolds(confirmer, Role::kAdmin) && !GrantHolds(confirmer, act.role))) {
        deny(Text(confirmer.id.Text(), " is neither an admin nor a user with the role ", role, "."),
             Text("Ask an admin or a user with the role ", role, "."));
    }
}

}  // namespace policy
