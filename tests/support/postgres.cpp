#include "tests/support/postgres.hpp"

#include "platform/crypto/crypto.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_cluster.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <vector>

#include <pqxx/pqxx>

#include <unistd.h>

namespace support {

namespace fs = std::filesystem;

namespace {

// One key for "a template is being built" in the shared cluster: test programs start at the same time.
constexpr std::string_view kTemplateLock = "hashtext('portcullis test templates')";

std::string ContentKey(const Schema& schema) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(schema.migrations)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    if (files.empty()) {
        throw std::runtime_error("there is no migration in " + schema.migrations.string());
    }
    std::sort(files.begin(), files.end());
    platform::Sha256Stream hash;
    hash.Update(schema.variant);
    for (const auto& file : files) {
        hash.Update(file.lexically_relative(schema.migrations).string());
        hash.Update(ReadFile(file));
    }
    return hash.FinishHex().substr(0, 16);
}

void Execute(pqxx::connection& connection, const std::string& statement) {
    pqxx::nontransaction work(connection);
    work.exec(statement);
}

bool Exists(pqxx::connection& connection, const std::string& name) {
    pqxx::nontransaction work(connection);
    return !work.exec("SELECT FROM pg_database WHERE datname = " + work.quote(name)).empty();
}

void CreateDatabase(pqxx::connection& connection, const std::string& name, const std::string& from) {
    // FILE_COPY: without fsync a copy of files is cheaper than the same blocks through the log.
    Execute(connection, "CREATE DATABASE " + name + " OWNER " + std::string(platform::kOwnerRole) + " TEMPLATE " +
                            from + " STRATEGY FILE_COPY");
    for (const auto& statement : platform::DatabasePrivilegeStatements(name)) {
        Execute(connection, statement);
    }
}

std::string EnsureTemplate(pqxx::connection& connection, const Schema& schema) {
    const std::string name = "template_" + ContentKey(schema);
    if (Exists(connection, name)) {
        return name;
    }
    Execute(connection, "SELECT pg_advisory_lock(" + std::string(kTemplateLock) + ")");
    try {
        if (!Exists(connection, name)) {
            // Built under another name: what has the final name is complete.
            const std::string unfinished = name + "_unfinished";
            Execute(connection, "DROP DATABASE IF EXISTS " + unfinished + " WITH (FORCE)");
            CreateDatabase(connection, unfinished, "template0");
            schema.build(TestCluster().OwnerConninfo(unfinished));
            // A session that just ended may still count as connected for a moment; nobody else may hold on to it.
            Execute(connection, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" +
                                    unfinished + "'");
            Execute(connection, "ALTER DATABASE " + unfinished + " RENAME TO " + name);
        }
    } catch (...) {
        Execute(connection, "SELECT pg_advisory_unlock(" + std::string(kTemplateLock) + ")");
        throw;
    }
    Execute(connection, "SELECT pg_advisory_unlock(" + std::string(kTemplateLock) + ")");
    return name;
}

std::string NewName() {
    static std::atomic<int> count{0};
    return "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

}  // namespace

const platform::ClusterAccess& TestCluster() {
    static const ClusterHandle handle = ClusterHandle::SharedOrOwn();
    return handle.Access();
}

TestDatabase::TestDatabase() : name_(NewName()) {
    pqxx::connection connection(TestCluster().SuperuserConninfo("postgres"));
    CreateDatabase(connection, name_, "template0");
}

TestDatabase::TestDatabase(const Schema& schema) : name_(NewName()) {
    pqxx::connection connection(TestCluster().SuperuserConninfo("postgres"));
    CreateDatabase(connection, name_, EnsureTemplate(connection, schema));
}

TestDatabase::~TestDatabase() {
    try {
        pqxx::connection admin(TestCluster().SuperuserConninfo("postgres"));
        Execute(admin, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "the test database %s stays until its cluster goes: %s\n", name_.c_str(), error.what());
    }
}

std::string TestDatabase::OwnerConninfo() const {
    return TestCluster().OwnerConninfo(name_);
}

std::string TestDatabase::AppConninfo() const {
    return TestCluster().AppConninfo(name_);
}

std::string TestDatabase::SuperuserConninfo() const {
    return TestCluster().SuperuserConninfo(name_);
}

platform::ClusterOptions DurableClusterOptions(const fs::path& directory) {
    if (::geteuid() == 0) {
        fs::permissions(directory, fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
    }
    platform::ClusterOptions options;
    options.data_dir = directory / "cluster";
    return options;
}

}  // namespace support
