// Brings the database to what this program needs before anything is served: schema, clock, first principals.
#pragma once

#include <optional>
#include <string>

#include "platform/base/time.hpp"
#include "platform/service/database_access.hpp"
#include "platform/settings/settings.hpp"

namespace controller::daemon {

struct ClockChoice {
    bool simulated = false;
    std::optional<platform::Time> start;  // none: now
};

/// Of --simulated-clock. StartError for a text that is no time.
ClockChoice ReadClockChoice(const platform::Settings& settings);

/// With the owner's access: migrates, and initialises a new database. Without it: only checks.
/// StartError, store::MigrationError, store::Unavailable.
void PrepareDatabase(const platform::DatabaseAccess& access, const platform::Settings& settings);

}  // namespace controller::daemon
