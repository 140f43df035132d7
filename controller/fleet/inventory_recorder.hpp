// The part of the channel that records what instances say they host and have in force (tenancy/wire/inventory.hpp):
// of each the newest word. Without the database it waits, and so does one that overtook the instance's first report.
//
// Thread safe as part.hpp says.
#pragma once

#include <map>
#include <mutex>

#include "controller/fleet/part.hpp"
#include "tenancy/wire/inventory.hpp"

namespace fleet {

class InventoryRecorder : public Part {
public:
    explicit InventoryRecorder(const PartContext& context) : Part(context) {}

    void Register(Dispatch& dispatch) override;
    void OnGone(const policy::InstanceId& instance) override;

private:
    void OnTick() override;

    std::mutex mutex_;
    std::map<policy::InstanceId, tenancy::wire::Inventory> said_;
};

}  // namespace fleet
