// Monitoring (STG-4): scrapes the instances of its file, tries their canaries, judges what it saw by the thresholds of
// the runbooks, and keeps alerts. A confirmed leak switches tenants off at once, before anything is written down.
//
// Of the controllers of a database one does so, whoever holds the lease; another takes over when it ends. While the
// database does not answer, who held the lease goes on, writes down later, and kills all the same. One thread for
// everything but canaries, which have a few of their own; a scrape is bounded in time and size, and spread over the
// interval.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "controller/app/kill_first.hpp"
#include "controller/daemon/canary_runner.hpp"
#include "controller/daemon/monitor_engine.hpp"
#include "controller/store/database.hpp"
#include "platform/httpc/fetcher.hpp"
#include "platform/metrics/metrics.hpp"
#include "platform/settings/settings.hpp"

namespace controller::daemon {

enum class LeakKills : std::uint8_t { kFleet, kInstance };

struct MonitorOptions {
    std::string file;
    std::string prometheus_url;  // of the server that metrics_match is asked of; empty: there is none
    std::string controller;      // holder of the lease
    std::chrono::milliseconds interval{15'000};
    std::chrono::milliseconds canary_interval{300'000};
    policy::Damping damping;
    platform::Duration retention = std::chrono::hours(24 * 7);
    LeakKills leak_kills = LeakKills::kFleet;
    std::chrono::milliseconds lease{15'000};
};

MonitorOptions MonitorOptionsOf(const platform::Settings& settings, const std::string& controller);
/// The file, with what the settings have to say to it. Throws as ReadMonitoringFile.
std::vector<MonitoredTarget> ReadTargets(const MonitorOptions& options);
std::vector<platform::MetricDefinition> MonitorMetricDefinitions();
/// They stand from the start, whether anything is monitored or not, so that the first of something is an increase.
void BeginMonitorMetrics(platform::Metrics& registry);

constexpr std::size_t kScrapesAtOnce = 64;

/// One line of it in half a minute.
void LogMonitorFailure(std::string_view what, const std::exception& error);

class Monitor {
public:
    /// Throws std::runtime_error with all that is wrong with the file. What is given outlives this.
    Monitor(MonitorOptions options, store::Database& database, app::KillFirst& kills, platform::Metrics& registry);
    ~Monitor();
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

private:
    enum class Asked : std::uint8_t { kInstance, kServer, kTenants };
    struct Scrape {
        std::string instance;
        Asked of = Asked::kInstance;  // its counters, of itself or of a Prometheus server; or its tenants' use
        std::string url;
        std::string token_file;
        platform::SteadyTime due;
        bool running = false;
    };

    void Loop();
    void LookAtFile();
    void UseTargets();
    void AddScrape(Scrape scrape);
    void KeepLease();
    void BeginLeading();
    void StartScrapes();
    void TakeAnswer(std::size_t scrape, std::uint64_t reading,
                    const platform::Expected<platform::ClientResponse, platform::ClientError>& answer);
    void NoteFailed(const Scrape& scrape, std::string_view outcome, std::string why);
    void TakeCanaries();
    void Evaluate();
    void WriteChanges();
    void KeepWindows();
    /// The kill that follows, or nothing when it is off already or could not be given.
    std::string OnLeak(const CanaryResult& result);
    void CountAlerts();
    platform::SteadyTime NextDue() const;

    const MonitorOptions options_;
    store::Database& database_;
    app::KillFirst& kills_;
    platform::Metrics& registry_;

    // Of its own thread.
    std::string stamp_;
    std::string stamp_before_;
    std::vector<MonitoredTarget> targets_;
    std::uint64_t reading_ = 0;
    std::vector<Scrape> scrapes_;
    MonitorEngine engine_;
    std::string baseline_;
    bool leads_ = false;
    platform::SteadyTime look_at_file_;
    platform::SteadyTime renew_;
    platform::SteadyTime evaluate_;
    platform::SteadyTime windows_;

    std::mutex leaks_mutex_;
    std::map<std::string, platform::SteadyTime> killed_;  // instances for whose leaks this process gave a kill

    std::atomic<bool> stopping_{false};
    platform::HttpFetcher fetcher_;
    std::unique_ptr<CanaryRunner> canaries_;
    std::thread thread_;
};

}  // namespace controller::daemon
