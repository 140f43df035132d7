// The controller's schema and its versions, and what makes a migrated database usable. The SQL files of
// migrations/controller are part of the program; platform/sql/migrations.hpp says how they are applied.
//
// Everything here connects as the owner of the database, never as the application's role (SchemaVersion and
// IsInitialised excepted). Errors: MigrationError (its text is for the operator), store::Unavailable. Thread safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/sql/migrations.hpp"

namespace store {

using platform::Migration;
using platform::MigrationError;
using platform::MigrationState;

/// All migrations of this program, in order.
const std::vector<Migration>& Migrations();
/// The version this program needs; a database may be newer, since changes are additive.
int NeededSchemaVersion();

/// Applied and pending ones, in order.
std::vector<MigrationState> LoadMigrationStates(const std::string& owner_conninfo);
/// Up to `target`, or to the newest. Returns the versions that were applied now.
std::vector<int> MigrateUp(const std::string& owner_conninfo, std::optional<int> target = std::nullopt);
/// Down to `target` (0: nothing is left). Returns the versions that were taken back, newest first.
std::vector<int> MigrateDown(const std::string& owner_conninfo, int target);

/// The newest applied version as the application's role sees it; 0 for an empty database.
int SchemaVersion(Database& database);
/// What this program needs of the schema and is not there.
platform::SchemaLook LookAtSchema(Database& database);
/// Whether Initialise has been run; for a database whose schema is there.
bool IsInitialised(Database& database);

/// Who exists before anybody can be granted anything (SOD-6): from a bootstrap file, once.
struct BootstrapPrincipal {
    policy::PrincipalId id;
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    std::string display_name;
    std::optional<std::string> email;
    std::vector<policy::Role> roles;
    std::optional<platform::Digest> token_hash;  // a first token with all its roles
    policy::RecordId token_id;                   // with token_hash
};

struct InitialiseOptions {
    bool simulated_clock = false;
    std::optional<policy::Time> start;  // simulated only: the clock's first reading
    std::vector<BootstrapPrincipal> principals;
    std::vector<policy::PathRule> path_rules;
};

/// Makes a migrated database usable: clock, first principals, path rules; one transaction. False when it was
/// initialised before: then nothing changes, and asking for another kind of clock is a MigrationError.
bool Initialise(const std::string& owner_conninfo, const InitialiseOptions& options);

}  // namespace store
