#include "controller/daemon/fleet_gauges.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "controller/fleet/facts/operation_facts.hpp"
#include "controller/store/operation_parts.hpp"
#include "platform/log/log.hpp"

namespace controller::daemon {

using platform::MetricKind;

namespace {

constexpr std::string_view kInstances = "portcullis_fleet_instances";
constexpr std::string_view kUnheard = "portcullis_fleet_unheard_instances";
constexpr std::string_view kOperations = "portcullis_fleet_operations";
constexpr std::string_view kOutcomes = "portcullis_fleet_operation_instances";
constexpr std::string_view kNotEntered = "portcullis_kills_not_entered";
constexpr std::string_view kJournalTrouble = "portcullis_kill_journal_trouble_total";
constexpr std::string_view kDrillOutcome = "portcullis_drill_last_outcome";

constexpr std::array<std::string_view, 3> kOrderedOfInstance{"off", "on", "environment"};
constexpr std::array<std::string_view, 5> kReported{"off", "on", "hosted", "unheard", "never"};
constexpr std::array<std::string_view, 4> kUnheardFor{"under_5m", "under_1h", "under_1d", "longer"};
constexpr std::array<std::string_view, 3> kOrderedByOperation{"off", "on", "flag"};
constexpr std::array<std::string_view, 5> kStates{"running", "watching", "halted", "as_ordered", "not_as_ordered"};
constexpr std::array<std::string_view, 3> kDrillOutcomes{"passed", "failed", "aborted"};

/// Event of app::KillFirst -> value of the label.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTroubles{{
    {"kill_journal.failed", "not_written"},
    {"kill_journal.damaged", "damaged"},
    {"kill_journal.not_understood", "not_understood"},
    {"kill_journal.push_failed", "not_sent"},
    {"kill_journal.refused", "refused"},
    {"kill_journal.waits", "waits"},
}};

constexpr std::chrono::seconds kEvery{5};
constexpr std::chrono::seconds kLookAtMeter{1};
constexpr int kShareOfTime = 20;  // so many times what it takes is the least pause
constexpr std::chrono::minutes kAskedLately{2};
constexpr std::chrono::seconds kTooOld{20};

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::string_view OrderedBy(const store::Operation& operation) {
    return operation.kind != "multi_tenant" ? kOrderedByOperation[2]
           : operation.enabled              ? kOrderedByOperation[1]
                                            : kOrderedByOperation[0];
}

std::string_view StateOf(const fleet::CountedOperation& counted) {
    switch (counted.verdict.Status(counted.halted.has_value())) {
        case fleet::OperationStatus::kRunning:
            return kStates[0];
        case fleet::OperationStatus::kWatching:
            return counted.verdict.Complete() ? kStates[1] : kStates[4];
        case fleet::OperationStatus::kHalted:
            return kStates[2];
        case fleet::OperationStatus::kDone:
            break;
    }
    return counted.verdict.Complete() ? kStates[3] : kStates[4];
}

double Number(std::int64_t value) {
    return static_cast<double>(value);
}

}  // namespace

std::vector<platform::MetricDefinition> FleetGaugeDefinitions() {
    return {
        {MetricKind::kGauge,
         kInstances,
         "Instances that are not retired, by what they are ordered and what they say of their switch.",
         {"ordered", "reported"}},
        {MetricKind::kGauge, kUnheard, "Of these, those that are not heard any more, by how long.", {"for"}},
        {MetricKind::kGauge, "portcullis_fleet_longest_silence_seconds",
         "Since the last word of the instance that is silent for longest; 0: all are heard."},
        {MetricKind::kGauge, "portcullis_fleet_orders_outstanding",
         "Instances that do not say that their newest order is in force."},
        {MetricKind::kGauge, "portcullis_fleet_oldest_outstanding_seconds", "Age of the oldest of these orders."},
        {MetricKind::kGauge,
         kOperations,
         "Operations that stand: the newest for some instance, by what they have come to.",
         {"ordered", "state"}},
        {MetricKind::kGauge,
         kOutcomes,
         "Instances of operations that stand, by what those have come to on them.",
         {"ordered", "outcome"}},
        {MetricKind::kGauge, "portcullis_kill_reviews_open", "Reviews of kills that are not completed."},
        {MetricKind::kGauge, "portcullis_flags_killed", "Flags that are killed."},
        {MetricKind::kGauge, kNotEntered, "Kills given to this controller that the database does not have yet."},
        {MetricKind::kCounter, kJournalTrouble, "What went wrong with this controller's journal of kills.", {"what"}},
        {MetricKind::kGauge, "portcullis_fleet_key_age_seconds",
         "Since the newest key that signs orders was named, or the first instance was to be let in."},
        {MetricKind::kGauge, "portcullis_fleet_keys_behind",
         "Instances that have not pinned the key that is handed over to."},
        {MetricKind::kGauge, "portcullis_fleet_credential_age_seconds", "Age of the oldest credential in use."},
        {MetricKind::kGauge, "portcullis_fleet_credentials_to_replace", "Credentials in use that are to be replaced."},
        {MetricKind::kGauge, "portcullis_drill_last_passed_age_seconds",
         "Since a drill passed last, by the clock of the rules; +Inf: none did."},
        {MetricKind::kGauge, kDrillOutcome, "1 for what the drill that ended last came to.", {"outcome"}},
    };
}

void CountKillEvent(platform::Metrics& registry, std::string_view event) {
    for (const auto& [told, what] : kTroubles) {
        if (event == told) {
            registry.CounterFor(kJournalTrouble, {what}).Increment();
        }
    }
}

