#include "tests/bench/fleet_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

struct PlanOption {
    std::string_view name;
    std::size_t FleetPlan::*value;
    std::size_t least;
    std::string_view help;
};

constexpr std::array<PlanOption, 9> kPlanOptions{{
    {"--instances", &FleetPlan::instances, 0,
     "simulated instances whose kill is measured; 0: neither that nor polling"},
    {"--real", &FleetPlan::real, 1, "pulseds among them"},
    {"--rounds", &FleetPlan::rounds, 1, "kills that are measured"},
    {"--stuck", &FleetPlan::stuck, 0, "instances that read nothing, and as many that never acknowledge; 0: none"},
    {"--idle", &FleetPlan::idle, 0, "connections that are only held; 0: none"},
    {"--orders", &FleetPlan::orders, 0, "orders one after another; 0: none"},
    {"--burst-instances", &FleetPlan::burst_instances, 1, "instances that get them"},
    {"--clients", &FleetPlan::clients, 1, "clients that give them"},
    {"--polling", &FleetPlan::polling, 0, "seconds between two questions of an instance that polls; 0: not measured"},
}};

std::size_t NumberOf(const PlanOption& option, const std::string& text) {
    std::size_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number < option.least) {
        throw std::runtime_error(std::string(option.name) + " needs a number of at least " +
                                 std::to_string(option.least) + ", not '" + text + "'");
    }
    return number;
}

}  // namespace

FleetPlan ReadFleetPlan(const std::vector<std::string>& arguments) {
    FleetPlan plan;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const auto option = std::ranges::find(kPlanOptions, std::string_view(arguments[i]), &PlanOption::name);
        if (option == kPlanOptions.end()) {
            throw std::runtime_error("'" + arguments[i] + "' is not known. There are:\n" + FleetPlanHelp());
        }
        if (i + 1 == arguments.size()) {
            throw std::runtime_error("the number behind " + arguments[i] + " is missing");
        }
        plan.*option->value = NumberOf(*option, arguments[i + 1]);
    }
    return plan;
}

std::string FleetPlanHelp() {
    const FleetPlan usual;
    std::string help;
    for (const PlanOption& option : kPlanOptions) {
        help += "  " + std::string(option.name) + " N (" + std::to_string(usual.*option.value) + ")  " +
                std::string(option.help) + "\n";
    }
    return help;
}

double PercentileOf(std::vector<double> values, double share) {
    if (values.empty()) {
        throw std::runtime_error("there is nothing that a percentile could be taken of");
    }
    const auto count = static_cast<double>(values.size());
    // What is a whole number but for the rounding of the product is that number.
    const double rank = std::clamp(std::ceil(share * count - 1e-9), 1.0, count);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
    std::ranges::nth_element(values, at);
    return *at;
}

double MedianOf(std::vector<double> values) {
    return PercentileOf(std::move(values), 0.5);
}

std::string Rounded(double value) {
    std::ostringstream text;
    text.precision(4);
    if (std::abs(value) >= 1000) {
        text.precision(0);
        text << std::fixed;
    }
    text << value;
    return text.str();
}

void Sheet::Say(std::string_view line) {
    out_ << line << std::endl;  // who watches a pipe sees how far it is
}

void Sheet::Times(std::string_view what, const std::vector<double>& times) {
    Say(std::string(what) + ": median " + Rounded(MedianOf(times)) + ", p99 " + Rounded(PercentileOf(times, 0.99)) +
        ", longest " + Rounded(PercentileOf(times, 1)) + " ms");
}

void Sheet::AtMost(std::string_view what, double value, std::string_view unit, double bound) {
    const bool is_met = value <= bound;  // not so for what is no number
    met_ = met_ && is_met;
    Say("  " + std::string(what) + ": " + Rounded(value) + " " + std::string(unit) + ", bound " + Rounded(bound) +
        (is_met ? ": met" : ": MISSED"));
}

void Sheet::Must(std::string_view what, bool is_so, std::string_view found) {
    met_ = met_ && is_so;
    Say("  " + std::string(what) + ": " + std::string(found) + (is_so ? ": met" : ": MISSED"));
}

}  // namespace bench
