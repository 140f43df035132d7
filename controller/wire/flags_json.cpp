#include "controller/wire/flags_json.hpp"

#include "platform/base/invariant.hpp"
#include "platform/json/json.hpp"

namespace wire {

using platform::Json;

std::string EncodeWantedFlags(const policy::WantedFlags& flags) {
    Json json = Json::object();
    for (const auto& [name, flag] : flags) {
        json[name] = {{"default", false}, {"enabled_orgs", flag.tenants}, {"killed", flag.killed}};
    }
    return platform::CanonicalJson(json);
}

policy::WantedFlags ReadStoredFlags(std::string_view text, const std::vector<std::string>& everybody) {
    policy::WantedFlags flags;
    if (text.empty() || text == "{}") {
        return flags;
    }
    constexpr platform::DocumentLimits kStoredFlags{1024 * 1024, 4, 100'000};
    const auto json = platform::ParseJson(text, kStoredFlags);
    PORTCULLIS_INVARIANT(json && json->is_object(), "stored flags are an object");
    for (const auto& [name, stored] : json->items()) {
        policy::WantedFlag& flag = flags[name];
        flag.killed = stored.value("killed", false);
        if (stored.value("default", false)) {
            flag.tenants.insert(everybody.begin(), everybody.end());
        }
        for (const Json& tenant : stored.value("enabled_orgs", Json::array())) {
            flag.tenants.insert(tenant.get<std::string>());
        }
        if (flag.killed) {
            flag.tenants.clear();
        }
    }
    return flags;
}

}  // namespace wire
