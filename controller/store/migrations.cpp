#include "controller/store/migrations.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr std::string_view kSchema = "portcullis";
constexpr Statement kInitialised{"schema_initialised", "SELECT EXISTS (SELECT FROM portcullis.clock)"};

platform::SchemaHistory ControllerHistory() {
    return {kSchema, Migrations()};
}

}  // namespace

int NeededSchemaVersion() {
    return ControllerHistory().Newest();
}

std::vector<MigrationState> LoadMigrationStates(const std::string& owner_conninfo) {
    return platform::LoadMigrationStates(owner_conninfo, ControllerHistory());
}

std::vector<int> MigrateUp(const std::string& owner_conninfo, std::optional<int> target) {
    return platform::MigrateUp(owner_conninfo, ControllerHistory(), target);
}

std::vector<int> MigrateDown(const std::string& owner_conninfo, int target) {
    return platform::MigrateDown(owner_conninfo, ControllerHistory(), target);
}

int SchemaVersion(Database& database) {
    return platform::SchemaVersion(database, kSchema);
}

platform::SchemaLook LookAtSchema(Database& database) {
    return platform::LookAtSchema(database, ControllerHistory());
}

bool IsInitialised(Database& database) {
    return database.Once([](Tx& tx) { return tx.One(kInitialised, [](Columns& in) { return in.Flag(); }); });
}

}  // namespace store
