#include "tests/support/test_cluster.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

namespace support {

namespace fs = std::filesystem;

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
