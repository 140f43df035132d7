// The simulated instances of bench_fleet.
//
// What is real: the handshake with a token of an enrolment, the WebSocket (platform/ws), the orders' end
// tenancy::link::ControlLink (it checks the signature against the key it pinned, compares the generation, writes state
// and floor and flushes them, moves a switch), reports every ten seconds and after each order, an inventory, and
// the answers to questions: the checklist of tenancy/probe, of one real pulsed that they share (fleet_prober.hpp).
// What is not: all instances are in one process. One thread reads the sockets and notes when a message arrived, a few
// work the messages off, those of one instance in the order of their arrival, at a low priority: a fleet checks and
// stores its orders on machines of its own, here that must not take the processor from the controller that is measured.
// It still costs what it costs, and shares it with what is measured as applied. Nobody dials again: a connection that
// is lost stays lost, and is counted.
//
// The folders of the links lie in memory when there is room: a thousand instances have a thousand disks. What the flush
// of one instance's own disk adds is measured beside it (MeasureOneOrder).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/ws/client.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/wire/channel.hpp"
#include "tests/bench/fleet_controller.hpp"
#include "tests/bench/fleet_prober.hpp"
#include "tests/support/temp_dir.hpp"

namespace bench {

double MillisecondsBetween(platform::SteadyTime from, platform::SteadyTime to);

/// What became of one order, in milliseconds from the moment Begin was called.
struct OrderTimes {
    std::vector<double> delivered;  // the message was read from the socket
    std::vector<double> answered;   // signature checked, stored, the acknowledgement handed to the socket
};

class SimulatedFleet {
public:
    /// Enrols and connects `size` instances and waits until each knows its controller's key and has reported.
    /// `prober`: null when nobody asks them to look at themselves.
    SimulatedFleet(const FleetController& controller, const std::string& prefix, std::size_t size, FleetProber* prober);
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
    /// Instances whose document in force is one of this operation.
    std::size_t Following(const std::string& operation) const;
    std::size_t OrdersTaken() const {
        return orders_taken_.load();
    }
    /// Documents that were turned away, and messages that could not be read.
    std::size_t Refused() const {
        return refused_.load();
    }
    std::size_t Connected() const;
    std::string WhyLost() const;  // of one that is not connected any more

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
    /// Instances are dealt to them by their numbers.
    struct Worker {
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<Arrived> arrived;
        bool over = false;
        std::thread thread;
    };

    void ConnectSome(const FleetController& controller, std::size_t from, std::size_t step);
    void ConnectOne(const FleetController& controller, platform::HttpClient& http, std::size_t index);
    void EndWorkers();
    void Work(Worker& worker);
    void Take(const Arrived& arrived);
    void TakeWelcome(Instance& instance, const tenancy::wire::Welcome& welcome);
    void TakeOrder(Instance& instance, const tenancy::wire::Order& order, platform::SteadyTime at);
    void TakeQuestion(Instance& instance, const tenancy::wire::VerifyRequest& request);
    void Beat();
    std::string ReportOf(const Instance& instance, const std::optional<tenancy::wire::OrderAnswer>& answer) const;

    const platform::Time started_at_ = platform::SystemNow();
    const platform::SteadyTime started_ = platform::SteadyNow();
    support::TempDir folder_ = support::TempDir::InMemory("bench-fleet");
    FleetProber* const prober_;
    std::vector<std::unique_ptr<Instance>> instances_;
    std::shared_ptr<platform::WsThread> sockets_;
    std::vector<std::unique_ptr<Worker>> workers_;

    mutable std::mutex mutex_;  // the fields below
    std::condition_variable changed_;
    platform::SteadyTime began_;
    OrderTimes times_;
    std::size_t welcomed_ = 0;
    std::string problem_;
    bool over_ = false;

    std::atomic<std::size_t> orders_taken_{0};
    std::atomic<std::size_t> refused_{0};
    std::thread beats_;
};

/// What one order takes by itself, in milliseconds: a median each.
struct OneOrder {
    double sign = 0;    // written, signed, put into its message
    double disk = 0;    // read, checked and stored, with the folder on this machine's disk
    double memory = 0;  // the same with the folder in memory
};
OneOrder MeasureOneOrder();

}  // namespace bench
