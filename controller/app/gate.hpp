// The gate: what a promotion would be told now (specification, sections 4 to 9). Reads only.
//
// A reading costs one round trip when nothing has changed: it reads the versions of the release's and of the shared
// facts, and the database's time; the caller and the snapshot kept under those versions are still good then. The
// snapshot is evaluated again, or its last answer is used while no instant lies between at which time alone could
// change it. Thread safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "controller/app/authenticate.hpp"
#include "controller/app/call.hpp"
#include "controller/app/metrics_source.hpp"
#include "controller/store/facts.hpp"
#include "controller/wire/release_json.hpp"
#include "controller/wire/verdict.hpp"

namespace app {

/// One evaluated answer, ready to send.
struct GateAnswer {
    wire::VerdictDocument verdict;
    std::string json;
    std::int64_t version = 0;
};

/// Bounded memory of snapshots, one per release and channel, and of who asks.
class GateCache {
public:
    struct KnownCaller {
        store::Caller caller;
        std::int64_t epoch = 0;
        std::optional<policy::Time> until;
    };

    struct Snapshot {
        policy::PromotionFacts facts;  // `now` moves with each evaluation, under the mutex
        policy::Time loaded_at{};
        store::FactsVersion version;
        std::string facts_hash;
        bool asks_metrics = false;
        std::mutex mutex;                          // guards facts.now and the three below
        std::shared_ptr<const GateAnswer> answer;  // for [answered_at, good_until)
        policy::Time answered_at{};
        policy::Time good_until{};
    };

    std::shared_ptr<Snapshot> Find(const policy::ReleaseId& release, policy::Channel to,
                                   const store::FactsVersion& version, policy::Time now);
    void Keep(const policy::ReleaseId& release, policy::Channel to, std::shared_ptr<Snapshot> snapshot);

    std::shared_ptr<const KnownCaller> FindCaller(const Credential& credential);
    void KeepCaller(const Credential& credential, KnownCaller caller);

private:
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const KnownCaller>> callers_;
    std::unordered_map<std::string, std::shared_ptr<Snapshot>> snapshots_;
};

/// What GateCache::Keep takes, of facts that were just loaded.
std::shared_ptr<GateCache::Snapshot> MakeGateSnapshot(store::LoadedFacts loaded);

/// Who asks, and what the answer depends on, as of now; one round trip, two when either is new here.
store::GateProbe ProbeGate(store::Database& database, GateCache& cache, const policy::ReleaseId& release,
                           const Credential& credential);

/// `state` is this request's own, read before.
Outcome<std::shared_ptr<const GateAnswer>> ReadGate(store::Database& database, GateCache& cache, MetricsSource& metrics,
                                                    const policy::ReleaseId& release, policy::Channel to,
                                                    const store::GateState& state);

/// The verdict under assumptions. Changes nothing; the answer says that it is a what-if.
Outcome<wire::VerdictDocument> EvaluateWhatIf(store::Database& database, MetricsSource& metrics,
                                              const policy::ReleaseId& release, policy::Channel to,
                                              const wire::WhatIf& question);

}  // namespace app
