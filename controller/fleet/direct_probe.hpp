// The controller looks at instances itself, at those it was given an address and a credential of: what an instance sees
// of itself is then not enough. Its steps and the controller's become one: passed when both have, with the evidence of
// either under its own name.
//
// A look begins when the instance is asked to verify itself, so the two go on beside each other. A few at a time; the
// newest question about an instance counts. Answers to questions that were not asked here are not completed: they are
// asked again by who can look. Credentials are read from their files for each look and kept nowhere.
// Thread safe; callbacks are called on threads of this, or on the caller's.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "tenancy/probe/checklist.hpp"

namespace fleet {

struct DirectTarget {
    policy::InstanceId instance;
    tenancy::probe::Target at;  // without credentials
    std::string canary_file;
    std::string tenant_canary_file;  // empty: none
};

/// The instance's evidence with what the controller saw: of the steps probes, ui and websocket the worse outcome
/// counts. A step that the instance does not have is inconclusive.
tenancy::wire::Evidence WithControllersView(tenancy::wire::Evidence said, std::vector<tenancy::wire::ProbeStep> seen);

class DirectProbes {
public:
    using Done = std::function<void(tenancy::wire::Evidence evidence)>;

    explicit DirectProbes(std::vector<DirectTarget> targets, std::function<void(std::string_view)> on_error);
    ~DirectProbes();
    DirectProbes(const DirectProbes&) = delete;
    DirectProbes& operator=(const DirectProbes&) = delete;

    bool Covers(const policy::InstanceId& instance) const;
    /// The instance was asked this. Only for those that it covers.
    void Begin(const policy::InstanceId& instance, const tenancy::wire::VerifyRequest& request);
    /// The instance has answered: `done` gets the whole, when the controller has looked, too.
    void Complete(const policy::InstanceId& instance, tenancy::wire::Evidence said, Done done);
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

    void Loop();
    std::vector<tenancy::wire::ProbeStep> See(const DirectTarget& target,
                                              const tenancy::wire::VerifyRequest& request) const;

    std::map<policy::InstanceId, DirectTarget> targets_;
    const std::function<void(std::string_view)> on_error_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<policy::InstanceId, Look> looks_;  // the newest of each
    std::deque<policy::InstanceId> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace fleet
