// The bodies of refusals. In shape A the stable code is `code` and `error` is for people; in B to D `error` is the
// code. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>

#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy::wire {

struct ErrorContext {
    Time now;
    std::string_view request_id;   // A only, left out when empty
    std::string_view upgrade_url;  // D2; empty: the built-in one
};

constexpr std::string_view kUpgradeUrl = "/settings/license";

/// The JSON text; Content-Type is application/json for every shape.
std::string EncodeRefusal(const Refusal& refusal, const ErrorContext& context);

}  // namespace tenancy::wire
