// Schemas and their versions. The SQL files of a schema are part of the program (cmake/Migrations.cmake); several
// schemas may live in one database, each with a history of its own.
//
// Everything here connects as the owner of the database, never as the application's role (SchemaVersion excepted). One
// migrator at a time: an advisory lock is held; each migration is one transaction. An applied migration whose file has
// changed since is an error that names the file: history is not rewritten, a new migration is added.
//
// What was applied is in public.<schema>_migrations, which is made before the first migration runs; a migration grants
// the application's role to read it.
//
// Errors: MigrationError (its text is for the operator), Unavailable. Thread safe.
#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "platform/sql/database.hpp"

namespace platform {

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

/// A schema by its name (lower-case letters and `_`) and all migrations the program has for it, in order, at least one.
struct SchemaHistory {
    std::string_view schema;
    std::span<const Migration> migrations;

    /// The version this program needs; a database may be newer, since changes are additive.
    int Newest() const {
        return migrations.back().version;
    }
};

struct MigrationState {
    int version = 0;
    std::string name;
    std::string file;                       // 0001_core.up.sql
    std::optional<std::string> applied_at;  // as PostgreSQL prints it, UTC; none: pending
    bool known = true;                      // false: applied by a newer program
};

/// Applied and pending ones, in order.
std::vector<MigrationState> LoadMigrationStates(const std::string& owner_conninfo, const SchemaHistory& history);
/// Up to `target`, or to the newest. Returns the versions that were applied now.
std::vector<int> MigrateUp(const std::string& owner_conninfo, const SchemaHistory& history,
                           std::optional<int> target = std::nullopt);
/// Down to `target` (0: nothing is left). Returns the versions that were taken back, newest first.
std::vector<int> MigrateDown(const std::string& owner_conninfo, const SchemaHistory& history, int target);

/// The newest applied version as the application's role sees it; 0 where nothing was applied, or may be seen.
int SchemaVersion(Database& database, std::string_view schema);

/// What the application's role finds of a history.
struct SchemaLook {
    int version = 0;  // as SchemaVersion
    /// Behind "version ": what this program needs and is not there, a lower number that came later included. Empty: it
    /// is all there.
    std::string lacks;
};
SchemaLook LookAtSchema(Database& database, const SchemaHistory& history);

}  // namespace platform
