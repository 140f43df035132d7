// A database with the schema `notes` in it: notes.notes is behind row-level security, which looks at the local setting
// notes.org; notes.events is open. Thread safe as platform::Database is.
#pragma once

#include <string>
#include <vector>

#include "platform/sql/database.hpp"
#include "platform/sql/migrations.hpp"
#include "platform/sql/tx.hpp"
#include "tests/support/postgres.hpp"

namespace sql_test {

namespace notes {
const std::vector<platform::Migration>& Migrations();
}  // namespace notes

namespace books {
const std::vector<platform::Migration>& Migrations();
}  // namespace books

inline platform::SchemaHistory NotesHistory() {
    return {"notes", notes::Migrations()};
}
inline platform::SchemaHistory BooksHistory() {
    return {"books", books::Migrations()};
}

platform::DatabaseOptions OptionsFor(std::string conninfo, int connections = 4);

inline platform::LocalSettings Org(std::string org) {
    return {{"notes.org", std::move(org)}};
}

inline constexpr platform::Statement kInsertNote{"test_insert_note",
                                                 "INSERT INTO notes.notes (org, id, body) VALUES ($1, $2, $3)"};
inline constexpr platform::Statement kCountNotes{"test_count_notes", "SELECT count(*) FROM notes.notes"};
inline constexpr platform::Statement kNoteOrgs{"test_note_orgs", "SELECT DISTINCT org FROM notes.notes ORDER BY org"};
inline constexpr platform::Statement kInsertEvent{"test_insert_event", "INSERT INTO notes.events (id) VALUES ($1)"};
inline constexpr platform::Statement kInsertSizedEvent{"test_insert_sized_event",
                                                       "INSERT INTO notes.events (id, size) VALUES ($1, $2)"};
inline constexpr platform::Statement kCurrentOrg{"test_current_org",
                                                 "SELECT coalesce(current_setting('notes.org', true), '')"};

inline std::string ReadText(platform::Columns& in) {
    return in.Text();
}
inline std::int64_t ReadInt(platform::Columns& in) {
    return in.Int();
}

class World {
public:
    explicit World(int connections = 4);

    platform::Database& Db() {
        return db_;
    }
    std::string AppConninfo() const {
        return database_.AppConninfo();
    }
    std::string OwnerConninfo() const {
        return database_.OwnerConninfo();
    }

    void AddNote(const std::string& org, const std::string& id, const std::string& body = "");
    /// As the superuser, whom nothing is hidden from.
    std::string Cell(const std::string& sql) const;
    /// The events in the order of their making, joined by spaces.
    std::string Events() const;

private:
    support::TestDatabase database_;
    platform::Database db_;
};

}  // namespace sql_test
