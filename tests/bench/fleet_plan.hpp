// What bench_fleet is asked to do, and how its figures are summed up and held against their bounds.
//
// Pure but for Sheet, which prints what it is told. One thread.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// A part of which there are 0 is left out.
struct FleetPlan {
    std::size_t instances = 1000;      // simulated ones
    std::size_t real = 2;              // pulseds among them; at least one, whom the simulated ones probe
    std::size_t rounds = 5;            // kills that are measured, and as many beside stuck instances
    std::size_t stuck = 5;             // that read nothing, and as many that never acknowledge
    std::size_t idle = 10'000;         // connections that are only held
    std::size_t orders = 5'000;        // one after another
    std::size_t burst_instances = 20;  // to whom
    std::size_t clients = 4;           // that give them
    std::size_t polling = 15;          // seconds between two questions of the same fleet, were it to ask
};

/// `--name number` pairs, as the program gets them. std::runtime_error says what is wrong with them.
FleetPlan ReadFleetPlan(const std::vector<std::string>& arguments);
std::string FleetPlanHelp();

/// The nearest rank: of a hundred the 99th for 0.99. std::runtime_error when there are none.
double PercentileOf(std::vector<double> values, double share);
double MedianOf(std::vector<double> values);

/// Figures, one a line, and whether every bound was met.
class Sheet {
public:
    explicit Sheet(std::ostream& out) : out_(out) {}

    void Say(std::string_view line);
    /// Median, p99 and the longest of so many milliseconds.
    void Times(std::string_view what, const std::vector<double>& times);
    void AtMost(std::string_view what, double value, std::string_view unit, double bound);
    void Must(std::string_view what, bool is_so, std::string_view found);
    bool Met() const {
        return met_;
    }

private:
    std::ostream& out_;
    bool met_ = true;
};

/// With four digits that count.
std::string Rounded(double value);

}  // namespace bench
