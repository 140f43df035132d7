#include "controller/store/drift_row.hpp"

#include <string>
#include <string_view>

#include "platform/base/text.hpp"

namespace store {

policy::ExposureDriftFacts ReadDrift(platform::Columns& in) {
    policy::ExposureDriftFacts drift;
    drift.instance = in.Id<policy::InstanceId>();
    drift.kind = in.Enum<policy::ExposureDrift>();
    const std::string tenants = in.Text();
    for (const std::string_view tenant : platform::Split(tenants, ' ')) {
        drift.tenants.emplace_back(tenant);
    }
    return drift;
}

}  // namespace store
