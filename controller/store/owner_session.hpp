// A connection as the owner of the database, for migrations and the first initialisation. Internal to store.
//
// Waits for locks, but not forever: a migration that cannot get its locks says so. Errors: Unavailable, MigrationError.
#pragma once

#include <memory>
#include <string>

#include <pqxx/pqxx>

namespace store {

class OwnerSession {
public:
    explicit OwnerSession(const std::string& owner_conninfo);

    pqxx::connection& Pq() {
        return *connection_;
    }
    /// Until the session ends: one migrator at a time.
    void LockMigrations();

private:
    std::unique_ptr<pqxx::connection> connection_;
};

}  // namespace store
