#include "controller/daemon/monitor.hpp"

#include <algorithm>
#include <ctime>
#include <exception>
#include <functional>
#include <utility>

#include "controller/app/alerts.hpp"
#include "controller/app/leak_kill.hpp"
#include "controller/wire/exposition.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/log/log.hpp"

namespace controller::daemon {
namespace {

using platform::Level;
using platform::MetricKind;
using std::chrono::milliseconds;
using tenancy::probe::Isolation;

constexpr std::size_t kScrapesAtOnce = 64;
constexpr std::size_t kMostMetricsBytes = std::size_t{8} * 1024 * 1024;
constexpr milliseconds kScrapeWithin{10'000};
constexpr milliseconds kLookAtFileEvery{1'000};
constexpr milliseconds kLongestPause{1'000};
constexpr std::size_t kMostChangesAtOnce = 100;
constexpr int kReadingsOfSpan = 4;  // fewer intervals than that say nothing
constexpr int kIntervalsUntilOld = 3;
constexpr int kIntervalsOfWindow = 20;
constexpr milliseconds kLeastUntilOld{3'000};
constexpr milliseconds kLeastScrapePatience{2'000};
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

void LogMonitorFailure(std::string_view what, const std::exception& error) {
    static platform::LogLimiter limiter(std::chrono::seconds(30));
    platform::LogLimited(limiter, Level::kWarning, what, {{"error", std::string_view(error.what())}});
}

}  // namespace

MonitorOptions MonitorOptionsOf(const platform::Settings& settings, const std::string& controller) {
    const auto span = [&](std::string_view key) {
        return std::chrono::duration_cast<milliseconds>(settings.DurationOf(key));
    };
    MonitorOptions options;
    options.file = settings.Text("monitoring-file");
    options.controller = controller;
    options.interval = span("monitoring-interval");
    options.canary_interval = span("monitoring-canary-interval");
    options.damping = {settings.DurationOf("monitoring-alert-after"), settings.DurationOf("monitoring-alert-ends")};
    options.retention = settings.DurationOf("monitoring-retention");
    options.leak_kills =
        settings.Text("monitoring-leak-kills") == "instance" ? LeakKills::kInstance : LeakKills::kFleet;
    return options;
}

std::vector<platform::MetricDefinition> MonitorMetricDefinitions() {
    return {
        {MetricKind::kGauge, "portcullis_monitor_leads", "1 while this controller does the monitoring."},
        {MetricKind::kGauge, "portcullis_monitoring_file_ok",
         "0 while the file of monitored instances cannot be used and an older reading of it is in use."},
        {MetricKind::kGauge,
         "portcullis_monitored_instances",
         "Instances whose counters are to be read, by whether they are; known to the one that monitors.",
         {"state"}},
        {MetricKind::kCounter, "portcullis_monitor_scrapes_total", "Scrapes of instances.", {"outcome"}},
        {MetricKind::kCounter, "portcullis_monitor_canaries_total", "Tries of isolation canaries.", {"outcome"}},
        {MetricKind::kCounter, "portcullis_monitor_leak_kills_total", "Kills given for confirmed leaks."},
        {MetricKind::kCounter, "portcullis_monitor_failures_total", "Rounds of monitoring that failed."},
        {MetricKind::kHistogram,
         "portcullis_monitor_evaluation_cpu_seconds",
         "Processor time of judging all instances once.",
         {},
         {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1}},
        {MetricKind::kGauge, "portcullis_alerts", "Alerts that stand, as every controller sees them.", {"severity"}},
    };
}

void BeginMonitorMetrics(platform::Metrics& registry) {
    registry.GaugeFor("portcullis_monitoring_file_ok").Set(1);
    registry.GaugeFor("portcullis_monitor_leads").Set(0);
    registry.CounterFor("portcullis_monitor_leak_kills_total");
    registry.CounterFor("portcullis_monitor_failures_total");
    for (const char* outcome : {"read", "unreadable", "failed"}) {
        registry.CounterFor("portcullis_monitor_scrapes_total", {outcome});
    }
    for (const auto& name : platform::EnumNames<Isolation>::kNames) {
        registry.CounterFor("portcullis_monitor_canaries_total", {name.text});
    }
    for (const auto& name : platform::EnumNames<policy::AlertSeverity>::kNames) {
        registry.GaugeFor("portcullis_alerts", {name.text}).Set(0);
    }
    for (const char* state : {"measured", "not_measured"}) {
        registry.GaugeFor("portcullis_monitored_instances", {state}).Set(0);
    }
    registry.HistogramFor("portcullis_monitor_evaluation_cpu_seconds");
}

Monitor::Monitor(MonitorOptions options, store::Database& database, app::KillFirst& kills, platform::Metrics& registry)
    : options_(std::move(options)),
      database_(database),
      kills_(kills),
      registry_(registry),
      stamp_(FileStamp(options_.file)),
      stamp_before_(stamp_),
      targets_(ReadMonitoringFile(options_.file)),
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
            renew_ = platform::SteadyNow() + kLongestPause;
        }
        const auto pause = std::chrono::duration_cast<milliseconds>(NextDue() - platform::SteadyNow());
        fetcher_.Run(std::clamp(pause, milliseconds(5), kLongestPause));
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

// --- Whom to look at
// --------------------------------------------------------------------------------------------------

void Monitor::LookAtFile() {
    const auto now = platform::SteadyNow();
    if (now < look_at_file_) {
        return;
    }
    look_at_file_ = now + kLookAtFileEvery;
    const std::string stamp = FileStamp(options_.file);
    // Whoever writes it in place may not be through.
    if (stamp != stamp_ && stamp == stamp_before_) {
        stamp_ = stamp;
        try {
            targets_ = ReadMonitoringFile(options_.file);
            registry_.GaugeFor("portcullis_monitoring_file_ok").Set(1);
            platform::Log(
                Level::kInfo, "monitoring.file_read",
                {{"file", std::string_view(options_.file)}, {"instances", static_cast<std::int64_t>(targets_.size())}});
            if (leads_) {
                UseTargets();
            }
        } catch (const std::exception& error) {
            registry_.GaugeFor("portcullis_monitoring_file_ok").Set(0);
            platform::Log(Level::kError, "monitoring.file_not_usable",
                          {{"error", std::string_view(error.what())},
                           {"hint", "what was read before stays in use; mend the file, and replace it in one step"}});
        }
    }
    stamp_before_ = stamp;
}

void Monitor::UseTargets() {
    ++reading_;
    scrapes_.clear();
    engine_.SetTargets(targets_, platform::SystemNow());
    canaries_->Replace(targets_);
    const auto now = platform::SteadyNow();
    for (const MonitoredTarget& target : targets_) {
        if (!target.metrics_url.empty()) {
            // Each at its own place in the interval, the same after a restart.
            const auto place = static_cast<std::int64_t>(std::hash<std::string>{}(target.instance.Text()) % 1'000);
            scrapes_.push_back(
                {target.instance.Text(), target.metrics_url, now + options_.interval * place / 1'000, false, reading_});
        }
    }
}

// --- Who looks
// --------------------------------------------------------------------------------------------------------

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

// --- What is seen
// -----------------------------------------------------------------------------------------------------

void Monitor::StartScrapes() {
    const auto now = platform::SteadyNow();
    for (std::size_t at = 0; at < scrapes_.size() && fetcher_.Running() < kScrapesAtOnce; ++at) {
        Scrape& scrape = scrapes_[at];
        if (scrape.running || scrape.due > now) {
            continue;
        }
        scrape.running = true;
        while (scrape.due <= now) {
            scrape.due += options_.interval;
        }
        platform::ClientRequest request;
        request.url = scrape.url;
        request.timeout = std::clamp(options_.interval, kLeastScrapePatience, kScrapeWithin);
        request.connect_timeout = request.timeout;
        request.max_response_bytes = kMostMetricsBytes;
        fetcher_.Start(std::move(request), [this, at, reading = reading_](const auto& answer) {
            try {
                TakeAnswer(at, reading, answer);
            } catch (const std::exception& error) {
                LogMonitorFailure("monitoring.answer_failed", error);
            }
        });
    }
}

void Monitor::TakeAnswer(std::size_t scrape, std::uint64_t reading,
                         const platform::Expected<platform::ClientResponse, platform::ClientError>& answer) {
    if (reading != reading_ || scrape >= scrapes_.size()) {
        return;  // of a file that was replaced
    }
    scrapes_[scrape].running = false;
    const std::string& instance = scrapes_[scrape].instance;
    const auto count = [&](std::string_view outcome) {
        registry_.CounterFor("portcullis_monitor_scrapes_total", {outcome}).Increment();
    };
    if (!answer || answer->status != 200) {
        count("failed");
        return engine_.NoteFailure(instance,
                                   answer ? "answered " + std::to_string(answer->status) : answer.error().message);
    }
    const auto read = wire::ReadExposition(answer->body, platform::SystemNow());
    count(read ? "read" : "unreadable");
    if (read) {
        engine_.TakeReading(instance, *read);
    } else {
        engine_.NoteFailure(instance, read.error());
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

// --- What follows
// -----------------------------------------------------------------------------------------------------

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
        .Set(static_cast<double>(scrapes_.size()) - measured);
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
    if (now < windows_) {
        return;
    }
    windows_ = now + options_.interval * kIntervalsOfWindow;
    const std::vector<store::MonitorWindow> windows = engine_.Windows(platform::SystemNow());
    database_.Write([&](store::Tx& tx) {
        store::AppendWindows(tx, windows);
        store::DropOldWindows(tx, options_.retention, kMostDroppedAtOnce);
        store::DropOldAlerts(tx, options_.retention, kMostDroppedAtOnce);
    });
}

}  // namespace controller::daemon
