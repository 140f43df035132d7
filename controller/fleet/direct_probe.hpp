// The controller looks at instances itself, at those it was given an address and a credential of: what an instance sees
// of itself is then not enough. Its steps and the controller's become one: passed when both have, with the evidence of
// either under its own name.
//
// A look begins when the instance is asked to verify itself, so the two go on beside each other. A few at a time; the
// newest question about an instance counts. Answers to questions that were not asked here are not completed: they are
// asked again by who can look. When an instance is asked in the course of a watch, the controller takes a sample of its
// own, whatever becomes of the instance's. Between orders it looks at what organizations are served as their features
// (LookAtFeatures). Credentials are read from their files for each look and kept nowhere.
//
// Whom it looks at may be replaced at any time; looks that have begun are ended as they were.
// Thread safe; callbacks are called on threads of this, or on the caller's.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/wanted_flags.hpp"
#include "tenancy/probe/checklist.hpp"

namespace fleet {

struct DirectTarget {
    policy::InstanceId instance;
    tenancy::probe::Target at;  // without credentials
    std::string canary_file;
    std::string tenant_canary_file;  // empty: none
    /// More tenants whose features are looked at: id, and file of a token bound to it.
    std::vector<std::pair<std::string, std::string>> feature_tenants;
};

/// What the instance is ordered now, beside what it is asked about.
struct OrderedNow {
    policy::WantedFlags flags;
    bool switch_on = false;
    bool flags_settled = false;  // for so long that it must have them
};

/// What the controller saw itself in the course of a watch.
struct WatchLook {
    bool default_org_ok = false;
    std::optional<tenancy::wire::WatchSample> counters;  // when it can read them
    std::optional<bool> as_ordered;                      // as far as that can be seen
    std::string detail;                                  // what was not well
};

/// Features of organizations, as they were seen; the organizations that were not seen, and why, are in `problem`.
struct Sight {
    struct Org {
        enum class Is : std::uint8_t { kAbsent, kThere, kListed };
        Is is = Is::kThere;
        std::vector<std::string> on;  // kListed
    };
    std::map<std::string, Org> orgs;
    std::string problem;
    std::chrono::milliseconds took{0};
};

/// The instance's evidence with what the controller saw: of the steps probes, ui and websocket the worse outcome
/// counts. A step that the instance does not have is inconclusive.
tenancy::wire::Evidence WithControllersView(tenancy::wire::Evidence said, std::vector<tenancy::wire::ProbeStep> seen);

class DirectProbes {
public:
    using Done = std::function<void(tenancy::wire::Evidence evidence)>;
    /// Not called when the instance could not be asked: nobody has seen anything then.
    using Watched = std::function<void(const WatchLook& look)>;
    using Sighted = std::function<void(const Sight& sight)>;

    explicit DirectProbes(std::vector<DirectTarget> targets, std::function<void(std::string_view)> on_error);
    ~DirectProbes();
    DirectProbes(const DirectProbes&) = delete;
    DirectProbes& operator=(const DirectProbes&) = delete;

    /// From now on these, and no others.
    void Replace(std::vector<DirectTarget> targets);
    bool Covers(const policy::InstanceId& instance) const;
    /// Those whose features can be looked at. An unmodified Pulse has none.
    std::vector<policy::InstanceId> WithFeatures() const;

    /// The instance was asked this. Of one that is not covered nothing is begun.
    void Begin(const policy::InstanceId& instance, const tenancy::wire::VerifyRequest& request,
               const OrderedNow& ordered = {}, Watched watched = {});
    /// The instance has answered: `done` gets the whole, when the controller has looked, too.
    void Complete(const policy::InstanceId& instance, tenancy::wire::Evidence said, Done done);
    /// Looks at the features of the default organization and of tenants it has tokens of; of each of `others` it asks,
    /// with the canary of the default organization, whether there is such an organization.
    void LookAtFeatures(const policy::InstanceId& instance, std::vector<std::string> others, Sighted sighted);
    /// Waits for the looks that have begun; they call nobody any more.
    void Stop();

private:
    struct Look {
        tenancy::wire::VerifyRequest request;
        bool ended = false;
        std::vector<tenancy::wire::ProbeStep> seen;
        std::optional<tenancy::wire::Evidence> said;
        Done done;
    };
    using Targets = std::map<policy::InstanceId, DirectTarget>;
    struct Job {
        policy::InstanceId instance;
        std::function<void()> run;
    };

    void Put(std::deque<Job>& jobs, const policy::InstanceId& instance, std::function<void()> run);
    void Loop();
    std::optional<DirectTarget> Find(const policy::InstanceId& instance) const;
    void LookForVerification(const policy::InstanceId& instance, const tenancy::wire::VerifyRequest& request,
                             const OrderedNow& ordered);
    std::vector<tenancy::wire::ProbeStep> See(const policy::InstanceId& instance,
                                              const tenancy::wire::VerifyRequest& request,
                                              const OrderedNow& ordered) const;
    std::optional<WatchLook> SeeInWatch(const policy::InstanceId& instance, const tenancy::wire::VerifyRequest& request,
                                        const OrderedNow& ordered) const;
    Sight SeeFeatures(const policy::InstanceId& instance, const std::vector<std::string>& others) const;
    bool Stopping() const;

    const std::function<void(std::string_view)> on_error_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Targets targets_;
    std::map<policy::InstanceId, Look> looks_;  // the newest of each
    // One of each instance; those for orders go first.
    std::deque<Job> jobs_;
    std::deque<Job> watching_;
    std::deque<Job> sighting_;
    std::size_t sights_running_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace fleet
