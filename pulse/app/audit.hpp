// The audit entries of what has no transaction of its own to be part of.
#pragma once

#include "pulse/app/services.hpp"
#include "tenancy/audit.hpp"

namespace pulse::app {

/// Writes down a denial, a login, a token made or deleted. What happened stands also when this cannot be written: then
/// that is logged and counted.
void RecordEvent(Services& services, tenancy::AuditEvent event) noexcept;

}  // namespace pulse::app
