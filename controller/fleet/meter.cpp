#include "controller/fleet/meter.hpp"

#include <algorithm>

#include "controller/fleet/plan/checks.hpp"
#include "controller/store/fleet_numbers.hpp"

namespace fleet {
namespace {

using platform::EnumText;
using platform::MetricKind;

constexpr std::string_view kConnections = "portcullis_fleet_connections";
constexpr std::string_view kHandshakes = "portcullis_fleet_handshakes_total";
constexpr std::string_view kCut = "portcullis_fleet_connections_cut_total";
constexpr std::string_view kTurnedAway = "portcullis_fleet_orders_turned_away_total";
constexpr std::string_view kSteps = "portcullis_fleet_verification_steps_total";
constexpr std::string_view kOrderSeconds = "portcullis_fleet_order_seconds";

/// Why an instance does not take a document, as it says it.
constexpr std::array<std::string_view, 6> kReasons{"stale",       "forged",     "malformed",
                                                   "misdirected", "not_stored", "failed"};
constexpr std::string_view kOtherReason = "other";

/// What an instance is verified by: its answers, and the watch that is judged from them.
constexpr std::array<fleet::Step, 8> kVerifiedBy{fleet::Step::kValue, fleet::Step::kRestart,   fleet::Step::kProbes,
                                                 fleet::Step::kUi,    fleet::Step::kWebsocket, fleet::Step::kData,
                                                 fleet::Step::kFlags, fleet::Step::kWatch};

constexpr std::array<std::string_view, 3> kOrders{"off", "on", "flag"};

constexpr std::size_t kMostNoted = 20'000;
constexpr std::size_t kMostBegun = 1'000;
/// A kill that is not entered for so long is not one whose speed anybody asks for.
constexpr std::chrono::minutes kKeptFor{15};

std::string OrderOf(const store::OrderAge& order) {
    return std::string(order.kind != "multi_tenant" ? kOrders[2] : order.enabled ? kOrders[1] : kOrders[0]);
}

}  // namespace

std::vector<platform::MetricDefinition> MeterDefinitions() {
    return {
        {MetricKind::kGauge, kConnections, "Channels of instances that are open to this controller."},
        {MetricKind::kCounter, kHandshakes, "Channels that instances, or others, tried to open here.", {"outcome"}},
        {MetricKind::kCounter, kCut, "Channels that this controller ended.", {"reason"}},
        {MetricKind::kCounter, kTurnedAway, "Orders that instances connected here say they turned away.", {"reason"}},
        {MetricKind::kCounter,
         kSteps,
         "Steps of verifications recorded by this controller, each attempt by itself.",
         {"step", "outcome"}},
        {MetricKind::kHistogram,
         kOrderSeconds,
         "From an order, by whoever took it, until an instance had come so far here.",
         {"order", "until"},
         {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900}},
    };
}

Meter::Meter(platform::Metrics& registry) : registry_(registry) {
    Connections(0);
    for (const auto& name : platform::EnumNames<HandshakeOutcome>::kNames) {
        registry_.CounterFor(kHandshakes, {name.text});
    }
    for (const auto& name : platform::EnumNames<CutReason>::kNames) {
        registry_.CounterFor(kCut, {name.text});
    }
    for (const std::string_view reason : kReasons) {
        registry_.CounterFor(kTurnedAway, {reason});
    }
    registry_.CounterFor(kTurnedAway, {kOtherReason});
    for (const fleet::Step step : kVerifiedBy) {
        for (const auto& outcome : platform::EnumNames<StepOutcome>::kNames) {
            registry_.CounterFor(kSteps, {EnumText(step), outcome.text});
        }
    }
    for (const std::string_view order : kOrders) {
        for (const auto& milestone : platform::EnumNames<Milestone>::kNames) {
            if (milestone.value != Milestone::kSent || order == kOrders[0]) {
                registry_.HistogramFor(kOrderSeconds, {order, milestone.text});
            }
        }
    }
}

void Meter::Connections(std::size_t count) {
    registry_.GaugeFor(kConnections).Set(static_cast<double>(count));
}

void Meter::Handshake(HandshakeOutcome outcome) {
    registry_.CounterFor(kHandshakes, {EnumText(outcome)}).Increment();
}

void Meter::Cut(CutReason reason) {
    registry_.CounterFor(kCut, {EnumText(reason)}).Increment();
}

void Meter::TurnedAway(std::string_view outcome) {
    const bool known = std::find(kReasons.begin(), kReasons.end(), outcome) != kReasons.end();
    registry_.CounterFor(kTurnedAway, {known ? outcome : kOtherReason}).Increment();
}

void Meter::Step(std::string_view step, std::string_view outcome) {
    registry_.CounterFor(kSteps, {step, outcome}).Increment();
}

void Meter::Reached(const policy::RecordId& operation, Milestone milestone, std::size_t instances) {
    if (instances == 0) {
        return;
    }
    const std::lock_guard lock(mutex_);
    if (noted_.size() < kMostNoted) {
        noted_.push_back({operation, milestone, instances, platform::SteadyNow()});
    }
}

std::vector<policy::RecordId> Meter::Unknown() {
    const std::lock_guard lock(mutex_);
    if (begun_.size() > kMostBegun) {
        begun_.clear();
    }
    std::vector<policy::RecordId> unknown;
    for (const Noted& noted : noted_) {
        if (!begun_.contains(noted.operation) &&
            std::find(unknown.begin(), unknown.end(), noted.operation) == unknown.end()) {
            unknown.push_back(noted.operation);
        }
    }
    return unknown;
}

void Meter::Resolve(store::Database& database) {
    if (const auto unknown = Unknown(); !unknown.empty()) {
        const auto ages = database.Once([&](store::Tx& tx) { return store::LoadOrderAges(tx, unknown); });
        const auto now = platform::SteadyNow();
        const std::lock_guard lock(mutex_);
        for (const store::OrderAge& order : ages) {
            begun_.insert_or_assign(
                order.operation,
                Begun{OrderOf(order), now - std::chrono::duration_cast<platform::SteadyTime::duration>(order.age)});
        }
    }
    Observe();
}

void Meter::Observe() {
    const std::lock_guard lock(mutex_);
    const auto now = platform::SteadyNow();
    std::deque<Noted> unknown;
    for (Noted& noted : noted_) {
        const auto begun = begun_.find(noted.operation);
        if (begun == begun_.end()) {
            if (now - noted.at < kKeptFor) {
                unknown.push_back(std::move(noted));
            }
            continue;
        }
        const auto histogram = registry_.HistogramFor(kOrderSeconds, {begun->second.order, EnumText(noted.milestone)});
        const auto took =
            std::max(std::chrono::duration_cast<platform::Duration>(noted.at - begun->second.at), platform::Duration{});
        for (std::size_t i = 0; i < noted.instances; ++i) {
            histogram.Observe(took);
        }
    }
    noted_ = std::move(unknown);
}

}  // namespace fleet
