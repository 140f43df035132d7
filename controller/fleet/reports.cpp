#include "controller/fleet/reports.hpp"

#include <utility>

namespace fleet {
namespace {

/// Nothing follows from it that does not follow from a newer one: same order in force, same switch, nothing refused.
bool IsCoveredBy(const store::InstanceReport& older, const store::InstanceReport& newer) {
    return older.refused_generation == 0 && older.generation == newer.generation && older.enabled == newer.enabled;
}

}  // namespace

void ReportQueue::Add(store::InstanceReport report) {
    const std::lock_guard lock(mutex_);
    gone_.erase(report.instance);
    auto& waiting = reports_[report.instance];
    if (!waiting.empty() && IsCoveredBy(waiting.back(), report)) {
        waiting.back() = std::move(report);
    } else {
        if (waiting.size() == kMostAnswers) {
            waiting.erase(waiting.begin());
        }
        waiting.push_back(std::move(report));
    }
}

void ReportQueue::AddGone(const policy::InstanceId& instance) {
    const std::lock_guard lock(mutex_);
    gone_.insert(instance);
}

void ReportQueue::PutBack(ReportBatch batch) {
    const std::lock_guard lock(mutex_);
    for (auto report = batch.reports.rbegin(); report != batch.reports.rend(); ++report) {
        auto& waiting = reports_[report->instance];
        if (waiting.size() < kMostAnswers) {
            waiting.insert(waiting.begin(), std::move(*report));
        }
    }
    for (const policy::InstanceId& instance : batch.gone) {
        if (!reports_.contains(instance)) {
            gone_.insert(instance);
        }
    }
}

ReportBatch ReportQueue::Take() {
    const std::lock_guard lock(mutex_);
    ReportBatch batch;
    for (auto& [instance, waiting] : reports_) {
        for (store::InstanceReport& report : waiting) {
            batch.reports.push_back(std::move(report));
        }
    }
    batch.gone.assign(gone_.begin(), gone_.end());
    reports_.clear();
    gone_.clear();
    return batch;
}

}  // namespace fleet
