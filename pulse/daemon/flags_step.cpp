#include "pulse/daemon/flags_step.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/invariant.hpp"
#include "pulse/app/features.hpp"
#include "tenancy/probe/checklist.hpp"
#include "tenancy/store/session.hpp"

namespace pulse::daemon {
namespace {

namespace probe = tenancy::probe;
namespace tenancy_wire = tenancy::wire;

/// Tenants that are asked over HTTP; with flags, and as many again without.
constexpr std::size_t kMostAskedTenants = 8;
constexpr std::chrono::milliseconds kAllAskedWithin{4'000};

/// What the order says of one flag for one organization, read from the order alone.
std::string Ordered(const tenancy_wire::FlagOrder& flag, const std::string& org) {
    if (flag.killed) {
        return "off (killed)";
    }
    const auto& orgs = flag.enabled_orgs;
    return flag.default_on || std::find(orgs.begin(), orgs.end(), org) != orgs.end() ? "on" : "off";
}

tenancy_wire::ProbeCheck CheckFlag(const app::Services& services, const std::string& name,
                                   const tenancy_wire::FlagOrder& flag, const std::string& org) {
    tenancy_wire::ProbeCheck check;
    check.what = "flag " + name;
    check.with = org;
    check.expected = Ordered(flag, org);
    check.got = app::IsFeatureOn(services, name, tenancy::OrgId::Trusted(org)) ? "on" : "off";
    check.outcome = check.expected.starts_with(check.got) ? tenancy_wire::ProbeOutcome::kPassed
                                                          : tenancy_wire::ProbeOutcome::kFailed;
    return check;
}

/// One line for a thousand that are as ordered; a line for each that is not.
void CheckDecisions(const app::Services& services, const tenancy_wire::ControlDocument& order,
                    probe::FlagsInside& inside) {
    std::int64_t asked = 0;
    for (const auto& [name, flag] : order.flags) {
        std::vector<std::string> orgs = flag.enabled_orgs;
        orgs.emplace_back(tenancy::kDefaultOrg);
        for (const std::string& org : orgs) {
            ++asked;
            tenancy_wire::ProbeCheck check = CheckFlag(services, name, flag, org);
            if (check.outcome != tenancy_wire::ProbeOutcome::kPassed || inside.checks.size() < kMostAskedTenants) {
                inside.checks.push_back(std::move(check));
            }
        }
    }
    inside.facts["decisions_asked"] = asked;
}

probe::FeaturesAsked AskedOf(const tenancy_wire::ControlDocument& order, const std::string& org) {
    probe::FeaturesAsked asked;
    asked.org = org;
    for (const auto& [name, flag] : order.flags) {
        if (name != tenancy::kSwitchVariable && Ordered(flag, org) == "on") {
            asked.on.push_back(name);
        }
    }
    return asked;
}

/// The default organization, and of the active tenants some of either kind.
std::vector<probe::FeaturesAsked> WhomToAsk(const app::Services& services, const tenancy_wire::ControlDocument& order,
                                            const Verifier::Eyes& eyes, probe::FlagsInside& inside) {
    std::vector<probe::FeaturesAsked> asked{AskedOf(order, std::string(tenancy::kDefaultOrg))};
    asked.front().credential = eyes.canary.OfDefault();
    const auto licence = services.licences.OfInstallation();
    if (!services.Hosted() && (!licence || app::HasMultiTenant(*licence) != tenancy::Fact::kYes)) {
        inside.remarks.emplace_back("There is no licence for tenants, so none of them is served anything");
        return asked;
    }
    const auto scope = tenancy::PlatformScope::For("system", "verification");
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    std::size_t with = 0;
    std::size_t without = 0;
    std::int64_t left_out = 0;
    for (const tenancy::OrgId& id : tenancy::store::ListOrgIds(services.database, *scope)) {
        const auto org = id.IsDefault() ? nullptr : services.directory.Find(id);
        if (!org || org->lifecycle.status != tenancy::OrgStatus::kActive) {
            continue;
        }
        if (!services.Hosted() && !tenancy_wire::TenancyIsOn(order, id)) {
            ++left_out;  // nothing is served to it, whatever its flags
            continue;
        }
        probe::FeaturesAsked one = AskedOf(order, id.Text());
        if (std::size_t& some = one.on.empty() ? without : with; some < kMostAskedTenants) {
            ++some;
            one.credential = eyes.canary.OfTenant(id);
            asked.push_back(std::move(one));
        } else {
            ++left_out;
        }
    }
    inside.facts["tenants_asked"] = static_cast<std::int64_t>(with + without);
    inside.facts["tenants_not_asked"] = left_out;
    return asked;
}

tenancy_wire::ProbeStep NotInForce(const tenancy_wire::VerifyRequest& request, std::int64_t generation,
                                   const Verifier::Eyes& eyes) {
    tenancy_wire::ProbeStep step;
    step.step = tenancy_wire::ProbeKind::kFlags;
    step.at = platform::SystemNow();
    step.outcome = tenancy_wire::ProbeOutcome::kFailed;
    step.detail = "The order in force is of generation " + std::to_string(generation) +
                  ", below the one that is verified, " + std::to_string(request.generation) + ".";
    tenancy_wire::ProbeEvidence evidence;
    evidence.probed_by = eyes.target.probed_by;
    evidence.facts["generation"] = generation;
    step.evidence = tenancy_wire::EncodeProbeEvidence(evidence);
    return step;
}

}  // namespace

std::optional<tenancy_wire::ProbeStep> CheckFlags(const app::Services& services,
                                                  const tenancy_wire::VerifyRequest& request,
                                                  const Verifier::Eyes& eyes) {
    if (request.kind == tenancy_wire::VerifyKind::kMultiTenant) {
        return std::nullopt;
    }
    const auto order = services.control_link.Current();
    if (!order || order->generation < request.generation) {
        return NotInForce(request, order ? order->generation : std::int64_t{0}, eyes);
    }
    probe::FlagsInside inside;
    inside.facts["generation"] = order->generation;
    CheckDecisions(services, *order, inside);
    const auto asked = WhomToAsk(services, *order, eyes, inside);
    probe::Target target = eyes.target;
    target.deadline = kAllAskedWithin;
    return probe::ProbeFeatures(target, asked,
                                services.Hosted() || services.tenant_switch.Enabled() ? probe::TenantsAre::kServed
                                                                                      : probe::TenantsAre::kSwitchedOff,
                                std::move(inside));
}

}  // namespace pulse::daemon
