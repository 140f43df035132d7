// The controller of bench_fleet: the real portcullisd, a process of its own, on a private cluster with fsync. Without a
// limit on how many orders one principal may give, for they are all given by one.
//
// Thread safe, but for one client in two threads. std::runtime_error when something is not as it must be.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"
#include "platform/postgres/cluster.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace bench {

/// What this benchmark's processes have worked until now, in milliseconds of one processor.
struct ProcessorTimes {
    double controller = 0;
    double database = 0;   // its processes that live; each connection has one
    double benchmark = 0;  // the instances, and who looks at them
};

class FleetController {
public:
    FleetController();
    ~FleetController();
    FleetController(const FleetController&) = delete;
    FleetController& operator=(const FleetController&) = delete;

    /// The body of an answer with 2xx. What is posted has a key of its own.
    platform::Json Call(platform::HttpClient& client, const std::string& method, const std::string& path,
                        const platform::Json& body = {}) const;
    /// A token for the instance, with the fingerprint behind the dot.
    std::string Enrol(platform::HttpClient& client, const std::string& instance) const;
    /// Switches these off, or everybody when there are none; to be verified and not watched. The operation's id.
    std::string Kill(platform::HttpClient& client, const std::vector<std::string>& instances = {}) const;
    bool IsConnected(platform::HttpClient& client, const std::string& instance) const;

    std::uint16_t FleetPort() const {
        return fleet_port_;
    }
    std::string FleetUrl() const;
    std::string AppConninfo() const {
        return cluster_->AppConninfo("portcullis");
    }
    double ResidentMebibytes() const;
    ProcessorTimes Worked() const;
    /// What it has logged of this event.
    std::size_t Logged(const std::string& event) const;

private:
    support::TempDir folder_;
    std::unique_ptr<platform::PrivateCluster> cluster_;
    std::unique_ptr<support::Process> process_;
    std::uint16_t port_ = 0;
    std::uint16_t fleet_port_ = 0;
    std::string token_;
};

}  // namespace bench
