// Facts of this installation that are data: id of the signing key, and the like. Secrets stay in files.
// Errors as store::Database.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "controller/store/database.hpp"

namespace store {

std::optional<std::string> LoadInstallationValue(Tx& tx, const std::string& key);
std::map<std::string, std::string> LoadInstallation(Tx& tx);
/// Written once; a different value for an existing key is a Conflict.
void SetInstallationValue(Tx& tx, const std::string& key, const std::string& value);

}  // namespace store
