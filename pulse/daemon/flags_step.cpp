#include "pulse/daemon/flags_step.hpp"

#include <algorithm>

#include "pulse/app/features.hpp"

namespace pulse::daemon {
namespace {

namespace wire = tenancy::wire;

/// What the order says of one flag for one organization, read from the order alone.
std::string Ordered(const wire::FlagOrder& flag, const std::string& org) {
    if (flag.killed) {
        return "off (killed)";
    }
    const auto& orgs = flag.enabled_orgs;
    return flag.default_on || std::find(orgs.begin(), orgs.end(), org) != orgs.end() ? "on" : "off";
}

wire::ProbeCheck CheckFlag(const app::Services& services, const std::string& name, const wire::FlagOrder& flag,
                           const std::string& org) {
    wire::ProbeCheck check;
    check.what = "flag " + name;
    check.with = org;
    check.expected = Ordered(flag, org);
    check.got = app::IsFeatureOn(services, name, tenancy::OrgId::Trusted(org)) ? "on" : "off";
    check.outcome = check.expected.starts_with(check.got) ? wire::ProbeOutcome::kPassed : wire::ProbeOutcome::kFailed;
    return check;
}

}  // namespace

std::optional<wire::ProbeStep> CheckFlags(const app::Services& services, const wire::VerifyRequest& request) {
    if (request.kind == wire::VerifyKind::kMultiTenant) {
        return std::nullopt;
    }
    wire::ProbeStep step;
    step.step = wire::ProbeKind::kFlags;
    step.at = platform::SystemNow();
    wire::ProbeEvidence evidence;
    evidence.probed_by = "instance";
    const auto order = services.control_link.Current();
    evidence.facts["generation"] = order ? order->generation : std::int64_t{0};
    if (!order || order->generation < request.generation) {
        step.outcome = wire::ProbeOutcome::kFailed;
        step.detail = "The order in force is of generation " + std::to_string(order ? order->generation : 0) +
                      ", below the one that is verified, " + std::to_string(request.generation) + ".";
        step.evidence = wire::EncodeProbeEvidence(evidence);
        return step;
    }
    std::size_t wrong = 0;
    for (const auto& [name, flag] : order->flags) {
        std::vector<std::string> orgs = flag.enabled_orgs;
        orgs.emplace_back(tenancy::kDefaultOrg);
        for (const std::string& org : orgs) {
            evidence.checks.push_back(CheckFlag(services, name, flag, org));
            wrong += evidence.checks.back().outcome == wire::ProbeOutcome::kPassed ? 0 : 1;
        }
    }
    step.outcome = wrong == 0 ? wire::ProbeOutcome::kPassed : wire::ProbeOutcome::kFailed;
    step.detail =
        wrong == 0 ? "Every flag is as ordered." : std::to_string(wrong) + " answers about flags are not as ordered.";
    step.evidence = wire::EncodeProbeEvidence(evidence);
    return step;
}

}  // namespace pulse::daemon
