// Kills of a whole fleet, one after another, each followed until every instance is verified for it: what bench_fleet
// measures of them, and how it shows that.
//
// One thread. std::runtime_error when a kill does not reach everybody, or the controller claims what was not seen.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/fleet_controller.hpp"
#include "tests/bench/fleet_load.hpp"
#include "tests/bench/fleet_plan.hpp"

namespace bench {

/// In milliseconds since before the order was sent.
struct KillTimes {
    // One value of each instance and order; `accepted` of each order.
    std::vector<double> accepted;
    std::vector<double> delivered;
    std::vector<double> answered;
    std::vector<double> applied;
    std::vector<double> verified;
    // One value of each order: its own 99th percentile, its last instance. Bounds are held against their median, so
    // that they speak of orders and not of the one moment when the machine did something else.
    std::vector<double> delivered_p99;
    std::vector<double> applied_p99;
    std::vector<double> verified_last;
    std::vector<double> transactions;  // that its acknowledgements took
    /// Milliseconds of one processor since before it was sent; one value of each order.
    struct Work {
        std::vector<double> controller;
        std::vector<double> database;
        std::vector<double> benchmark;
    };
    Work worked_entered;
    Work worked_applied;
    /// How far an order was when, in the order of its way; one value of each order.
    std::vector<std::pair<std::string, std::vector<double>>> phases;
};

/// `expected`: instances, those that are not simulated included.
KillTimes MeasureKills(const FleetController& controller, SimulatedFleet& fleet, std::size_t expected,
                       std::size_t rounds);
/// `beside`: what else is so, for each line.
void ShowKills(Sheet& sheet, const std::string& beside, const KillTimes& kill);
void ShowPhases(Sheet& sheet, const KillTimes& kill);

}  // namespace bench
