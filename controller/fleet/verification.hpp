// The part of the channel that has orders verified: asks instances that have applied one to look at themselves, records
// what they saw as steps of the operation, and keeps the watch afterwards (controller/fleet/plan).
//
// Whom to ask follows from the database (store/verifications.hpp), so whichever controller holds an instance's
// connection goes on with it. An answer counts when it is to the question that is open for that very instance. Nothing
// here says that an order is verified: that follows from the steps.
//
// Of instances that this controller looks at itself the answer is complete when it has (direct_probe.hpp), and a watch
// is as bad as the worse of the two.
//
// Without the database nobody is asked, and answers wait, one of each instance, and so do looks.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/fleet/part.hpp"
#include "controller/store/verifications.hpp"
#include "tenancy/wire/evidence.hpp"

namespace fleet {

class Verification : public Part {
public:
    explicit Verification(const PartContext& context) : Part(context) {}

    void Register(Dispatch& dispatch) override;
    void OnNews(store::FleetNews news) override;

private:
    void OnTick() override;

    std::optional<std::string> Take(const policy::InstanceId& instance, std::string_view text);
    void Keep(const policy::InstanceId& instance, tenancy::wire::Evidence evidence);
    std::vector<store::Answer> TakeAnswers();
    void PutBack(std::vector<store::Answer> answers);
    void TakeLook(const store::Question& question, const WatchLook& look);
    void RecordLooks();
    void RecordAll();
    void Record(const std::vector<store::Answer>& answers);
    std::optional<policy::Duration> Doubt(const store::Answered& answered) const;
    void Count(const std::vector<store::Answer>& answers, const std::vector<store::Answered>& recorded);
    /// Those that have ended, and those of `named` that have failed already.
    void JudgeWatches(const std::vector<policy::InstanceId>& named);
    void Ask();

    std::mutex mutex_;
    std::map<policy::InstanceId, store::Answer> answers_;
    std::map<policy::InstanceId, store::WitnessSample> looks_;
};

}  // namespace fleet
