// Whether organizations are in use for this request at all: then they are offered, spoken of and part of answers; else
// nothing of them is.
#pragma once

#include "pulse/http/exchange.hpp"

namespace pulse::http {

/// As the gate of the organization routes decides.
bool OffersOrganizations(const Exchange& exchange);

}  // namespace pulse::http
