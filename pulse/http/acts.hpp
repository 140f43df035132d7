// What the handlers of organization routes share.
#pragma once

#include "pulse/app/orgs.hpp"
#include "pulse/http/exchange.hpp"

namespace pulse::http {

/// Who acts in this request, for the operations of pulse/app. The exchange must outlive it.
app::Act ActOf(const Exchange& exchange);
/// The limits the effective licence puts on members, and when the caller's browser session began.
tenancy::MemberFacts MemberFactsOf(const Exchange& exchange, const tenancy::OrgId& org);

}  // namespace pulse::http
