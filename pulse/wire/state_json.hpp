// The summaries of hosted administration, and the features that are on. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenancy/model.hpp"

namespace pulse::wire {

/// [{"org_id":...}] for /api/hosted/organizations.
std::string EncodeHostedOrganizations(const std::vector<tenancy::Organization>& orgs);

/// {"flags":["NAME",...]}: those that are on.
std::string EncodeFeatures(const std::vector<std::string>& flags);

std::string EncodeInstallCommand(std::string_view org_id, std::string_view token, std::string_view command);

}  // namespace pulse::wire
