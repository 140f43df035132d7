// The part of the channel that records what instances report, in batches: the state of each, and the steps of
// operations that follow from it, which are in the audit chain. Without the database, and while a kill that was sent is
// not entered there (kill_sender.hpp), reports wait: the newest of each instance and its answers (reports.hpp).
//
// Thread safe as part.hpp says.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "controller/fleet/part.hpp"
#include "controller/fleet/reports.hpp"

namespace fleet {

class ReportRecorder : public Part {
public:
    explicit ReportRecorder(const PartContext& context);
    ~ReportRecorder() override;

    void OnReport(const policy::InstanceId& instance, const tenancy::wire::Report& said) override;
    void OnGone(const policy::InstanceId& instance) override;

private:
    void OnTick() override;
    void WakeUnlessHeld();
    bool HeldForLong();
    void GatherAnswers();
    void RecordAtOnce(ReportBatch batch);
    void RecordBatch(ReportBatch batch);
    void Record(const ReportBatch& batch);
    void RecordEach(ReportBatch batch);

    ReportQueue reports_;
    std::map<policy::InstanceId, std::string> two_processes_;  // what the log was told; of the sockets' thread
    std::optional<platform::SteadyTime> held_since_;           // of the part's thread
};

}  // namespace fleet
