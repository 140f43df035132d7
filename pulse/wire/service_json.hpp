// Bodies of health, version and security status. Pure; thread safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/time.hpp"

namespace pulse::wire {

struct Health {
    bool healthy = false;
    platform::Time now;
    platform::Duration uptime{};
    bool database = false;
    bool scheduler = false;
    bool websocket = false;
    std::string_view boot_id;
    platform::Time started_at;
};
std::string EncodeHealth(const Health& health);

struct Version {
    std::string_view version;
    std::string_view deployment;
};
std::string EncodeVersion(const Version& version);

struct SecurityStatus {
    bool has_authentication = false;
    bool tokens_exist = false;
    std::string_view client_ip;
    bool loopback = false;
    std::string_view username;  // of the caller; empty: not signed in
    bool super_admin = false;
    bool hosted = false;
    bool demo = false;
};
std::string EncodeSecurityStatus(const SecurityStatus& status);

}  // namespace pulse::wire
