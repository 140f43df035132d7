// The refusals that belong to this service and to no rule of tenancy. Pure; thread safe.
#pragma once

#include <string>

#include "tenancy/refusal.hpp"

namespace pulse::http {

tenancy::Refusal InternalError();                           // 500 internal_error
tenancy::Refusal ServiceUnavailable();                      // 503 service_unavailable
tenancy::Refusal RuleRefused(std::string text_for_people);  // 409 conflict
tenancy::Refusal ChangedMeanwhile();                        // 409 conflict
tenancy::Refusal SuperAdminRequired();                      // 403 forbidden
tenancy::Refusal TenantRateLimited();                       // 429, shape B
tenancy::Refusal DemoMode();                                // 403, shape B
/// 4xx in shape A; `code` must be a literal.
tenancy::Refusal Refused(int status, std::string_view code, std::string message);

}  // namespace pulse::http
