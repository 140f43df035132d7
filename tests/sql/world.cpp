#include "tests/sql/world.hpp"

namespace sql_test {
namespace {

support::Schema NotesSchema() {
    return {std::string(PORTCULLIS_SOURCE_DIR) + "/tests/sql/notes",
            [](const std::string& owner) { platform::MigrateUp(owner, NotesHistory()); }, "sql notes"};
}

}  // namespace

platform::DatabaseOptions OptionsFor(std::string conninfo, int connections) {
    platform::DatabaseOptions options;
    options.conninfo = std::move(conninfo);
    options.connections = connections;
    options.application_name = "sql test";
    return options;
}

World::World(int connections) : database_(NotesSchema()), db_(OptionsFor(database_.AppConninfo(), connections)) {}

void World::AddNote(const std::string& org, const std::string& id, const std::string& body) {
    db_.Write(Org(org), [&](platform::Tx& tx) { tx.Exec(kInsertNote, org, id, body); });
}

std::string World::Cell(const std::string& sql) const {
    pqxx::connection connection(database_.SuperuserConninfo());
    pqxx::nontransaction work(connection);
    return work.exec1(sql)[0].c_str();
}

std::string World::Events() const {
    return Cell("SELECT coalesce(string_agg(id, ' ' ORDER BY seq), '') FROM notes.events");
}

}  // namespace sql_test
