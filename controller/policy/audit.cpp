// ATT-1..4: attribution of every audit entry (specification, section 8). AUD-1..3 are the database's.

#include <algorithm>
#include <array>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

/// What these do is done to a release; without its id the entry would be worth nothing.
constexpr std::array<std::string_view, 5> kReleaseActions = {"release.deploy", "release.expose", "release.kill",
                                                             "release.promote", "release.rollback"};

void DenyUnnamedActor(const AuditAct& act, PrincipalKind kind, std::string_view rule, Findings& findings) {
    if (act.actor_kind == kind && IsBlank(act.actor)) {
        Deny(findings, rule,
             {Text("The entry ", act.action, " names no ", platform::EnumText(kind), " as its actor."),
              "Record who acted.", act.action});
    }
}

}  // namespace

// ATT-1: a person's action names the person.
void CheckAtt1(const AuditAct& act, Findings& findings) {
    DenyUnnamedActor(act, PrincipalKind::kUser, "ATT-1", findings);
}

// ATT-2: an automated action names the component.
void CheckAtt2(const AuditAct& act, Findings& findings) {
    DenyUnnamedActor(act, PrincipalKind::kComponent, "ATT-2", findings);
}

// ATT-3: what concerns a tenant names it.
void CheckAtt3(const AuditAct& act, Findings& findings) {
    if (act.concerns_tenant && IsBlank(act.tenant)) {
        Deny(findings, "ATT-3",
             {Text("The entry ", act.action, " concerns a tenant and names none."), "Record the tenant id.",
              act.action});
    }
}

// ATT-4: deployments, promotions, exposures and kills name the release.
void CheckAtt4(const AuditAct& act, Findings& findings) {
    const bool concerns_release = act.concerns_release || std::find(kReleaseActions.begin(), kReleaseActions.end(),
                                                                    act.action) != kReleaseActions.end();
    if (concerns_release && IsBlank(act.release)) {
        Deny(findings, "ATT-4",
             {Text("The entry ", act.action, " concerns a release and names none."), "Record the release id.",
              act.action});
    }
}

}  // namespace policy
