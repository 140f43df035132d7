// A connection as the owner of the database, for migrations and the first initialisation. For those who write SQL.
//
// A session lives for an hour at most, so that a server that hangs holds no migrator for ever. Waits for locks, but not
// forever: a migration that cannot get its locks says so. Errors: Unavailable, MigrationError.
#pragma once

#include <memory>
#include <string>

#include <pqxx/pqxx>

#include "platform/sql/time_limit.hpp"

namespace platform {

class OwnerSession {
public:
    explicit OwnerSession(const std::string& owner_conninfo);

    pqxx::connection& Pq() {
        return *connection_;
    }
    /// Until the session ends: one migrator of a database at a time, whatever the schema.
    void LockMigrations();

private:
    std::unique_ptr<pqxx::connection> connection_;
    std::unique_ptr<WatchedSocket> socket_;  // its; the whole session has a limit
};

}  // namespace platform
