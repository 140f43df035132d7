// Step `probes`: what the default organization, the routes about organizations and a selected tenant answer.
#include "tenancy/probe/organization_routes.hpp"
#include "tenancy/probe/visit.hpp"

namespace tenancy::probe {
namespace {

using wire::ProbeOutcome;

constexpr std::string_view kRead = "/api/alerts/active";
constexpr std::string_view kNobody = "portcullis-probe";
constexpr std::size_t kMostStateBytes = std::size_t{8} * 1024 * 1024;
const Wanted kSwitchedOff{501, "feature_disabled"};
const Wanted kNoLicence{402, "license_required"};
const Wanted kRefused{403, "access_denied"};

Question Reading(const Target& target) {
    Question question = WithCanary(target, "GET", std::string(kRead));
    question.max_bytes = kMostStateBytes;
    return question;
}

/// The scope that the canary may lack, and a demonstration where nothing can be written, come before the switch.
bool MayNotWrite(const wire::ProbeCheck& check) {
    return check.got == "403 missing_scope" || check.got == "403 demo_mode";
}

void CheckRoutesOff(Visit& visit, StepMaker& step) {
    const Target& target = visit.At();
    int not_judged = 0;
    for (const OrganizationRoute& route : OrganizationRoutes()) {
        Question question = WithCanary(target, std::string(route.method), std::string(route.path));
        if (route.writes) {
            question.body = route.method == "DELETE" ? "" : "{}";
            question.headers.emplace_back("Content-Type", "application/json");
        }
        wire::ProbeCheck check = visit.Check(question, kSwitchedOff);
        if (route.writes && !target.canary_may_write && MayNotWrite(check)) {
            ++not_judged;
            continue;
        }
        step.Add(std::move(check));
    }
    if (not_judged > 0) {
        step.Evidence().facts["writing_routes_not_judged"] = std::int64_t{not_judged};
        step.Remark("The canary may not write, so " + std::to_string(not_judged) +
                    " writing routes refused it before they looked at the switch.");
    }
}

void CheckRoutesOn(Visit& visit, const Expectation& expectation, StepMaker& step) {
    wire::ProbeCheck check =
        visit.Check(WithCanary(visit.At(), "GET", "/api/orgs"), expectation.licensed ? Wanted{200, {}} : kNoLicence);
    if (check.outcome == ProbeOutcome::kFailed && check.got == Described(kNoLicence)) {
        step.Remark("The switch is on, but there is no licence for tenants: nobody can use them.");
    }
    step.Add(std::move(check));
}

/// Nobody can select what does not exist; that nothing else is there is known to whoever gave the target.
void CheckNoTenant(Visit& visit, StepMaker& step) {
    step.Add(visit.Check(Selecting(Reading(visit.At()), "X-Pulse-Org-ID", std::string(kNobody)), {400, "invalid_org"}));
    step.Remark("There is no active tenant that could be selected.");
}

void CheckTenantOff(Visit& visit, StepMaker& step) {
    const Target& target = visit.At();
    step.Add(visit.Check(Selecting(Reading(target), "X-Pulse-Org-ID", target.tenant), kSwitchedOff));
    step.Add(visit.Check(Selecting(Reading(target), "Cookie", target.tenant), kSwitchedOff));
    if (target.surface == Surface::kPulsed) {
        step.Add(visit.Check(Selecting(Reading(target), "X-Org-ID", target.tenant), kSwitchedOff));
    }
    if (!target.tenant_canary.empty()) {
        step.Add(visit.Check(WithTenantCanary(target, "GET", std::string(kRead)), kSwitchedOff));
    }
}

void CheckTenantOn(Visit& visit, const Expectation& expectation, StepMaker& step) {
    const Target& target = visit.At();
    const Wanted entered = expectation.licensed ? Wanted{200, {}} : kNoLicence;
    const Wanted refused = expectation.licensed ? kRefused : kNoLicence;
    if (target.tenant_canary.empty()) {
        step.Remark("No credential of a tenant is at hand, so nobody was seen to enter one.");
    } else {
        Question own = WithTenantCanary(target, "GET", std::string(kRead));
        own.max_bytes = kMostStateBytes;
        step.Add(visit.Check(Selecting(own, "X-Pulse-Org-ID", target.tenant), entered));
        if (!target.other_tenant.empty()) {
            step.Add(visit.Check(Selecting(own, "X-Pulse-Org-ID", target.other_tenant), refused));
        }
    }
    // The canary of the default organization belongs to no tenant.
    step.Add(visit.Check(Selecting(Reading(target), "X-Pulse-Org-ID", target.tenant), refused));
}

void CheckQuery(Visit& visit, StepMaker& step) {
    Question question = Reading(visit.At());
    question.path += "?org_id=" + platform::PercentEncode(visit.At().tenant);
    question.with += ", a query, which selects nothing";
    step.Add(visit.Check(question, {200, {}}));
}

}  // namespace

wire::ProbeStep RoutesStep(Visit& visit, const Expectation& expectation) {
    const Target& target = visit.At();
    StepMaker step(wire::ProbeKind::kProbes, target);
    step.Add(visit.Check({.path = "/api/health"}, {200, {}}));
    if (target.canary.empty()) {
        step.Note(ProbeOutcome::kInconclusive, "canary", "a credential to ask with", "none");
        return step.Finish({});
    }
    step.Add(visit.Check(Reading(target), {200, {}}));
    expectation.enabled ? CheckRoutesOn(visit, expectation, step) : CheckRoutesOff(visit, step);
    switch (target.tenants) {
        case Tenants::kNone:
            CheckNoTenant(visit, step);
            break;
        case Tenants::kUnknown:
            step.Note(ProbeOutcome::kInconclusive, "a selected tenant", expectation.enabled ? "200" : "501",
                      "not asked: no tenant of this instance is known");
            break;
        case Tenants::kSome:
            expectation.enabled ? CheckTenantOn(visit, expectation, step) : CheckTenantOff(visit, step);
            CheckQuery(visit, step);
            break;
    }
    return step.Finish(expectation.enabled
                           ? "The default organization answers, tenants answer to those who may enter them"
                           : "The default organization answers, every route about organizations and every selected "
                             "tenant answers 501");
}

}  // namespace tenancy::probe
