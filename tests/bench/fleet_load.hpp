// What bench_fleet measures: the real portcullisd on a private cluster with fsync, and simulated instances.
//
// A simulated instance is the real end of the orders, tenancy::link::ControlLink (it checks the signature against the
// key it pinned at its enrolment, compares the generation, writes state and floor and flushes them, moves a switch),
// behind a light channel: one WebSocket of platform/ws. All instances share two threads: one reads the sockets and
// notes when a message arrived, one works the messages off in the order of their arrival, as the one thread of each
// real instance would. They report every ten seconds, as real ones do.
//
// The folders of the links lie in memory when there is room: a thousand instances have a thousand disks. What the flush
// of one instance's own disk adds is measured beside it (FlushMilliseconds).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"
#include "platform/postgres/cluster.hpp"
#include "platform/ws/client.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/wire/channel.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace bench {

double MillisecondsBetween(platform::SteadyTime from, platform::SteadyTime to);
double PercentileOf(std::vector<double> values, double share);

class BenchController {
public:
    explicit BenchController(std::vector<std::string> arguments = {});
    ~BenchController();
    BenchController(const BenchController&) = delete;
    BenchController& operator=(const BenchController&) = delete;

    /// std::runtime_error unless it is answered with 2xx. The client's thread.
    platform::Json Call(platform::HttpClient& client, const std::string& method, const std::string& path,
                        const platform::Json& body = {}) const;
    std::uint16_t FleetPort() const {
        return fleet_port_;
    }
    std::string AppConninfo() const {
        return cluster_->AppConninfo("portcullis");
    }
    double ResidentMebibytes() const;
    /// A token for the instance, with the fingerprint behind the dot.
    std::string Enrol(platform::HttpClient& client, const std::string& instance) const;
    /// The operation that switches these off, or everybody when there are none.
    platform::Json Kill(platform::HttpClient& client, const std::vector<std::string>& instances = {}) const;

private:
    support::TempDir folder_;
    std::unique_ptr<platform::PrivateCluster> cluster_;
    std::unique_ptr<support::Process> process_;
    std::uint16_t port_ = 0;
    std::uint16_t fleet_port_ = 0;
    std::string token_;
};

/// What became of one order, in milliseconds from the moment Begin was called.
struct OrderTimes {
    std::vector<double> delivered;  // the message was read from the socket
    std::vector<double> answered;   // signature checked, stored, the acknowledgement handed to the socket
};

class SimulatedFleet {
public:
    /// Enrols and connects `size` instances and waits until each knows its controller's key.
    SimulatedFleet(const BenchController& controller, const std::string& prefix, std::size_t size);
    ~SimulatedFleet();
    SimulatedFleet(const SimulatedFleet&) = delete;
    SimulatedFleet& operator=(const SimulatedFleet&) = delete;

    std::vector<std::string> Names() const;
    /// From now on the first order that reaches each instance counts.
    void Begin();
    platform::SteadyTime Began() const;
    /// Until each instance has answered an order; false at the deadline.
    bool AwaitAnswers(std::chrono::seconds patience);
    OrderTimes Times() const;
    /// What all have accepted last; nothing when they differ.
    std::optional<std::int64_t> CommonGeneration() const;
    std::size_t OrdersTaken() const {
        return orders_taken_.load();
    }
    std::size_t Refused() const {
        return refused_.load();
    }
    std::size_t Connected() const;

private:
    struct Instance {
        std::string name;
        std::string boot_id;
        std::string credential;
        tenancy::TenantSwitch tenants;
        std::unique_ptr<tenancy::link::ControlLink> link;
        std::optional<platform::WsClient> client;
        bool measured = false;  // since Begin
    };
    struct Arrived {
        std::size_t instance = 0;
        std::string text;
        platform::SteadyTime at;
    };

    void Connect(const BenchController& controller, std::size_t from, std::size_t step);
    void ConnectOne(const BenchController& controller, platform::HttpClient& http, std::size_t index);
    void Work();
    void Take(const Arrived& arrived);
    void TakeOrder(Instance& instance, const tenancy::wire::Order& order, platform::SteadyTime at);
    void Beat();
    std::string ReportOf(const Instance& instance, const std::optional<tenancy::wire::OrderAnswer>& answer) const;

    const platform::Time started_at_ = platform::SystemNow();
    support::TempDir folder_ = support::TempDir::InMemory("bench-fleet");
    std::vector<std::unique_ptr<Instance>> instances_;
    std::shared_ptr<platform::WsThread> sockets_;

    mutable std::mutex mutex_;  // the fields below
    std::condition_variable arrived_changed_;
    std::condition_variable done_;
    std::deque<Arrived> arrived_;
    platform::SteadyTime began_;
    OrderTimes times_;
    std::size_t welcomed_ = 0;
    std::string problem_;
    bool over_ = false;

    std::atomic<std::size_t> orders_taken_{0};
    std::atomic<std::size_t> refused_{0};
    std::thread worker_;
    std::thread beats_;
};

/// How long ControlLink::Accept takes on this machine's disk and how long in memory: a median each.
struct FlushTimes {
    double disk = 0;
    double memory = 0;
};
FlushTimes MeasureFlush();

}  // namespace bench
