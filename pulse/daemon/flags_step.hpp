// Step `flags` of a verification: the flags this process decides by, asked one by one as its features ask, against the
// order in force. Thread safe.
#pragma once

#include <optional>

#include "pulse/app/services.hpp"
#include "tenancy/wire/evidence.hpp"

namespace pulse::daemon {

/// Nothing when the operation is not about flags.
std::optional<tenancy::wire::ProbeStep> CheckFlags(const app::Services& services,
                                                   const tenancy::wire::VerifyRequest& request);

}  // namespace pulse::daemon
