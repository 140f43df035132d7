// What is counted and logged about refusals, and the headers of every answer. Thread safe.
#pragma once

#include <string_view>

#include "platform/log/log.hpp"
#include "pulse/http/exchange.hpp"

namespace pulse::http {

/// `layer`: selection, gate or rule; `reason`: the refusal's code.
void CountRefusal(const Exchange& exchange, std::string_view layer, std::string_view reason);
/// A named caller asked for an organization that is not theirs; `source`: how.
void CountSpoof(const Exchange& exchange, std::string_view source);
void CountAuthRefusal(const Exchange& exchange, std::string_view reason);
void LogTenantRefusal(const Exchange& exchange, platform::Level level, std::string_view event, std::string_view org,
                      std::string_view reason);

/// Codes that say a caller reached for what is not theirs.
bool IsDenial(const tenancy::Refusal& refusal);

void AddCommonHeaders(const Exchange& exchange, platform::HttpResponse& response);

}  // namespace pulse::http
