// Step `flags` of a verification, against the order in force: the flags this process decides by, asked one by one as
// its features ask; and what it serves over its own listener, to the default organization, to some tenants that are to
// have flags and to some that are not to have any. Thread safe.
#pragma once

#include <optional>

#include "pulse/app/services.hpp"
#include "pulse/daemon/verifier.hpp"
#include "tenancy/wire/evidence.hpp"

namespace pulse::daemon {

/// Nothing when the operation is not about flags.
std::optional<tenancy::wire::ProbeStep> CheckFlags(const app::Services& services,
                                                   const tenancy::wire::VerifyRequest& request,
                                                   const Verifier::Eyes& eyes);

}  // namespace pulse::daemon
