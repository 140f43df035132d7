// What operations are made of: one value for the process, given to every request. References outlive it.
#pragma once

#include <string>

#include "platform/base/clock.hpp"
#include "platform/metrics/metrics.hpp"
#include "platform/sql/database.hpp"
#include "pulse/app/event_bus.hpp"
#include "pulse/app/identities.hpp"
#include "pulse/app/licence.hpp"
#include "pulse/app/login_guard.hpp"
#include "pulse/app/tenant_usage.hpp"
#include "tenancy/gate.hpp"
#include "tenancy/kill_switch.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/store/directory_cache.hpp"

namespace pulse::ws {
class Hub;
}  // namespace pulse::ws

namespace pulse::app {

/// Facts of this process that callers may know.
struct InstanceInfo {
    std::string instance;  // its name in control documents
    std::string boot_id;   // another one after each start
    platform::Time started_at;
    std::string version;
    std::string deployment;  // "systemd", "docker", "source"
};

struct Services {
    platform::Database& database;
    platform::Metrics& metrics;
    tenancy::TenantSwitch& tenant_switch;
    tenancy::link::ControlLink& control_link;
    tenancy::Mode mode = tenancy::Mode::kSelfHosted;
    tenancy::store::DirectoryCache& directory;
    Identities& identities;
    Licences& licences;
    LoginGuard& login_guard;
    EventBus& events;
    TenantUsage& usage;
    InstanceInfo instance;
    bool demo = false;  // nothing can be changed
    auth::CookieTransport cookies = auth::CookieTransport::kAny;
    ws::Hub* sockets = nullptr;  // open WebSockets; set before the first request, empty where there are none

    bool Hosted() const {
        return mode == tenancy::Mode::kHosted;
    }
};

}  // namespace pulse::app
