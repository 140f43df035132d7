// What instances said and is not recorded yet, bounded: of each instance its newest state, and its answers to orders.
//
// Thread safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "controller/store/instances.hpp"

namespace fleet {

struct ReportBatch {
    std::vector<store::InstanceReport> reports;
    std::vector<policy::InstanceId> gone;  // lost their connection

    bool Empty() const {
        return reports.empty() && gone.empty();
    }
};

class ReportQueue {
public:
    void Add(store::InstanceReport report);
    void AddGone(const policy::InstanceId& instance);
    /// What could not be recorded: again in front of what has come since.
    void PutBack(ReportBatch batch);
    /// All there is now.
    ReportBatch Take();

private:
    static constexpr std::size_t kMostAnswers = 16;  // of one instance; the newest count

    std::mutex mutex_;
    std::map<policy::InstanceId, std::vector<store::InstanceReport>> reports_;  // answers, then at most one state
    std::set<policy::InstanceId> gone_;
};

}  // namespace fleet
