// A row of what an instance reports otherwise than planned, as two kinds of facts hold it.
#pragma once

#include "controller/policy/facts.hpp"
#include "platform/sql/columns.hpp"

namespace store {

/// Instance, kind, and the tenants with a blank between them.
policy::ExposureDriftFacts ReadDrift(platform::Columns& in);

}  // namespace store
