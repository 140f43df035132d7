// CHN-6, turned into what instances are ordered: for which tenants each flag is on.
//
// A flag is for the tenants of every active release that has it, as CHN-6 decides, and in experimental only for those
// that are on the plan as it is now and as it was approved last, while the plan's time lasts. A killed flag is for
// nobody. What is missing never exposes anybody: no approved plan, no registered tenant, no consent in force.
//
// Pure; thread safe.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/policy/rollouts.hpp"

namespace policy {

struct FlaggedRelease {
    ReleaseId id;
    std::string flag;
    Channel channel = Channel::kDev;
    ReleaseStatus status = ReleaseStatus::kActive;
    bool plan_approved = false;           // some revision of its plan is, and nobody has revoked that
    std::optional<Time> plan_ends_at;     // the approved plan's maximum stay, counted from its entry; none: no end
    std::vector<TenantFacts> candidates;  // in experimental: on_plan says that both plans have the tenant
};

/// A rollout that has entered a stage. `tenants`: whom its stage is for; nobody when it is over.
struct FlaggedRollout {
    RolloutId id;
    std::string flag;
    std::set<std::string> tenants;
};

struct ExposureFacts {
    Time now{};
    std::vector<FlaggedRelease> releases;
    std::vector<TenantFacts> registry;   // tenants that some instance hosts
    std::set<std::string> killed_flags;  // killed and not lifted
    std::vector<FlaggedRollout> rollouts;
};

/// What one flag is to be, on an instance or everywhere.
struct WantedFlag {
    bool killed = false;
    std::set<std::string> tenants;
    bool rolled_out = false;  // a rollout's: named also where it is for nobody

    friend bool operator==(const WantedFlag& one, const WantedFlag& other) {
        return one.killed == other.killed && one.tenants == other.tenants;
    }
};
using WantedFlags = std::map<std::string, WantedFlag>;

/// Everywhere. A flag that is on for nobody is only mentioned when it is killed, for an instance takes an unknown flag
/// for off, or when it is a rollout's: what no order names is not restricted to anybody (tenancy::wire::TenancyIsOn).
WantedFlags DecideFlags(const ExposureFacts& facts);

/// Of these, what an instance that hosts `organizations` is to have. Flags that would make its document larger than
/// `most_bytes` are left out, which leaves them off, and named in `left_out`; killed ones never are.
WantedFlags FlagsOfInstance(const WantedFlags& everywhere, const std::vector<std::string>& organizations,
                            std::size_t most_bytes, std::vector<std::string>* left_out = nullptr);

/// When time alone changes DecideFlags next; none: never.
std::optional<Time> NextExposureBoundary(const ExposureFacts& facts);

}  // namespace policy
