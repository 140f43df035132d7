// Flags as orders and inventories hold them: {"NAME":{"default":false,"enabled_orgs":["acme"],"killed":false}}.
// Pure; thread safe.
#pragma once

#include <string>
#include <string_view>

#include "controller/policy/wanted_flags.hpp"

namespace wire {

/// Canonical.
std::string EncodeWantedFlags(const policy::WantedFlags& flags);
/// Of a stored document. Flags that are on by default are for `everybody`: their tenants are those.
policy::WantedFlags ReadStoredFlags(std::string_view text, const std::vector<std::string>& everybody = {});

}  // namespace wire
