#include "controller/policy/wanted_flags.hpp"

#include <algorithm>

#include "controller/policy/eligibility_reason.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

/// Around a flag and each tenant in the document: quotes, braces, the names of the fields.
constexpr std::size_t kBytesAroundFlag = 64;
constexpr std::size_t kBytesAroundTenant = 3;

bool PlanHolds(const FlaggedRelease& release, Time now) {
    return release.plan_approved && (!release.plan_ends_at || now <= *release.plan_ends_at);
}

const std::vector<TenantFacts>& CandidatesOf(const ExposureFacts& facts, const FlaggedRelease& release) {
    return release.channel == Channel::kExperimental ? release.candidates : facts.registry;
}

void AddTenants(const ExposureFacts& facts, const FlaggedRelease& release, WantedFlag& wanted) {
    if (release.channel == Channel::kExperimental && !PlanHolds(release, facts.now)) {
        return;
    }
    for (const TenantFacts& tenant : CandidatesOf(facts, release)) {
        if (IsIncluded(FindEligibilityReason(tenant, release.channel, release.status, facts.now))) {
            wanted.tenants.insert(tenant.id.Text());
        }
    }
}

}  // namespace

WantedFlags DecideFlags(const ExposureFacts& facts) {
    WantedFlags flags;
    for (const std::string& flag : facts.killed_flags) {
        flags[flag].killed = true;
    }
    for (const FlaggedRelease& release : facts.releases) {
        if (release.status == ReleaseStatus::kActive && !IsBlank(release.flag) &&
            !facts.killed_flags.contains(release.flag)) {
            AddTenants(facts, release, flags[release.flag]);
        }
    }
    for (const FlaggedRollout& rollout : facts.rollouts) {
        WantedFlag& flag = flags[rollout.flag];
        flag.rolled_out = true;
        if (!flag.killed) {
            flag.tenants.insert(rollout.tenants.begin(), rollout.tenants.end());
        }
    }
    std::erase_if(flags, [](const auto& entry) {
        return !entry.second.killed && !entry.second.rolled_out && entry.second.tenants.empty();
    });
    return flags;
}

WantedFlags FlagsOfInstance(const WantedFlags& everywhere, const std::vector<std::string>& organizations,
                            std::size_t most_bytes, std::vector<std::string>* left_out) {
    WantedFlags flags;
    std::size_t bytes = 0;
    for (const auto& [name, flag] : everywhere) {
        if (flag.killed || flag.rolled_out) {
            flags[name] = {flag.killed, {}, flag.rolled_out};
            bytes += name.size() + kBytesAroundFlag;
        }
    }
    for (const auto& [name, flag] : everywhere) {
        WantedFlag here{false, {}, flag.rolled_out};
        std::size_t more = name.size() + kBytesAroundFlag;
        for (const std::string& organization : organizations) {
            if (!flag.killed && flag.tenants.contains(organization)) {
                here.tenants.insert(organization);
                more += organization.size() + kBytesAroundTenant;
            }
        }
        if (here.tenants.empty()) {
            continue;
        }
        if (bytes + more > most_bytes) {
            if (left_out != nullptr) {
                left_out->push_back(name);
            }
            continue;
        }
        bytes += more;
        flags[name] = std::move(here);
    }
    return flags;
}

std::optional<Time> NextExposureBoundary(const ExposureFacts& facts) {
    std::optional<Time> next;
    const auto add = [&](const std::optional<Time>& instant) {
        if (instant && *instant > facts.now && (!next || *instant < *next)) {
            next = instant;
        }
    };
    for (const FlaggedRelease& release : facts.releases) {
        if (release.channel != Channel::kExperimental || release.status != ReleaseStatus::kActive) {
            continue;
        }
        if (release.plan_ends_at) {
            add(*release.plan_ends_at + Duration{1});  // the last instant still counts, as for CHN-4
        }
        for (const TenantFacts& tenant : release.candidates) {
            if (tenant.consent) {
                add(tenant.consent->expires_at);
            }
        }
    }
    return next;
}

}  // namespace policy
