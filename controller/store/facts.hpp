// Everything the rules may look at, loaded in one transaction: what a gate shows and a promotion acts on are the same
// function's result.
//
// With Lock::kForUpdate the release's row is locked, and the facts epoch is held, before anything is read: every write
// that could change the verdict bumps one of the two by trigger, so it waits until this transaction ends.
// Metric criteria come without a measurement: the caller asks the metrics source.
//
// A snapshot for later re-evaluation holds the next occurrences of every freeze and is good for as long as GateProbe
// reports the same facts_version and facts_epoch, and not more than one day of the database's clock.
// Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/tokens.hpp"
#include "platform/crypto/crypto.hpp"

namespace store {

/// Names the state a verdict was computed from.
struct FactsVersion {
    std::int64_t release = 0;
    std::int64_t epoch = 0;
    friend bool operator==(const FactsVersion&, const FactsVersion&) = default;
};

struct LoadedFacts {
    policy::PromotionFacts facts;
    FactsVersion version;
    std::int64_t row_version = 0;  // of the release as a resource: what If-Match is compared with
};

/// None when there is no such release.
std::optional<policy::PromotionFacts> LoadPromotionFacts(Tx& tx, const policy::ReleaseId& release, policy::Channel to,
                                                         Lock lock);
/// The same, with the version to keep it under.
std::optional<LoadedFacts> LoadVersionedFacts(Tx& tx, const policy::ReleaseId& release, policy::Channel to, Lock lock);

/// Whether the plan in force has a criterion that a metrics source is asked about. One statement.
bool PlanAsksMetrics(Tx& tx, const policy::ReleaseId& release);

/// How these stand now, in the given order: one statement for each.
std::vector<policy::RequirementFacts> LoadRequirements(Tx& tx, const std::vector<policy::Requirement>& requirements);

/// For exposure: every tenant of the registry and of the plan, with its consent for this release. Ordered by id.
std::vector<policy::TenantFacts> LoadTenantFacts(Tx& tx, const policy::ReleaseId& release);

/// CLS-5's patterns, ordered by pattern.
std::vector<policy::PathRule> LoadPathRules(Tx& tx);
/// The same, read again only when the facts epoch is another than at the last call in this session.
const std::vector<policy::PathRule>& PathRulesAt(Tx& tx, std::int64_t epoch);

/// What a gate read needs before it may answer from a cached snapshot. One round trip; for Database::Once.
struct GateState {
    policy::Time now{};
    bool simulated_clock = false;
    std::int64_t epoch = 0;
    std::optional<FactsVersion> version;  // none when there is no such release
};

GateState LoadGateState(Tx& tx, const policy::ReleaseId& release);

/// The same together with who asks. Whatever changes a caller (a grant, a revoked token, a principal set inactive)
/// raises the epoch, so the caller is good for as long as that stays and `caller_until` has not come.
struct GateProbe {
    GateState state;
    std::optional<Caller> caller;  // none when the credential is not good
    std::optional<policy::Time> caller_until;
};

GateProbe ProbeGate(Tx& tx, const policy::ReleaseId& release, const platform::Digest& token_hash);
/// For callers an identity provider names.
GateProbe ProbeGate(Tx& tx, const policy::ReleaseId& release, const policy::PrincipalId& principal);

}  // namespace store
