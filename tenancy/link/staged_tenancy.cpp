// For whom tenancy is while a controller takes it through stages.

#include "tenancy/link/control_link.hpp"

namespace tenancy::link {

bool ControlLink::TenancyIsOn(const OrgId& org) const {
    if (!staged_.load(std::memory_order_acquire) || org.IsDefault()) {
        return true;
    }
    const std::lock_guard lock(mutex_);
    return current_ ? wire::TenancyIsOn(*current_, org) : options_.before_first_order == BeforeFirstOrder::kEverybody;
}

}  // namespace tenancy::link
