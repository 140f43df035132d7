// What is counted and logged about refusals, and the headers of every answer. Thread safe.
#pragma once

#include <optional>
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

/// Makes the series of refusals and spoof attempts, so that the first of them is an increase from 0 for who measures.
void ShowSecurityCounters(platform::Metrics& metrics);

/// The tenant that the path or the query names, if the route is about one that is named at all.
struct NamedTenant {
    std::optional<tenancy::OrgId> id;
    std::string_view source;  // path or query
};
NamedTenant TenantNamedBy(const Exchange& exchange);

/// Codes that say a caller reached for what is not theirs.
bool IsDenial(const tenancy::Refusal& refusal);

void AddCommonHeaders(const Exchange& exchange, platform::HttpResponse& response);

}  // namespace pulse::http
