#include "controller/daemon/drill_runner.hpp"

#include <exception>

#include "controller/store/drill_schedules.hpp"
#include "controller/store/drills.hpp"

namespace controller::daemon {
namespace {

/// Of those that are due at once; the others wait for the next round.
constexpr int kMostDueDrills = 20;

void ObservePhases(platform::Metrics& registry, std::string_view direction, const wire::DrillPhases& phases) {
    for (const auto& [instance, phase] : phases) {
        if (phase.applied_ms) {
            registry.HistogramFor("portcullis_drill_seconds", {direction, "applied"})
                .Observe(std::chrono::milliseconds(*phase.applied_ms));
        }
        if (phase.verified_ms) {
            registry.HistogramFor("portcullis_drill_seconds", {direction, "verified"})
                .Observe(std::chrono::milliseconds(*phase.verified_ms));
        }
    }
}

}  // namespace

DrillRunner::DrillRunner(store::Database& database, fleet::Patience patience, platform::Metrics& registry)
    : database_(database),
      patience_(patience),
      registry_(registry),
      running_(registry.GaugeFor("portcullis_drills_running")),
      unapproved_(registry.GaugeFor("portcullis_drill_schedules_unapproved")),
      last_passed_(registry.GaugeFor("portcullis_drill_last_passed_timestamp_seconds")),
      skipped_(registry.CounterFor("portcullis_drills_skipped_total")) {}

void DrillRunner::Round() {
    for (const policy::RecordId& drill : database_.Once([](store::Tx& tx) { return store::LoadRunningDrills(tx); })) {
        try {
            Continue(drill);
        } catch (const std::exception& error) {
            platform::LogLimited(limiter_, platform::Level::kWarning, "drill.not_continued",
                                 {{"drill", drill.Text()}, {"error", std::string_view(error.what())}});
        }
    }
    OrderDue();
    const store::DrillCounts counts = database_.Once([](store::Tx& tx) { return store::CountDrills(tx); });
    running_.Set(static_cast<double>(counts.running));
    unapproved_.Set(static_cast<double>(counts.unapproved_schedules));
    if (counts.last_passed_at) {
        last_passed_.Set(static_cast<double>(
            std::chrono::duration_cast<std::chrono::seconds>(counts.last_passed_at->time_since_epoch()).count()));
    }
}

void DrillRunner::Continue(const policy::RecordId& drill) {
    const auto ended = database_.Write([&](store::Tx& tx) { return app::ContinueDrill(tx, patience_, drill); });
    if (ended) {
        Count(*ended);
    }
}

void DrillRunner::OrderDue() {
    for (int i = 0; i < kMostDueDrills; ++i) {
        const app::DueDrill due = database_.Write([this](store::Tx& tx) { return app::RunDueDrill(tx, patience_); });
        if (due == app::DueDrill::kNone) {
            return;
        }
        if (due == app::DueDrill::kSkipped) {
            skipped_.Increment();
        }
    }
}

void DrillRunner::Count(const app::EndedDrill& ended) {
    registry_.CounterFor("portcullis_drills_total", {ended.outcome}).Increment();
    ObservePhases(registry_, "kill", ended.drill.killed);
    ObservePhases(registry_, "restore", ended.drill.restored);
    platform::Log(ended.outcome == "passed" ? platform::Level::kInfo : platform::Level::kWarning, "drill.ended",
                  {{"drill", ended.drill.id}, {"outcome", ended.outcome}, {"summary", ended.drill.summary}});
}

}  // namespace controller::daemon
