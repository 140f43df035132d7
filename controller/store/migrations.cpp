#include "controller/store/migrations.hpp"

#include <algorithm>
#include <iomanip>
#include <map>
#include <sstream>

#include <pqxx/pqxx>

#include "controller/store/owner_session.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr const char* kCreateTable = R"sql(
    CREATE TABLE IF NOT EXISTS public.portcullis_migrations (
        version integer PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT transaction_timestamp()))sql";
constexpr const char* kTableExists = "SELECT to_regclass('public.portcullis_migrations') IS NOT NULL";
constexpr const char* kApplied = R"sql(
    SELECT version, name, checksum, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    FROM public.portcullis_migrations ORDER BY version)sql";

struct AppliedMigration {
    std::string name;
    std::string checksum;
    std::string applied_at;
};
using AppliedMigrations = std::map<int, AppliedMigration>;

std::string FileOf(int version, std::string_view name, std::string_view direction) {
    std::ostringstream text;
    text << std::setw(4) << std::setfill('0') << version << '_' << name << '.' << direction << ".sql";
    return text.str();
}

AppliedMigrations LoadApplied(pqxx::transaction_base& work) {
    AppliedMigrations applied;
    if (!work.exec(kTableExists)[0][0].as<bool>()) {
        return applied;
    }
    for (const auto& row : work.exec(kApplied)) {
        applied[row[0].as<int>()] = {row[1].c_str(), row[2].c_str(), row[3].c_str()};
    }
    return applied;
}

void RequireUnchanged(const AppliedMigrations& applied) {
    for (const Migration& migration : Migrations()) {
        const auto found = applied.find(migration.version);
        if (found != applied.end() && found->second.checksum != platform::Sha256Hex(migration.up)) {
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

void ApplyMigration(OwnerSession& session, const Migration& migration) {
    InTransaction(session, FileOf(migration.version, migration.name, "up"), [&](pqxx::work& work) {
        work.exec(std::string(migration.up));
        work.exec_params("INSERT INTO public.portcullis_migrations (version, name, checksum) VALUES ($1, $2, $3)",
                         migration.version, std::string(migration.name), platform::Sha256Hex(migration.up));
    });
}

void TakeBackMigration(OwnerSession& session, const Migration& migration) {
    InTransaction(session, FileOf(migration.version, migration.name, "down"), [&](pqxx::work& work) {
        work.exec(std::string(migration.down));
        work.exec_params("DELETE FROM public.portcullis_migrations WHERE version = $1", migration.version);
    });
}

AppliedMigrations LoadAppliedIn(OwnerSession& session) {
    pqxx::nontransaction work(session.Pq());
    return LoadApplied(work);
}

}  // namespace

int NeededSchemaVersion() {
    return Migrations().back().version;
}

std::vector<MigrationState> LoadMigrationStates(const std::string& owner_conninfo) {
    OwnerSession session(owner_conninfo);
    AppliedMigrations applied = LoadAppliedIn(session);
    std::vector<MigrationState> states;
    for (const Migration& migration : Migrations()) {
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

std::vector<int> MigrateUp(const std::string& owner_conninfo, std::optional<int> target) {
    if (target && std::none_of(Migrations().begin(), Migrations().end(),
                               [&](const Migration& migration) { return migration.version == *target; })) {
        throw MigrationError("there is no migration " + std::to_string(*target) + "; the newest is " +
                             std::to_string(NeededSchemaVersion()));
    }
    OwnerSession session(owner_conninfo);
    session.LockMigrations();
    {
        pqxx::nontransaction work(session.Pq());
        work.exec(kCreateTable);
    }
    const AppliedMigrations applied = LoadAppliedIn(session);
    RequireUnchanged(applied);
    std::vector<int> done;
    for (const Migration& migration : Migrations()) {
        if (applied.count(migration.version) == 0 && (!target || migration.version <= *target)) {
            ApplyMigration(session, migration);
            done.push_back(migration.version);
        }
    }
    return done;
}

std::vector<int> MigrateDown(const std::string& owner_conninfo, int target) {
    OwnerSession session(owner_conninfo);
    session.LockMigrations();
    const AppliedMigrations applied = LoadAppliedIn(session);
    RequireUnchanged(applied);
    const int newest = applied.empty() ? 0 : applied.rbegin()->first;
    if (target < 0 || target > newest) {
        throw MigrationError("cannot migrate down to " + std::to_string(target) + ": the database is at " +
                             std::to_string(newest));
    }
    if (newest > NeededSchemaVersion()) {
        throw MigrationError("migration " + std::to_string(newest) +
                             " was applied by a newer program; only that program can take it back");
    }
    std::vector<int> done;
    for (auto migration = Migrations().rbegin(); migration != Migrations().rend(); ++migration) {
        if (migration->version > target && applied.count(migration->version) != 0) {
            TakeBackMigration(session, *migration);
            done.push_back(migration->version);
        }
    }
    return done;
}

namespace {

constexpr Statement kMayReadVersion{"schema_may_read_version", R"sql(
    SELECT coalesce(has_table_privilege(to_regclass('public.portcullis_migrations'), 'SELECT'), false))sql"};
constexpr Statement kSchemaVersion{"schema_version", R"sql(
    SELECT coalesce(max(version), 0) FROM public.portcullis_migrations)sql"};
constexpr Statement kInitialised{"schema_initialised", "SELECT EXISTS (SELECT FROM portcullis.clock)"};

}  // namespace

int SchemaVersion(Database& database) {
    const bool readable =
        database.Once([](Tx& tx) { return tx.One(kMayReadVersion, [](Columns& in) { return in.Flag(); }); });
    if (!readable) {
        return 0;
    }
    return database.Once(
        [](Tx& tx) { return tx.One(kSchemaVersion, [](Columns& in) { return static_cast<int>(in.Int()); }); });
}

bool IsInitialised(Database& database) {
    return database.Once([](Tx& tx) { return tx.One(kInitialised, [](Columns& in) { return in.Flag(); }); });
}

}  // namespace store
