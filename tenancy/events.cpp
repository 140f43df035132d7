#include "tenancy/events.hpp"

namespace tenancy {

bool DeliverTo(const Event& event, const OrgId& subscriber) noexcept {
    return ScopeOf(event.type) == EventScope::kGlobal || event.org == subscriber;
}

}  // namespace tenancy
