// What stands between an instance and a drill: what would make the drill show nothing, spoil something else, or leave
// the instance off.
//
// Inside a transaction; errors as store::Database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/fleet/plan/outcome.hpp"
#include "controller/policy/instance_id.hpp"
#include "controller/store/database.hpp"

namespace app {

struct DrillObstacle {
    enum class Kind : std::uint8_t {
        kNone,
        kLasting,  // somebody has to do something about it
        kPassing,  // is over before long, by itself: a drill that is ordered now is refused, one that is due waits
        kAway      // is not connected: a drill of it fails, as it should, but one that is due waits for a moment
    };
    Kind kind = Kind::kNone;
    std::string what;  // for people, with the instance's name
};

/// One for each instance, in their order.
std::vector<DrillObstacle> FindDrillObstacles(store::Tx& tx, const fleet::Patience& patience,
                                              const std::vector<policy::InstanceId>& instances);

}  // namespace app
