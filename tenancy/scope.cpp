#include "tenancy/scope.hpp"

namespace tenancy {
namespace {

platform::Unexpected<GateDecision> NotAdmitted(GateDecision decision) {
    return platform::Unexpected<GateDecision>(decision);
}

}  // namespace

platform::Expected<TenantScope, GateDecision> TenantScope::AdmitRequest(const OrgId& org, const Caller& caller,
                                                                        const GateFacts& facts) {
    const Selected selected = org.IsDefault() ? Selected::kDefault : Selected::kTenant;
    if (facts.selected != selected) {
        return NotAdmitted({});
    }
    const GateDecision decision = DecideSelection(facts);
    if (!decision.Allowed()) {
        return NotAdmitted(decision);
    }
    return TenantScope(org, ScopeOrigin::kRequest, caller.Name(), {});
}

platform::Expected<TenantScope, GateDecision> TenantScope::AdmitOrgRoute(const Organization& org, const Caller& caller,
                                                                         const GateFacts& facts) {
    const GateDecision decision = DecideOrgRoute(facts);
    if (!decision.Allowed()) {
        return NotAdmitted(decision);
    }
    const Access access = DecideAccess(caller, org);
    if (access == Access::kNoIdentity) {
        return NotAdmitted({GateOutcome::kNeedsIdentity, access});
    }
    if (access != Access::kAllowed) {
        return NotAdmitted({GateOutcome::kAccessDenied, access});
    }
    return TenantScope(org.id, ScopeOrigin::kOrgRoute, caller.Name(), {});
}

std::optional<TenantScope> TenantScope::PlatformAct(const OrgId& org, std::string actor, std::string reason) {
    if (actor.empty() || reason.empty()) {
        return std::nullopt;
    }
    return TenantScope(org, ScopeOrigin::kPlatformAct, std::move(actor), std::move(reason));
}

std::optional<TenantScope> TenantScope::Job(const OrgId& org, std::string job, Mode mode, Fact switch_on) {
    const bool open =
        org.IsDefault() || mode == Mode::kHosted || (mode == Mode::kSelfHosted && switch_on == Fact::kYes);
    if (job.empty() || !open) {
        return std::nullopt;
    }
    return TenantScope(org, ScopeOrigin::kJob, std::move(job), {});
}

std::optional<IdentityScope> IdentityScope::For(const Caller& caller) {
    const std::string& user = caller.ActsFor();
    if (caller.kind == CallerKind::kNone || user.empty()) {
        return std::nullopt;
    }
    return IdentityScope(user);
}

std::optional<PlatformScope> PlatformScope::For(std::string actor, std::string reason) {
    if (actor.empty() || reason.empty()) {
        return std::nullopt;
    }
    return PlatformScope(std::move(actor), std::move(reason));
}

}  // namespace tenancy
