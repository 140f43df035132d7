#include "pulse/daemon/inventory_publisher.hpp"

#include <algorithm>
#include <exception>

#include "platform/base/invariant.hpp"
#include "platform/log/log.hpp"
#include "tenancy/store/session.hpp"

namespace pulse::daemon {
namespace {

constexpr std::chrono::milliseconds kLookAgain{50};
constexpr std::chrono::seconds kReadAgain{1};

}  // namespace

InventoryPublisher::InventoryPublisher(app::Services& services, tenancy::link::ControlChannel& channel,
                                       const app::TenantDigests& digests)
    : services_(services), channel_(channel), digests_(digests), thread_([this] { Loop(); }) {}

InventoryPublisher::~InventoryPublisher() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void InventoryPublisher::Loop() {
    platform::LogLimiter limiter(std::chrono::seconds(30));
    std::int64_t told = -1;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        try {
            const bool read = platform::SteadyNow() >= read_again_at_;
            if (read) {
                read_again_at_ = platform::SteadyNow() + kReadAgain;
                ReadOrganizations();
            }
            const std::int64_t generation = services_.control_link.Generation();
            if (orgs_ && (read || generation != told)) {
                Tell();
                told = generation;
            }
        } catch (const std::exception& error) {
            platform::LogLimited(limiter, platform::Level::kWarning, "inventory.not_read",
                                 {{"error", std::string_view(error.what())}});
        }
        lock.lock();
        changed_.wait_for(lock, kLookAgain, [this] { return stopping_; });
    }
}

void InventoryPublisher::ReadOrganizations() {
    const auto scope = tenancy::PlatformScope::For("system", "inventory");
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    std::vector<std::string> orgs{std::string(tenancy::kDefaultOrg)};
    for (const tenancy::OrgId& id : tenancy::store::ListOrgIds(services_.database, *scope)) {
        if (!id.IsDefault()) {
            orgs.push_back(id.Text());
        }
    }
    std::ranges::sort(orgs);
    orgs_ = std::move(orgs);
}

void InventoryPublisher::Tell() {
    tenancy::wire::Inventory inventory;
    inventory.orgs = *orgs_;
    if (const auto records = digests_.Latest()) {
        inventory.tenants = {records->count, records->digest};
    }
    if (const auto order = services_.control_link.Current()) {
        inventory.flags = order->flags;
    }
    channel_.Publish(std::move(inventory));
}

}  // namespace pulse::daemon
