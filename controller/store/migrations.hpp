// The schema and its versions. The SQL files of migrations/controller are part of the program.
//
// Everything here connects as the owner of the database, never as the application's role (SchemaVersion excepted). One
// migrator at a time: an advisory lock is held; each migration is one transaction. An applied migration whose file has
// changed since is an error that names the file: history is not rewritten, a new migration is added.
//
// Errors: MigrationError (its text is for the operator), store::Unavailable. Thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "platform/crypto/crypto.hpp"

namespace store {

class MigrationError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Migration {
    int version = 0;
    std::string_view name;  // "core"
    std::string_view up;
    std::string_view down;
};

/// All migrations of this program, in order.
const std::vector<Migration>& Migrations();
/// The version this program needs; a database may be newer, since changes are additive.
int NeededSchemaVersion();

struct MigrationState {
    int version = 0;
    std::string name;
    std::string file;                       // 0001_core.up.sql
    std::optional<std::string> applied_at;  // as PostgreSQL prints it, UTC; none: pending
    bool known = true;                      // false: applied by a newer program
};

/// Applied and pending ones, in order.
std::vector<MigrationState> LoadMigrationStates(const std::string& owner_conninfo);
/// Up to `target`, or to the newest. Returns the versions that were applied now.
std::vector<int> MigrateUp(const std::string& owner_conninfo, std::optional<int> target = std::nullopt);
/// Down to `target` (0: nothing is left). Returns the versions that were taken back, newest first.
std::vector<int> MigrateDown(const std::string& owner_conninfo, int target);

/// The newest applied version as the application's role sees it; 0 for an empty database.
int SchemaVersion(Database& database);
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
