// Tells the controller what this instance hosts and which flags its process decides by, whenever that changed
// (tenancy/wire/inventory.hpp). Flags are told at once, organizations within about a second.
//
// While the organizations have never been read nothing is told; when the database is away, what was read last is.
// One thread of its own.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"
#include "pulse/app/services.hpp"
#include "pulse/app/tenant_digests.hpp"
#include "tenancy/link/channel.hpp"

namespace pulse::daemon {

class InventoryPublisher {
public:
    /// What is given must outlive it.
    InventoryPublisher(app::Services& services, tenancy::link::ControlChannel& channel,
                       const app::TenantDigests& digests);
    ~InventoryPublisher();
    InventoryPublisher(const InventoryPublisher&) = delete;
    InventoryPublisher& operator=(const InventoryPublisher&) = delete;

private:
    void Loop();
    void ReadOrganizations();
    void Tell();

    app::Services& services_;
    tenancy::link::ControlChannel& channel_;
    const app::TenantDigests& digests_;
    // Of the thread:
    std::optional<std::vector<std::string>> orgs_;
    platform::SteadyTime read_again_at_{};

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace pulse::daemon
