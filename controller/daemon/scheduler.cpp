#include "controller/daemon/scheduler.hpp"

#include <exception>

#include "controller/app/audit_export.hpp"
#include "controller/store/audit.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/idempotency.hpp"
#include "controller/store/schedule.hpp"
#include "platform/log/log.hpp"

namespace controller::daemon {
namespace {

constexpr platform::Duration kKeysLive = std::chrono::hours(24);
constexpr int kKeysPerRound = 1'000;

}  // namespace

Scheduler::Scheduler(store::Database& database, const platform::SigningKey& key, platform::Metrics& registry,
                     SchedulerOptions options)
    : database_(database),
      key_(key),
      options_(options),
      rounds_(registry.CounterFor("portcullis_scheduler_rounds_total")),
      failures_(registry.CounterFor("portcullis_scheduler_failures_total")),
      checkpoints_(registry.CounterFor("portcullis_audit_checkpoints_total")),
      leads_(registry.GaugeFor("portcullis_scheduler_leads")),
      drills_(database, options.patience, registry),
      incident_clocks_(database, registry),
      notifications_(database, options.event_retention, registry),
      thread_([this] { Run(); }) {}

Scheduler::~Scheduler() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Scheduler::Run() {
    platform::LogLimiter limiter(std::chrono::seconds(30));
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        try {
            Round();
        } catch (const std::exception& error) {
            failures_.Increment();
            leads_.Set(0);
            platform::LogLimited(limiter, platform::Level::kWarning, "scheduler.round_failed",
                                 {{"error", std::string_view(error.what())}});
        }
        lock.lock();
        changed_.wait_for(lock, options_.round, [this] { return stopping_; });
    }
}

bool Scheduler::CheckpointIsDue(store::Tx& tx) {
    const std::int64_t head = store::LoadAuditHead(tx).seq;
    const auto last = store::LoadLastCheckpoint(tx);
    if (head == (last ? last->seq : 0)) {
        return false;
    }
    return !last || head - last->seq >= options_.checkpoint_entries ||
           store::Now(tx) - last->at >= options_.checkpoint_interval;
}

void Scheduler::Round() {
    const bool led = database_.Write([&](store::Tx& tx) {
        if (!store::TryLockSchedules(tx)) {
            return false;
        }
        store::DropIdempotencyKeys(tx, kKeysLive, kKeysPerRound);
        if (CheckpointIsDue(tx) && app::MakeCheckpoint(tx, key_)) {
            checkpoints_.Increment();
        }
        return true;
    });
    if (led) {
        incident_clocks_.RecordBreaches();
        notifications_.Round();
        drills_.Round();
    }
    incident_clocks_.Count();
    notifications_.Count();
    rounds_.Increment();
    leads_.Set(led ? 1 : 0);
}

}  // namespace controller::daemon
