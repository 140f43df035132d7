// Real databases for tests: a clone of a migrated template for each test, gone at its end.
//
//   support::TestDatabase database({store::MigrationsDir(), &BuildSchema});
//   pqxx::connection app(database.AppConninfo());
//
// Under ctest all test programs share one cluster (the fixture `test_cluster` starts and stops it); a test program run
// by hand starts one of its own and stops it at its end. Either way it is a real PostgreSQL on a unix socket, without
// fsync: what survives a crash is for tests that make their own PrivateCluster with DurableClusterOptions.
// A missing PostgreSQL fails the test; nothing is ever skipped.
//
// Thread safety: everything here may be called from any thread.
// Errors: std::runtime_error, with what PostgreSQL said.
#pragma once

#include "platform/postgres/cluster.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace support {

/// What the databases of a test start from. The template is built once per cluster and per content of `migrations`
/// (names and bytes of all files in it) and `variant`.
struct Schema {
    std::filesystem::path migrations;
    /// Migrates the empty database behind the connection string, which is that of its owner, portcullis_owner.
    std::function<void(const std::string& owner_conninfo)> build;
    std::string variant;  // tells templates with different `build` apart
};

class TestDatabase {
public:
    /// An empty database.
    TestDatabase();
    /// A clone of the template of `schema`.
    explicit TestDatabase(const Schema& schema);
    /// Drops it; connections that are still open are cut.
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& Name() const {
        return name_;
    }
    /// Owns the tables; for migrations.
    std::string OwnerConninfo() const;
    /// What the application connects as.
    std::string AppConninfo() const;
    /// For a test that must arrange what nobody may do.
    std::string SuperuserConninfo() const;

private:
    std::string name_;
};

/// The cluster behind the test databases. Its server is shared: a test that stops, kills or reconfigures PostgreSQL
/// makes its own.
const platform::ClusterAccess& TestCluster();

/// Options for a cluster of a test's own below `directory` (see TempDir; made reachable for the server's account).
platform::ClusterOptions DurableClusterOptions(const std::filesystem::path& directory);

}  // namespace support
