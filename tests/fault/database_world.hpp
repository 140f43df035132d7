// A controller with instances, on a PostgreSQL that the test stops, freezes and starts.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "platform/postgres/cluster.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/support/frozen_server.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/temp_dir.hpp"

namespace fault_test {

using platform::Json;

class DatabaseAway : public ::testing::Test {
protected:
    /// The tests share a cluster; each has a database of its own there.
    static void SetUpTestSuite();
    static void TearDownTestSuite();
    void SetUp() override;

    fleet_test::Controller& World() {
        return *controller_;
    }
    static platform::PrivateCluster& Cluster() {
        return *cluster_;
    }
    static pid_t DatabaseServer() {
        return cluster_->ServerPid().value();
    }
    api_test::Caller Otto() const {
        return controller_->As("otto.operator");
    }
    api_test::Caller Nobody() const;
    /// The order of a kill of all, and what was answered.
    api_test::Reply Kill(const std::string& reason) const;
    Json Operation(const std::string& id) const;
    bool BecomesEntered(const std::string& id) const;
    bool BecomesReady() const;
    bool BecomesUnready() const;
    static bool BecomesOff(pulse_test::OwnPulsed& pulsed);
    /// The operations of the audit entries of kills, oldest first.
    std::vector<std::string> KillsOnRecord() const;

private:
    static inline std::unique_ptr<support::TempDir> folder_;
    static inline std::unique_ptr<platform::PrivateCluster> cluster_;
    static inline int databases_ = 0;
    std::unique_ptr<fleet_test::Controller> controller_;
};

}  // namespace fault_test
