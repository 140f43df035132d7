#include <algorithm>
#include <utility>

#include "controller/app/gate.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/policy/time_boundaries.hpp"

namespace app {
namespace {

constexpr std::size_t kMostSnapshots = 4'096;
constexpr std::size_t kMostCallers = 4'096;
/// How old the time in an answer may be. The verdict itself is exact: see NextTimeBoundary.
constexpr policy::Duration kAnswerAge = std::chrono::seconds{1};
/// A snapshot holds freeze windows for longer than this (store/facts.hpp).
constexpr policy::Duration kSnapshotAge = std::chrono::days{1};

std::string CacheKey(const policy::ReleaseId& release, policy::Channel to) {
    return release.Text() + '>' + static_cast<char>('0' + static_cast<int>(to));
}

// Principals are named by text, tokens by 32 bytes: the first character keeps them apart.
std::string CallerKey(const Credential& credential) {
    if (credential.principal) {
        return 'p' + credential.principal->Text();
    }
    const platform::Digest hash = credential.token.value_or(platform::Digest{});
    return 't' + std::string(hash.begin(), hash.end());
}

std::shared_ptr<const GateAnswer> Answer(const policy::PromotionFacts& facts, const std::string& facts_hash,
                                         const store::GateState& state, std::int64_t version) {
    auto answer = std::make_shared<GateAnswer>();
    answer->verdict = wire::MakeVerdictDocument(facts, policy::EvaluatePromotion(facts), facts_hash);
    answer->verdict.simulated_clock = state.simulated_clock;
    answer->json = wire::EncodeVerdict(answer->verdict);
    answer->version = version;
    return answer;
}

std::shared_ptr<GateCache::Snapshot> LoadSnapshot(store::Database& database, const policy::ReleaseId& release,
                                                  policy::Channel to) {
    auto loaded =
        database.Read([&](store::Tx& tx) { return store::LoadVersionedFacts(tx, release, to, store::Lock::kNone); });
    if (!loaded) {
        return nullptr;
    }
    return MakeGateSnapshot(std::move(*loaded));
}

}  // namespace

std::shared_ptr<GateCache::Snapshot> MakeGateSnapshot(store::LoadedFacts loaded) {
    auto snapshot = std::make_shared<GateCache::Snapshot>();
    snapshot->facts = std::move(loaded.facts);
    snapshot->loaded_at = snapshot->facts.now;
    snapshot->version = loaded.version;
    snapshot->facts_hash = wire::FactsHash(snapshot->facts);
    snapshot->asks_metrics = HasMetricCriteria(snapshot->facts);
    return snapshot;
}

std::shared_ptr<GateCache::Snapshot> GateCache::Find(const policy::ReleaseId& release, policy::Channel to,
                                                     const store::FactsVersion& version, policy::Time now) {
    const std::lock_guard lock(mutex_);
    const auto found = snapshots_.find(CacheKey(release, to));
    if (found == snapshots_.end() || found->second->version != version ||
        now - found->second->loaded_at >= kSnapshotAge) {
        return nullptr;
    }
    return found->second;
}

void GateCache::Keep(const policy::ReleaseId& release, policy::Channel to, std::shared_ptr<Snapshot> snapshot) {
    const std::lock_guard lock(mutex_);
    if (snapshots_.size() >= kMostSnapshots) {
        snapshots_.clear();  // rare, and cheaper than keeping an order on the hot path
    }
    snapshots_[CacheKey(release, to)] = std::move(snapshot);
}

std::shared_ptr<const GateCache::KnownCaller> GateCache::FindCaller(const Credential& credential) {
    const std::lock_guard lock(mutex_);
    const auto found = callers_.find(CallerKey(credential));
    return found == callers_.end() ? nullptr : found->second;
}

void GateCache::KeepCaller(const Credential& credential, KnownCaller caller) {
    auto kept = std::make_shared<const KnownCaller>(std::move(caller));
    const std::lock_guard lock(mutex_);
    if (callers_.size() >= kMostCallers) {
        callers_.clear();
    }
    callers_[CallerKey(credential)] = std::move(kept);
}

store::GateProbe ProbeGate(store::Database& database, GateCache& cache, const policy::ReleaseId& release,
                           const Credential& credential) {
    if (const auto known = cache.FindCaller(credential)) {
        const auto state = database.Once([&](store::Tx& tx) { return store::LoadGateState(tx, release); });
        if (state.epoch == known->epoch && (!known->until || state.now < *known->until)) {
            return {state, known->caller, known->until};
        }
    }
    store::GateProbe probe = database.Once([&](store::Tx& tx) {
        return credential.principal ? store::ProbeGate(tx, release, *credential.principal)
                                    : store::ProbeGate(tx, release, credential.token.value_or(platform::Digest{}));
    });
    if (probe.caller) {
        cache.KeepCaller(credential, {*probe.caller, probe.state.epoch, probe.caller_until});
    }
    return probe;
}

Outcome<std::shared_ptr<const GateAnswer>> ReadGate(store::Database& database, GateCache& cache, MetricsSource& metrics,
                                                    const policy::ReleaseId& release, policy::Channel to,
                                                    const store::GateState& state) {
    if (!state.version) {
        return Refused(NotFound("release", release.Text()));
    }
    policy::Time now = state.now;
    auto snapshot = cache.Find(release, to, *state.version, now);
    if (!snapshot) {
        snapshot = LoadSnapshot(database, release, to);
        if (!snapshot) {
            return Refused(NotFound("release", release.Text()));
        }
        cache.Keep(release, to, snapshot);
        now = std::max(now, snapshot->loaded_at);  // the snapshot was read after the probe
    }
    if (snapshot->asks_metrics) {
        policy::PromotionFacts facts = snapshot->facts;  // never changed for such a snapshot
        facts.now = now;
        MeasureCriteria(metrics, facts, Freshness::kMayBeKept);
        return Answer(facts, wire::FactsHash(facts), state, snapshot->version.release);
    }
    const std::lock_guard lock(snapshot->mutex);
    if (snapshot->answer && now >= snapshot->answered_at && now < snapshot->good_until) {
        return snapshot->answer;
    }
    snapshot->facts.now = std::max(now, snapshot->facts.now);
    snapshot->answer = Answer(snapshot->facts, snapshot->facts_hash, state, snapshot->version.release);
    snapshot->answered_at = snapshot->facts.now;
    snapshot->good_until = snapshot->facts.now + kAnswerAge;
    if (const auto boundary = policy::NextTimeBoundary(snapshot->facts)) {
        snapshot->good_until = std::min(snapshot->good_until, *boundary);
    }
    return snapshot->answer;
}

}  // namespace app
