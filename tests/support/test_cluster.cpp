#include "tests/support/test_cluster.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <pqxx/pqxx>

#include "platform/crypto/crypto.hpp"

namespace support {

namespace fs = std::filesystem;

namespace {

std::string TextOf(const platform::Digest& digest) {
    return {digest.begin(), digest.end()};
}

/// How PostgreSQL keeps `password` for scram-sha-256 (RFC 5802), with one round instead of its 4096: those take a
/// client four milliseconds of processor time for each of the many sessions of a run, and guard nothing here.
std::string QuickVerifier(std::string_view password) {
    const std::string salt(16, 's');
    const std::string salted = platform::HmacSha256(password, salt + std::string("\0\0\0\1", 4));
    const std::string stored_key = TextOf(platform::Sha256(platform::HmacSha256(salted, "Client Key")));
    return "SCRAM-SHA-256$1:" + platform::Base64Encode(salt) + "$" + platform::Base64Encode(stored_key) + ":" +
           platform::Base64Encode(platform::HmacSha256(salted, "Server Key"));
}

void MakeSignInQuick(const platform::ClusterAccess& access, const fs::path& data_dir) {
    pqxx::connection connection(access.SuperuserConninfo("postgres"));
    pqxx::nontransaction work(connection);
    for (const auto& [role, file] :
         {std::pair(platform::kOwnerRole, "owner.password"), std::pair(platform::kAppRole, "app.password")}) {
        std::ifstream stream(data_dir / file);
        std::string password;
        if (!(stream >> password)) {
            throw std::runtime_error((data_dir / file).string() + " holds no password");
        }
        work.exec("ALTER ROLE " + work.quote_name(std::string(role)) + " PASSWORD " +
                  work.quote(QuickVerifier(password)));
    }
}

}  // namespace

std::optional<TestClusterState> ReadTestClusterState(const fs::path& state_file) {
    std::ifstream file(state_file);
    TestClusterState state;
    std::string data_dir;
    if (!(file >> state.server >> state.ctest) || !std::getline(file >> std::ws, data_dir)) {
        return std::nullopt;
    }
    // The number may belong to something else by now.
    std::string command;
    std::ifstream process("/proc/" + std::to_string(state.server) + "/comm");
    if (!std::getline(process, command) || command != "test_cluster") {
        return std::nullopt;
    }
    state.data_dir = data_dir;
    return state;
}

ThrowAwayCluster::ThrowAwayCluster() : folder_(TempDir::InMemory("cluster")) {
    folder_.LetThrough();
    data_dir_ = folder_ / "c";
    platform::ClusterOptions options;
    options.data_dir = data_dir_;
    options.durability = platform::ClusterDurability::kNone;
    // Many test programs at once, each with a few connections. Little log is kept: it may be in memory.
    options.settings = {{"max_connections", "200"}, {"autovacuum", "off"},    {"wal_level", "minimal"},
                        {"max_wal_senders", "0"},   {"min_wal_size", "32MB"}, {"max_wal_size", "64MB"}};
    cluster_ = std::make_unique<platform::PrivateCluster>(options);
    cluster_->Start();
    MakeSignInQuick(cluster_->Access(), data_dir_);
}

ThrowAwayCluster::~ThrowAwayCluster() = default;

ClusterHandle ClusterHandle::SharedOrOwn() {
    ClusterHandle handle;
    if (const char* state_file = std::getenv(kTestClusterVariable)) {
        const auto state = ReadTestClusterState(state_file);
        if (!state) {
            throw std::runtime_error(std::string("no cluster is up for this ctest run (") + state_file +
                                     " names none); did the fixture test_cluster fail?");
        }
        handle.access_ = platform::ClusterAccess::FromDataDir(state->data_dir);
        return handle;
    }
    handle.own_ = std::make_unique<ThrowAwayCluster>();
    handle.access_ = handle.own_->Cluster().Access();
    return handle;
}

}  // namespace support