FleetGauges::FleetGauges(platform::Metrics& registry, store::Database& database, fleet::Patience patience,
                         fleet::Meter& meter, const app::KillFirst& kills)
    : registry_(registry), database_(database), patience_(patience), meter_(meter), kills_(kills) {
    for (const auto& [told, what] : kTroubles) {
        registry_.CounterFor(kJournalTrouble, {what});
    }
    registry_.BeforeRender([this] { Publish(); });
    thread_ = std::thread([this] { Run(); });
}

FleetGauges::~FleetGauges() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void FleetGauges::Run() {
    platform::LogLimiter limiter(std::chrono::seconds(30));
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto now = platform::SteadyNow();
        const bool due = now >= next_at_ && now - asked_at_ < kAskedLately;
        lock.unlock();
        try {
            meter_.Resolve(database_);
            if (due) {
                Refresh();
            }
        } catch (const std::exception& error) {
            platform::LogLimited(limiter, platform::Level::kWarning, "fleet.not_measured",
                                 {{"error", std::string_view(error.what())}});
        }
        lock.lock();
        changed_.wait_for(lock, kLookAtMeter, [this] { return stopping_; });
    }
}

void FleetGauges::Refresh() {
    const auto began = platform::SteadyNow();
    Known known = database_.Read([this](store::Tx& tx) {
        return Known{store::LoadInstanceGroups(tx, patience_.silence), store::LoadFleetNumbers(tx, patience_.silence),
                     fleet::CountOperations(tx, store::LoadStandingOperations(tx), patience_)};
    });
    const auto now = platform::SteadyNow();
    const std::lock_guard lock(mutex_);
    known_ = std::move(known);
    known_at_ = began;
    next_at_ = now + std::max<platform::SteadyTime::duration>(kEvery, kShareOfTime * (now - began));
}

void FleetGauges::Publish() {
    std::optional<Known> known;
    {
        const std::lock_guard lock(mutex_);
        asked_at_ = platform::SteadyNow();
        if (known_ &&
            asked_at_ - known_at_ < std::max<platform::SteadyTime::duration>(kTooOld, 3 * (next_at_ - known_at_))) {
            known = known_;
        }
    }
    registry_.GaugeFor(kNotEntered).Set(static_cast<double>(kills_.NotEntered()));
    PublishInstances(known);
    PublishOperations(known);
    PublishNumbers(known);
}

void FleetGauges::PublishInstances(const std::optional<Known>& known) {
    std::map<std::pair<std::string_view, std::string_view>, std::int64_t> instances;
    std::map<std::string_view, std::int64_t> unheard;
    if (known) {
        for (const store::InstanceGroup& group : known->groups) {
            instances[{group.ordered, group.reported}] += group.instances;
            unheard[group.unheard] += group.instances;
        }
    }
    for (const std::string_view ordered : kOrderedOfInstance) {
        for (const std::string_view reported : kReported) {
            registry_.GaugeFor(kInstances, {ordered, reported})
                .Set(known ? Number(instances[{ordered, reported}]) : kUnknown);
        }
    }
    for (const std::string_view span : kUnheardFor) {
        registry_.GaugeFor(kUnheard, {span}).Set(known ? Number(unheard[span]) : kUnknown);
    }
}

void FleetGauges::PublishOperations(const std::optional<Known>& known) {
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> operations;
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> instances;
    if (known) {
        for (const fleet::CountedOperation& counted : known->operations) {
            const std::string_view ordered = OrderedBy(counted.operation);
            ++operations[{ordered, StateOf(counted)}];
            for (const auto& name : platform::EnumNames<fleet::InstanceOutcome>::kNames) {
                instances[{ordered, name.text}] += counted.Standing(name.value);
            }
        }
    }
    for (const std::string_view ordered : kOrderedByOperation) {
        for (const std::string_view state : kStates) {
            registry_.GaugeFor(kOperations, {ordered, state})
                .Set(known ? static_cast<double>(operations[{ordered, state}]) : kUnknown);
        }
        for (const auto& name : platform::EnumNames<fleet::InstanceOutcome>::kNames) {
            registry_.GaugeFor(kOutcomes, {ordered, name.text})
                .Set(known ? static_cast<double>(instances[{ordered, name.text}]) : kUnknown);
        }
    }
}

void FleetGauges::PublishNumbers(const std::optional<Known>& known) {
    const store::FleetNumbers numbers = known ? known->numbers : store::FleetNumbers{};
    const auto set = [&](std::string_view name, double value) {
        registry_.GaugeFor(name).Set(known ? value : kUnknown);
    };
    const auto age = [](const std::optional<std::int64_t>& seconds, double none) {
        return seconds ? Number(*seconds) : none;
    };
    set("portcullis_fleet_longest_silence_seconds", Number(numbers.longest_silence));
    set("portcullis_fleet_orders_outstanding", Number(numbers.orders_outstanding));
    set("portcullis_fleet_oldest_outstanding_seconds", Number(numbers.oldest_outstanding));
    set("portcullis_kill_reviews_open", Number(numbers.open_reviews));
    set("portcullis_flags_killed", Number(numbers.flags_killed));
    set("portcullis_fleet_key_age_seconds", age(numbers.key_age, 0));
    set("portcullis_fleet_keys_behind", Number(numbers.keys_behind));
    set("portcullis_fleet_credential_age_seconds", age(numbers.credential_age, 0));
    set("portcullis_fleet_credentials_to_replace", Number(numbers.credentials_to_replace));
    set("portcullis_drill_last_passed_age_seconds",
        age(numbers.drill_passed_age, std::numeric_limits<double>::infinity()));
    for (const std::string_view outcome : kDrillOutcomes) {
        registry_.GaugeFor(kDrillOutcome, {outcome}).Set(known ? (numbers.drill_outcome == outcome ? 1 : 0) : kUnknown);
    }
}

}  // namespace controller::daemon
