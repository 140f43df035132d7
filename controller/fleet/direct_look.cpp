// One look of the controller at an instance: with which credentials, at what, and what was seen.
#include <algorithm>
#include <exception>
#include <utility>

#include "controller/fleet/direct_probe.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"

namespace fleet {
namespace {

namespace probe = tenancy::probe;
using tenancy::wire::ProbeKind;
using tenancy::wire::ProbeOutcome;
using tenancy::wire::ProbeStep;
using tenancy::wire::VerifyKind;
using tenancy::wire::VerifyRequest;

constexpr std::chrono::milliseconds kLookWithin{5'000};  // well before the question is asked again
constexpr std::size_t kMostCredentialBytes = 4096;

std::vector<ProbeKind> SeenKinds(const VerifyRequest& request) {
    return request.kind == VerifyKind::kMultiTenant
               ? std::vector{ProbeKind::kProbes, ProbeKind::kUi, ProbeKind::kWebsocket}
               : std::vector{ProbeKind::kFlags};
}

std::vector<ProbeStep> NotSeen(const VerifyRequest& request, const std::string& detail) {
    std::vector<ProbeStep> steps;
    for (const ProbeKind kind : SeenKinds(request)) {
        ProbeStep step;
        step.step = kind;
        step.at = platform::SystemNow();
        step.detail = detail;
        step.evidence = R"({"probed_by":"controller"})";
        steps.push_back(std::move(step));
    }
    return steps;
}

/// The names of flags that are ordered on for the organization.
std::vector<std::string> OrderedOn(const policy::WantedFlags& flags, const std::string& org) {
    std::vector<std::string> on;
    for (const auto& [name, flag] : flags) {
        if (!flag.killed && flag.tenants.contains(org)) {
            on.push_back(name);
        }
    }
    return on;
}

/// A target with the credentials that its files hold now.
struct Armed {
    probe::Target at;
    std::vector<probe::FeaturesAsked> tenants;  // beside the default organization
};

platform::Expected<Armed, std::string> Arm(const DirectTarget& target) {
    Armed armed{target.at, {}};
    armed.at.deadline = kLookWithin;
    armed.at.probed_by = "controller";
    std::vector<std::pair<const std::string*, std::string*>> files{
        {&target.canary_file, &armed.at.canary}, {&target.tenant_canary_file, &armed.at.tenant_canary}};
    armed.tenants.reserve(target.feature_tenants.size() + 1);
    for (const auto& [tenant, file] : target.feature_tenants) {
        armed.tenants.push_back({tenant, {}, {}});
        files.emplace_back(&file, &armed.tenants.back().credential);
    }
    for (const auto& [file, secret] : files) {
        if (file->empty()) {
            continue;
        }
        const auto text = platform::ReadFile(*file, kMostCredentialBytes);
        if (!text) {
            return platform::Unexpected<std::string>(text.error().message);
        }
        *secret = platform::Trim(*text);
    }
    if (!armed.at.tenant_canary.empty()) {
        armed.tenants.push_back({armed.at.tenant, armed.at.tenant_canary, {}});
    }
    return armed;
}

std::vector<probe::FeaturesAsked> WhomToAskFor(const Armed& armed, const policy::WantedFlags& flags) {
    std::vector<probe::FeaturesAsked> asked{{std::string(tenancy::kDefaultOrg), armed.at.canary, {}}};
    asked.insert(asked.end(), armed.tenants.begin(), armed.tenants.end());
    for (probe::FeaturesAsked& one : asked) {
        one.on = OrderedOn(flags, one.org);
    }
    return asked;
}

ProbeStep SeeFlagsAsOrdered(const Armed& armed, const OrderedNow& ordered) {
    return probe::ProbeFeatures(armed.at, WhomToAskFor(armed, ordered.flags),
                                ordered.switch_on ? probe::TenantsAre::kNotKnown : probe::TenantsAre::kSwitchedOff);
}

/// Off: a tenant that somebody selects is refused. False: nobody answered, so nothing was seen.
bool SeeSwitchStillOff(const Armed& armed, WatchLook& look) {
    const auto seen = probe::SeeFeatures(armed.at, {armed.at.tenant, armed.at.canary, {}});
    if (!seen.answered) {
        return false;
    }
    look.as_ordered = seen.answer == probe::FeaturesSeen::Answer::kSwitchedOff;
    if (!*look.as_ordered) {
        look.detail = "a request that selects " + armed.at.tenant + " got " +
                      (seen.problem.empty() ? std::string("200") : seen.problem) + ", not 501 feature_disabled";
    }
    return true;
}

std::string Unreadable() {
    return "the controller could not read its credential for this instance; its log says why";
}

}  // namespace

void DirectProbes::LookForVerification(const policy::InstanceId& instance, const VerifyRequest& request,
                                       const OrderedNow& ordered) {
    std::vector<ProbeStep> seen;
    try {
        seen = See(instance, request, ordered);
    } catch (const std::exception& error) {
        on_error_(error.what());
        seen = NotSeen(request, "the controller could not look; its log says why");
    }
    Look look;
    {
        const std::lock_guard lock(mutex_);
        const auto now = looks_.find(instance);
        if (stopping_ || now == looks_.end() || now->second.request.request != request.request) {
            return;  // a newer question, which waits for its own look
        }
        if (!now->second.said) {
            now->second.seen = std::move(seen);
            now->second.ended = true;
            return;
        }
        look = std::move(now->second);
        looks_.erase(now);
    }
    look.done(WithControllersView(std::move(*look.said), std::move(seen)));
}

std::vector<ProbeStep> DirectProbes::See(const policy::InstanceId& instance, const VerifyRequest& request,
                                         const OrderedNow& ordered) const {
    const auto target = Find(instance);
    if (!target) {
        return NotSeen(request, "the controller is not told to look at this instance any more");
    }
    const auto armed = Arm(*target);
    if (!armed) {
        on_error_(armed.error());
        return NotSeen(request, Unreadable());
    }
    return request.kind == VerifyKind::kMultiTenant
               ? probe::ProbeFromOutside(armed->at, probe::Expectation::Of(request))
               : std::vector{SeeFlagsAsOrdered(*armed, ordered)};
}

std::optional<WatchLook> DirectProbes::SeeInWatch(const policy::InstanceId& instance, const VerifyRequest& request,
                                                  const OrderedNow& ordered) const {
    const auto target = Find(instance);
    if (!target) {
        return std::nullopt;
    }
    const auto armed = Arm(*target);
    if (!armed) {
        on_error_(armed.error());
        return std::nullopt;
    }
    const probe::Watched watched = probe::Sample(armed->at);
    if (watched.default_org == ProbeOutcome::kInconclusive) {
        return std::nullopt;  // a gap, in which nobody has seen anything
    }
    WatchLook look;
    look.counters = watched.sample;
    look.default_org_ok = watched.default_org == ProbeOutcome::kPassed;
    if (!look.default_org_ok) {
        look.detail = watched.step.detail;
        return look;
    }
    if (request.kind == VerifyKind::kMultiTenant) {
        // While nobody has ordered it on again.
        if (!request.enabled && !ordered.switch_on && armed->at.tenants == probe::Tenants::kSome &&
            !SeeSwitchStillOff(*armed, look)) {
            return std::nullopt;
        }
    } else if (target->at.surface == probe::Surface::kPulsed && ordered.flags_settled) {
        const ProbeStep flags = SeeFlagsAsOrdered(*armed, ordered);
        if (flags.outcome == ProbeOutcome::kInconclusive) {
            return std::nullopt;
        }
        look.as_ordered = flags.outcome == ProbeOutcome::kPassed;
        look.detail = *look.as_ordered ? "" : flags.detail;
    }
    return look;
}

Sight DirectProbes::SeeFeatures(const policy::InstanceId& instance, const std::vector<std::string>& others) const {
    using Answer = probe::FeaturesSeen::Answer;
    Sight sight;
    const platform::Stopwatch watch;
    const auto target = Find(instance);
    const auto armed = target ? Arm(*target) : platform::Unexpected<std::string>("it is not among them any more");
    if (!armed) {
        on_error_(armed.error());
        sight.problem = Unreadable();
        return sight;
    }
    std::vector<probe::FeaturesAsked> asked = WhomToAskFor(*armed, {});
    const std::size_t with_token = asked.size();
    for (const std::string& other : others) {
        if (std::ranges::find(asked, other, &probe::FeaturesAsked::org) == asked.end()) {
            asked.push_back({other, armed->at.canary, {}});
        }
    }
    for (std::size_t at = 0; at < asked.size() && !Stopping(); ++at) {
        const auto seen = probe::SeeFeatures(armed->at, asked[at]);
        const bool is_there =
            seen.answer == Answer::kSwitchedOff || (seen.answer == Answer::kRefused && at >= with_token);
        if (seen.answer == Answer::kListed) {
            sight.orgs[seen.org] = {Sight::Org::Is::kListed, seen.on};
        } else if (seen.answer == Answer::kNoSuchOrganization) {
            sight.orgs[seen.org] = {Sight::Org::Is::kAbsent, {}};
        } else if (is_there) {
            sight.orgs[seen.org] = {Sight::Org::Is::kThere, {}};
        } else {
            sight.problem = seen.org + ": " + seen.problem;
        }
        if (!seen.answered) {
            break;  // nor will the others be
        }
    }
    sight.took = std::chrono::duration_cast<std::chrono::milliseconds>(watch.Elapsed());
    return sight;
}

}  // namespace fleet
