#include "controller/app/drill_obstacles.hpp"

#include <map>
#include <utility>

#include "controller/fleet/facts/operation_facts.hpp"
#include "controller/store/drills.hpp"
#include "controller/store/operations.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

/// What is under way at instances that are to be drilled; each operation is judged once.
class WhatIsUnderWay {
public:
    WhatIsUnderWay(store::Tx& tx, const fleet::Patience& patience, const std::vector<policy::InstanceId>& instances) {
        for (const policy::RecordId& id : store::LoadNewestOperationsOf(tx, instances)) {
            const auto operation = store::LoadOperation(tx, id);
            PORTCULLIS_INVARIANT(operation.has_value(), "an operation that somebody is a target of exists");
            for (const fleet::JudgedInstance& judged :
                 fleet::JudgeOperation(tx, *operation, patience, store::WithEvidence::kNo).instances) {
                if (!judged.judgement.settled) {
                    found_.emplace(judged.part.instance.id,
                                   "is in the operation " + id.Text() + ", which has not ended for it");
                } else if (judged.judgement.watching) {
                    found_.emplace(judged.part.instance.id,
                                   "is watched after the operation " + id.Text() + ", which a drill would spoil");
                }
            }
        }
    }
    /// Empty when nothing is.
    std::string At(const policy::InstanceId& instance) const {
        const auto found = found_.find(instance);
        return found == found_.end() ? std::string() : found->second;
    }

private:
    std::map<policy::InstanceId, std::string> found_;
};

DrillObstacle ObstacleAt(store::Tx& tx, const fleet::Patience& patience, const WhatIsUnderWay& under_way,
                         const policy::InstanceId& id) {
    using enum DrillObstacle::Kind;
    const auto row = store::LoadInstance(tx, id);
    if (!row) {
        return {kLasting, "is no instance of the fleet"};
    }
    if (row->retired_at) {
        return {kLasting, "is retired"};
    }
    if (!row->status) {
        return {kLasting, "has never connected"};
    }
    if (row->status->hosted) {
        return {kLasting, "runs in hosted mode, where the switch decides nothing"};
    }
    if (row->desired && !row->desired->enabled) {
        return {kLasting, "is ordered off by " + row->desired->operation.Text() +
                              "; a drill puts back only what it switched off"};
    }
    if (const auto running = store::FindRunningDrillOf(tx, id)) {
        return {kPassing, "is in the drill " + running->Text() + ", which has not ended"};
    }
    if (const std::string operation = under_way.At(id); !operation.empty()) {
        return {kPassing, operation + "; order it when that is over"};
    }
    if (!row->status->enabled) {
        return {kLasting, "says that its switch is off, so switching it off would show nothing"};
    }
    if (!row->status->tenants) {
        return {kPassing,
                "has not said yet what its tenants have, so nobody could tell whether a drill loses any of it. "
                "It counts that some seconds after it starts: order it then, or see what is wrong with it "
                "(portcullis fleet show " +
                    id.Text() + ")"};
    }
    if (!fleet::IsHeard(fleet::ObservedOf(*row), patience)) {
        return {kAway, "is not connected"};
    }
    return {};
}

}  // namespace

std::vector<DrillObstacle> FindDrillObstacles(store::Tx& tx, const fleet::Patience& patience,
                                              const std::vector<policy::InstanceId>& instances) {
    const WhatIsUnderWay under_way(tx, patience, instances);
    std::vector<DrillObstacle> obstacles;
    for (const policy::InstanceId& instance : instances) {
        DrillObstacle obstacle = ObstacleAt(tx, patience, under_way, instance);
        if (obstacle.kind != DrillObstacle::Kind::kNone) {
            obstacle.what = "'" + instance.Text() + "' " + obstacle.what;
        }
        obstacles.push_back(std::move(obstacle));
    }
    return obstacles;
}

}  // namespace app
