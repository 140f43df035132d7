// Instances that are let in, report how they stand every few seconds, and are stuck: the deaf read nothing, so that
// what the controller sends piles up at its end; the mute read everything and never acknowledge or answer.
//
// The deaf have small receive buffers and small segments, so that the kernel's buffers are full after a few orders and
// not after thousands. std::runtime_error when one is not let in.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/ws/client.hpp"
#include "tests/bench/fleet_controller.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace bench {

class StuckInstances {
public:
    /// So many of each kind. Returns when the controller knows them and the deaf ones' connections are full.
    StuckInstances(const FleetController& controller, std::size_t each);
    ~StuckInstances();
    StuckInstances(const StuckInstances&) = delete;
    StuckInstances& operator=(const StuckInstances&) = delete;

    /// Orders until the controller gave up a connection that is not read.
    int OrdersUntilCutOff() const {
        return until_cut_off_;
    }
    /// That the controller still has a connection of.
    std::size_t Connected();
    std::size_t Count() const {
        return 2 * each_;
    }

private:
    void OpenDeaf(const std::string& name);
    void OpenMute(const std::string& name);
    void AwaitConnected(const std::string& name);
    void Beat();

    const FleetController& controller_;
    const std::size_t each_;
    platform::HttpClient http_;
    std::vector<std::string> names_;
    std::vector<wire_test::RawSocket> deaf_;
    std::vector<platform::WsClient> mute_;
    int until_cut_off_ = 0;

    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
    std::thread beats_;
};

}  // namespace bench
