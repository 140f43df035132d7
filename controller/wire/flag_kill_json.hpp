// Kills of flags as the API and the command line see them. Value types; the functions are pure; thread safe.
#pragma once

#include <string>

#include "controller/wire/document.hpp"
#include "controller/wire/fleet_json.hpp"
#include "controller/wire/schema.hpp"
#include "platform/base/time.hpp"

namespace wire {

struct FlagOrder {
    std::string reason;
    bool verify = true;
    platform::Duration watch_for = std::chrono::minutes(30);  // zero: no watch
};

/// In force.
struct FlagKill {
    std::string flag;
    std::string operation;
    std::string reason;
    std::string killed_by;
    platform::Time killed_at{};
};

struct FlagApproval {
    std::string id;
    std::string flag;
    std::string reason;
    std::string approved_by;
    platform::Time approved_at{};
    platform::Time expires_at{};
};

Decoded<FlagOrder> DecodeFlagOrder(const Document& document);
std::string EncodeFlagKill(const FlagKill& kill);
std::string EncodeFlagApproval(const FlagApproval& approval);
Schemas FlagKillSchemas();

}  // namespace wire
