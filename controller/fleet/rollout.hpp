// The part of the channel that goes on with operations in batches: orders the next batch when the one before is done,
// or halts (controller/fleet/plan/batches.hpp).
//
// Every controller looks, at news of steps and every second; an operation is one's at a time, and PostgreSQL refuses a
// batch before its turn, after a halt, and twice.
#pragma once

#include "controller/fleet/part.hpp"

namespace fleet {

class Rollout : public Part {
public:
    explicit Rollout(const PartContext& context) : Part(context) {}

    void OnNews(store::FleetNews news) override;

private:
    void OnTick() override;
    void GoOn(store::Tx& tx, const policy::RecordId& id);
};

}  // namespace fleet
