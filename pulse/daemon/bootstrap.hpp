// Brings the database to what this program needs before anything is served: schemas, the first super admin, the default
// organization; and what a demonstration asks for.
#pragma once

#include <string>

#include "platform/service/database_access.hpp"
#include "platform/settings/settings.hpp"
#include "platform/sql/database.hpp"
#include "pulse/app/services.hpp"

namespace pulse::daemon {

/// With the owner's access: migrates tenancy, then pulse. Without it: only checks. StartError,
/// platform::MigrationError, platform::Unavailable.
void PrepareSchemas(const platform::DatabaseAccess& access);

/// The first super admin when there is nobody yet, and the default organization with that admin as its owner.
void EnsureFirstAdmin(platform::Database& database, const platform::Settings& settings);

}  // namespace pulse::daemon
