#include "controller/daemon/monitor.hpp"

#include <algorithm>
#include <ctime>
#include <exception>
#include <utility>

#include "controller/app/alerts.hpp"
#include "controller/app/leak_kill.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/log/log.hpp"

namespace controller::daemon {
namespace {

using platform::Level;
using std::chrono::milliseconds;

constexpr milliseconds kLongestLook{1'000};
constexpr std::size_t kMostChangesAtOnce = 100;
constexpr int kReadingsOfSpan = 4;  // fewer intervals than that say nothing
constexpr int kIntervalsUntilOld = 3;
constexpr int kIntervalsOfWindow = 20;
constexpr milliseconds kLeastUntilOld{3'000};
constexpr int kMostDroppedAtOnce = 10'000;
constexpr std::chrono::seconds kKillIsOnItsWay{30};
constexpr std::chrono::minutes kNotKilledAgainWithin{10};  // while the database does not say what is ordered
constexpr std::size_t kLongestReason = 1'000;

double ThreadCpuSeconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

EngineOptions EngineOptionsOf(const MonitorOptions& options) {
    EngineOptions engine;
    engine.series.least_covered = options.interval * kReadingsOfSpan;
    engine.series.newest_within = std::max(options.interval * kIntervalsUntilOld, kLeastUntilOld);
    engine.damping = options.damping;
    return engine;
}

}  // namespace

void LogMonitorFailure(std::string_view what, const std::exception& error) {
    static platform::LogLimiter limiter(std::chrono::seconds(30));
    platform::LogLimited(limiter, Level::kWarning, what, {{"error", std::string_view(error.what())}});
}

Monitor::Monitor(MonitorOptions options, store::Database& database, app::KillFirst& kills, platform::Metrics& registry)
    : options_(std::move(options)),
      database_(database),
      kills_(kills),
      registry_(registry),
      stamp_(FileStamp(options_.file)),
      stamp_before_(stamp_),
      targets_(ReadTargets(options_)),
      engine_(EngineOptionsOf(options_)),
      fetcher_(kScrapesAtOnce) {
    canaries_ = std::make_unique<CanaryRunner>(
        options_.canary_interval, [this](const CanaryResult& result) { return OnLeak(result); },
        [this] { fetcher_.Wake(); });
    thread_ = std::thread([this] { Loop(); });
}

Monitor::~Monitor() {
    stopping_ = true;
    fetcher_.Wake();
    thread_.join();
    canaries_.reset();
}

void Monitor::Loop() {
    while (!stopping_) {
        try {
            LookAtFile();
            KeepLease();
            if (leads_) {
                TakeCanaries();
                StartScrapes();
                Evaluate();
            }
        } catch (const store::Unavailable& lost) {
            LogMonitorFailure("monitoring.database_away", lost);
        } catch (const std::exception& error) {
            // What is on record is not what was thought to be: begin anew from there.
            registry_.CounterFor("portcullis_monitor_failures_total").Increment();
            LogMonitorFailure("monitoring.round_failed", error);
            leads_ = false;
            renew_ = platform::SteadyNow() + kLongestLook;
        }
        const auto pause = std::chrono::duration_cast<milliseconds>(NextDue() - platform::SteadyNow());
        fetcher_.Run(std::clamp(pause, milliseconds(5), kLongestLook));
    }
    if (leads_) {
        try {
            database_.Write([&](store::Tx& tx) { store::ReleaseMonitorLease(tx, options_.controller); });
        } catch (const std::exception& error) {
            LogMonitorFailure("monitoring.lease_kept", error);  // it ends by itself
        }
    }
}

platform::SteadyTime Monitor::NextDue() const {
    platform::SteadyTime next = std::min({look_at_file_, renew_, leads_ ? evaluate_ : renew_});
    for (const Scrape& scrape : scrapes_) {
        if (leads_ && !scrape.running) {
            next = std::min(next, scrape.due);
        }
    }
    return next;
}

void Monitor::KeepLease() {
    const auto now = platform::SteadyNow();
    if (now < renew_) {
        return;
    }
    renew_ = now + options_.lease / 3;
    // An exception leaves everything as it was: who held it goes on without the database.
    const bool held = database_.Write(
        [&](store::Tx& tx) { return store::HoldMonitorLease(tx, options_.controller, options_.lease); });
    if (held && !leads_) {
        BeginLeading();
    } else if (!held && leads_) {
        leads_ = false;
        scrapes_.clear();
        canaries_->Replace({});
    }
    registry_.GaugeFor("portcullis_monitor_leads").Set(leads_ ? 1 : 0);
    CountAlerts();
}

void Monitor::BeginLeading() {
    database_.Write([](store::Tx& tx) { app::PutComponent(tx); });
    engine_.Restore(database_.Read([](store::Tx& tx) { return store::LoadStandingAlerts(tx); }));
    baseline_.clear();
    leads_ = true;
    UseTargets();
    evaluate_ = platform::SteadyNow() + options_.interval;
    windows_ = platform::SteadyNow() + options_.interval * kIntervalsOfWindow;
    canaries_->Take();
    platform::Log(Level::kInfo, "monitoring.leads", {{"instances", static_cast<std::int64_t>(targets_.size())}});
}

void Monitor::CountAlerts() {
    for (const store::AlertCounts& counts : database_.Once([](store::Tx& tx) { return store::CountAlerts(tx); })) {
        registry_.GaugeFor("portcullis_alerts", {platform::EnumText(counts.severity)})
            .Set(static_cast<double>(counts.standing));
    }
}

std::string Monitor::OnLeak(const CanaryResult& result) {
    const std::string& name = result.instance.Text();
    try {
        const std::optional<bool> off = app::IsOrderedOff(database_, result.instance);
        platform::Duration since = platform::Duration::max();
        {
            const std::lock_guard lock(leaks_mutex_);
            if (const auto last = killed_.find(name); last != killed_.end()) {
                since = std::chrono::duration_cast<platform::Duration>(platform::SteadyNow() - last->second);
            }
        }
        // One that was just given may not be on record, or not there, yet.
        if (since < kKillIsOnItsWay || off.value_or(since < kNotKilledAgainWithin)) {
            platform::Log(Level::kError, "monitoring.leaks_though_off",
                          {{"instance", std::string_view(name)}, {"detail", std::string_view(result.seen.detail)}});
            return {};
        }
        const bool one = options_.leak_kills == LeakKills::kInstance;
        const auto given = app::KillForLeak(
            kills_, one ? std::optional(result.instance) : std::nullopt,
            "isolation of tenants is broken at " + name +
                ", confirmed by two tries: " + std::string(platform::TruncateUtf8(result.seen.detail, kLongestReason)));
        if (!given) {
            platform::Log(Level::kError, "monitoring.kill_refused",
                          {{"instance", std::string_view(name)}, {"error", std::string_view(given.error().detail)}});
            return {};
        }
        registry_.CounterFor("portcullis_monitor_leak_kills_total").Increment();
        platform::Log(Level::kError, "monitoring.leak_killed",
                      {{"instance", std::string_view(name)},
                       {"operation", std::string_view(given->Text())},
                       {"detail", std::string_view(result.seen.detail)}});
        const std::lock_guard lock(leaks_mutex_);
        killed_[name] = platform::SteadyNow();
        return given->Text();
    } catch (const std::exception& error) {
        platform::Log(Level::kError, "monitoring.kill_failed",
                      {{"instance", std::string_view(name)}, {"error", std::string_view(error.what())}});
        return {};
    }
}

void Monitor::TakeCanaries() {
    for (const CanaryResult& result : canaries_->Take()) {
        registry_.CounterFor("portcullis_monitor_canaries_total", {platform::EnumText(result.seen.is)}).Increment();
        engine_.TakeCanary(result, platform::SystemNow());
        if (result.confirmed) {
            evaluate_ = platform::SteadyNow();
        }
        store::CanarySighting sighting;
        sighting.instance = result.instance.Text();
        sighting.outcome = std::string(platform::EnumText(result.seen.is));
        sighting.confirmed = result.confirmed;
        sighting.detail = result.seen.detail;
        sighting.tried_at = result.tried_at;
        try {
            database_.Write([&](store::Tx& tx) { store::PutCanarySighting(tx, sighting); });
        } catch (const store::Unavailable& lost) {
            LogMonitorFailure("monitoring.database_away", lost);  // the next one is written
        }
    }
}

void Monitor::Evaluate() {
    const auto now = platform::SteadyNow();
    if (now < evaluate_) {
        return;
    }
    evaluate_ = now + options_.interval;
    const double before = ThreadCpuSeconds();
    const platform::Time moment = platform::SystemNow();
    engine_.Evaluate(moment);
    registry_.HistogramFor("portcullis_monitor_evaluation_cpu_seconds").Observe(ThreadCpuSeconds() - before);
    const auto measured = static_cast<double>(engine_.Measured(moment));
    registry_.GaugeFor("portcullis_monitored_instances", {"measured"}).Set(measured);
    registry_.GaugeFor("portcullis_monitored_instances", {"not_measured"})
        .Set(static_cast<double>(std::ranges::count_if(targets_, &MonitoredTarget::HasMetrics)) - measured);
    WriteChanges();
    KeepWindows();
    const std::string newest = database_.Once([](store::Tx& tx) { return store::NewestBaselineId(tx); });
    if (newest != baseline_) {
        store::NewestBaseline loaded = database_.Read([](store::Tx& tx) { return store::LoadNewestBaseline(tx); });
        engine_.SetBaselines(std::move(loaded.of));
        baseline_ = loaded.id;
    }
}

void Monitor::WriteChanges() {
    for (;;) {
        std::vector<AlertChange> changes = engine_.Changes(kMostChangesAtOnce);
        if (changes.empty()) {
            return;
        }
        std::vector<store::Alert> written;
        const bool held = database_.Write([&](store::Tx& tx) {
            written.clear();
            if (!store::HoldMonitorLease(tx, options_.controller, options_.lease)) {
                return false;
            }
            for (const AlertChange& change : changes) {
                store::Alert alert = change.alert;
                if (change.leak) {
                    app::WriteLeak(tx, change.before, alert);
                } else {
                    app::WriteAlert(tx, change.before, alert);
                }
                written.push_back(std::move(alert));
            }
            return true;
        });
        if (!held) {
            return;  // another one goes on with what is on record
        }
        for (const store::Alert& alert : written) {
            engine_.Written(alert);
        }
    }
}

void Monitor::KeepWindows() {
    const auto now = platform::SteadyNow();
    const std::vector<store::MonitorWindow> windows = engine_.Windows(platform::SystemNow());
    if (now < windows_) {
        if (!windows.empty()) {
            database_.Write([&](store::Tx& tx) { store::PutPresentWindows(tx, windows); });
        }
        return;
    }
    windows_ = now + options_.interval * kIntervalsOfWindow;
    database_.Write([&](store::Tx& tx) {
        store::PutPresentWindows(tx, windows);
        store::AppendWindows(tx, windows);
        store::DropOldWindows(tx, options_.retention, kMostDroppedAtOnce);
        store::DropOldAlerts(tx, options_.retention, kMostDroppedAtOnce);
    });
}

}  // namespace controller::daemon
