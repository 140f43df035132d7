// The part of the channel that looks, between orders, at what instances serve as features: those that the controller
// was told to look at itself (direct_probe.hpp). What it sees is kept beside what they say, and where it is not as the
// plan says, or not as they say, that is drift (migrations/controller/0021).
//
// Each is looked at once in `sight_every`, by one controller at a time. An organization that no token is at hand for is
// asked only whether it is there, which the instance counts as an attempt to enter it: therefore when it is first heard
// of, when the instance says another thing of it than before, and once an hour.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "controller/fleet/part.hpp"
#include "controller/store/exposure.hpp"
#include "platform/base/clock.hpp"

namespace fleet {

class Sightings : public Part {
public:
    explicit Sightings(const PartContext& context) : Part(context) {}

private:
    struct Known {
        bool is_said = false;  // the instance says that it hosts it
        Sight::Org::Is is = Sight::Org::Is::kThere;
        platform::SteadyTime at;
    };

    void OnTick() override;
    void Record();
    std::vector<std::string> OthersToAsk(const store::DueSighting& due);
    void Take(const store::DueSighting& due, const Sight& sight);

    std::mutex mutex_;
    std::map<policy::InstanceId, std::map<std::string, Known>> known_;
    std::map<policy::InstanceId, store::Sighting> seen_;  // not recorded yet
};

}  // namespace fleet
