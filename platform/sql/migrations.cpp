#include "platform/sql/migrations.hpp"

#include <algorithm>
#include <iomanip>
#include <map>
#include <sstream>

#include <pqxx/pqxx>

#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/sql/owner_session.hpp"
#include "platform/sql/tx.hpp"

namespace platform {
namespace {

constexpr const char* kTableColumns = R"sql( (
        version integer PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT transaction_timestamp()))sql";
constexpr const char* kAppliedColumns =
    R"sql(SELECT version, name, checksum, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))sql";

struct AppliedMigration {
    std::string name;
    std::string checksum;
    std::string applied_at;
};
using AppliedMigrations = std::map<int, AppliedMigration>;

// The schema's name goes into SQL as it is.
std::string TableOf(std::string_view schema) {
    PORTCULLIS_INVARIANT(!schema.empty() && schema.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == schema.npos,
                         "a schema's name needs no quoting");
    return "public." + std::string(schema) + "_migrations";
}

std::string FileOf(int version, std::string_view name, std::string_view direction) {
    std::ostringstream text;
    text << std::setw(4) << std::setfill('0') << version << '_' << name << '.' << direction << ".sql";
    return text.str();
}

AppliedMigrations LoadApplied(OwnerSession& session, const std::string& table) {
    pqxx::nontransaction work(session.Pq());
    AppliedMigrations applied;
    if (!work.exec("SELECT to_regclass('" + table + "') IS NOT NULL")[0][0].as<bool>()) {
        return applied;
    }
    for (const auto& row : work.exec(kAppliedColumns + (" FROM " + table) + " ORDER BY version")) {
        applied[row[0].as<int>()] = {row[1].c_str(), row[2].c_str(), row[3].c_str()};
    }
    return applied;
}

void RequireUnchanged(const SchemaHistory& history, const AppliedMigrations& applied) {
    for (const Migration& migration : history.migrations) {
        const auto found = applied.find(migration.version);
        if (found != applied.end() && found->second.checksum != Sha256Hex(migration.up)) {
            throw MigrationError(FileOf(migration.version, migration.name, "up") + " was applied on " +
                                 found->second.applied_at +
                                 " with another content than this program has. An applied migration is never changed; "
                                 "run the program it was applied with, or add a new migration.");
        }
    }
}

template <typename Run>
void InTransaction(OwnerSession& session, const std::string& file, const Run& run) {
    try {
        pqxx::work work(session.Pq());
        work.exec("SET LOCAL search_path = pg_catalog, pg_temp");
        run(work);
        work.commit();
    } catch (const pqxx::sql_error& error) {
        throw MigrationError("the migration " + file + " failed and was taken back: " + error.what());
    }
}

void ApplyMigration(OwnerSession& session, const std::string& table, const Migration& migration) {
    InTransaction(session, FileOf(migration.version, migration.name, "up"), [&](pqxx::work& work) {
        work.exec(std::string(migration.up));
        work.exec_params("INSERT INTO " + table + " (version, name, checksum) VALUES ($1, $2, $3)", migration.version,
                         std::string(migration.name), Sha256Hex(migration.up));
    });
}

void TakeBackMigration(OwnerSession& session, const std::string& table, const Migration& migration) {
    InTransaction(session, FileOf(migration.version, migration.name, "down"), [&](pqxx::work& work) {
        work.exec(std::string(migration.down));
        work.exec_params("DELETE FROM " + table + " WHERE version = $1", migration.version);
    });
}

}  // namespace

std::vector<MigrationState> LoadMigrationStates(const std::string& owner_conninfo, const SchemaHistory& history) {
    OwnerSession session(owner_conninfo);
    AppliedMigrations applied = LoadApplied(session, TableOf(history.schema));
    std::vector<MigrationState> states;
    for (const Migration& migration : history.migrations) {
        MigrationState state{migration.version, std::string(migration.name),
                             FileOf(migration.version, migration.name, "up"), std::nullopt, true};
        if (const auto found = applied.find(migration.version); found != applied.end()) {
            state.applied_at = found->second.applied_at;
            applied.erase(found);
        }
        states.push_back(std::move(state));
    }
    for (const auto& [version, migration] : applied) {
        states.push_back({version, migration.name, FileOf(version, migration.name, "up"), migration.applied_at, false});
    }
    return states;
}

