// The cluster that all test programs of one ctest run share, and its life.
//
// `test_cluster start <state file>` (a ctest fixture) leaves a serving process behind that holds the cluster; the state
// file names it. It ends on `test_cluster stop`, and by itself when ctest does, so an interrupted run leaves nothing.
#pragma once

#include "platform/postgres/cluster.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>
#include <memory>
#include <optional>

#include <sys/types.h>

namespace support {

/// The environment variable under which ctest tells test programs where the state file is.
inline constexpr const char* kTestClusterVariable = "PORTCULLIS_TEST_CLUSTER";

struct TestClusterState {
    pid_t server = 0;                // the serving process
    pid_t ctest = 0;                 // for which it serves
    std::filesystem::path data_dir;  // of the cluster
};
std::optional<TestClusterState> ReadTestClusterState(const std::filesystem::path& state_file);

/// A throw-away cluster in a temporary folder, stopped and removed with the object.
class ThrowAwayCluster {
public:
    ThrowAwayCluster();
    ~ThrowAwayCluster();

    const platform::PrivateCluster& Cluster() const {
        return *cluster_;
    }
    const std::filesystem::path& DataDir() const {
        return data_dir_;
    }

private:
    TempDir folder_;
    std::filesystem::path data_dir_;
    std::unique_ptr<platform::PrivateCluster> cluster_;
};

/// The shared cluster when ctest started one, else one of our own.
class ClusterHandle {
public:
    static ClusterHandle SharedOrOwn();

    const platform::ClusterAccess& Access() const {
        return access_;
    }

private:
    std::unique_ptr<ThrowAwayCluster> own_;
    platform::ClusterAccess access_;
};

}  // namespace support