std::vector<int> MigrateUp(const std::string& owner_conninfo, const SchemaHistory& history, std::optional<int> target) {
    if (target && std::none_of(history.migrations.begin(), history.migrations.end(),
                               [&](const Migration& migration) { return migration.version == *target; })) {
        throw MigrationError("there is no migration " + std::to_string(*target) + "; the newest is " +
                             std::to_string(history.Newest()));
    }
    const std::string table = TableOf(history.schema);
    OwnerSession session(owner_conninfo);
    session.LockMigrations();
    {
        pqxx::nontransaction work(session.Pq());
        work.exec("CREATE TABLE IF NOT EXISTS " + table + kTableColumns);
    }
    const AppliedMigrations applied = LoadApplied(session, table);
    RequireUnchanged(history, applied);
    std::vector<int> done;
    for (const Migration& migration : history.migrations) {
        if (applied.count(migration.version) == 0 && (!target || migration.version <= *target)) {
            ApplyMigration(session, table, migration);
            done.push_back(migration.version);
        }
    }
    return done;
}

std::vector<int> MigrateDown(const std::string& owner_conninfo, const SchemaHistory& history, int target) {
    const std::string table = TableOf(history.schema);
    OwnerSession session(owner_conninfo);
    session.LockMigrations();
    const AppliedMigrations applied = LoadApplied(session, table);
    RequireUnchanged(history, applied);
    const int newest = applied.empty() ? 0 : applied.rbegin()->first;
    if (target < 0 || target > newest) {
        throw MigrationError("cannot migrate down to " + std::to_string(target) + ": the database is at " +
                             std::to_string(newest));
    }
    if (newest > history.Newest()) {
        throw MigrationError("migration " + std::to_string(newest) +
                             " was applied by a newer program; only that program can take it back");
    }
    std::vector<int> done;
    for (auto migration = history.migrations.rbegin(); migration != history.migrations.rend(); ++migration) {
        if (migration->version > target && applied.count(migration->version) != 0) {
            TakeBackMigration(session, table, *migration);
            done.push_back(migration->version);
        }
    }
    return done;
}

int SchemaVersion(Database& database, std::string_view schema) {
    const std::string table = TableOf(schema);
    const auto number = [&](const std::string& sql) {
        return database.Once([&](Tx& tx) { return Columns(tx.ExecRaw(sql)[0]).Int(); });
    };
    const auto may_read = "SELECT coalesce(has_table_privilege(to_regclass('" + table + "'), 'SELECT'), false)::int";
    if (number(may_read) == 0) {
        return 0;
    }
    return static_cast<int>(number("SELECT coalesce(max(version), 0) FROM " + table));
}

SchemaLook LookAtSchema(Database& database, const SchemaHistory& history) {
    SchemaLook look{SchemaVersion(database, history.schema), {}};
    if (look.version < history.Newest()) {
        look.lacks = std::to_string(look.version) + ", this program needs " + std::to_string(history.Newest());
        return look;
    }
    std::string needed;
    for (const Migration& migration : history.migrations) {
        needed += (needed.empty() ? "" : ",") + std::to_string(migration.version);
    }
    const std::string sql = "SELECT coalesce(string_agg(v::text, ', ' ORDER BY v), '') FROM unnest('{" + needed +
                            "}'::int[]) v WHERE v NOT IN (SELECT m.version FROM " + TableOf(history.schema) + " m)";
    const std::string missing = database.Once([&](Tx& tx) { return Columns(tx.ExecRaw(sql)[0]).Text(); });
    if (!missing.empty()) {
        look.lacks = std::to_string(look.version) + " without " + missing + ", which this program needs";
    }
    return look;
}

}  // namespace platform
