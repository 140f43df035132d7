// Whom monitoring looks at, and what it is answered.

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include "controller/daemon/monitor.hpp"
#include "controller/wire/exposition.hpp"
#include "controller/wire/tenant_alerts.hpp"
#include "platform/base/clock.hpp"
#include "platform/log/log.hpp"

namespace controller::daemon {
namespace {

using platform::Level;
using std::chrono::milliseconds;

constexpr std::size_t kMostMetricsBytes = std::size_t{8} * 1024 * 1024;
constexpr milliseconds kScrapeWithin{10'000};
constexpr milliseconds kLookAtFileEvery{1'000};
constexpr milliseconds kLeastScrapePatience{2'000};

std::string FederationUrl(std::string server, const std::string& match) {
    while (server.ends_with('/')) {
        server.pop_back();
    }
    return server + "/federate?match[]=" +
           platform::PercentEncode("{__name__=~\"pulse_.+|process_start_time_seconds\"," + match + "}");
}

}  // namespace

std::vector<MonitoredTarget> ReadTargets(const MonitorOptions& options) {
    std::vector<MonitoredTarget> targets = ReadMonitoringFile(options.file);
    const auto unanswerable =
        std::ranges::find_if(targets, [&](const MonitoredTarget& target) { return !target.metrics_match.empty(); });
    if (options.prometheus_url.empty() && unanswerable != targets.end()) {
        throw std::runtime_error("the file of monitored instances " + options.file +
                                 " cannot be used:\n  metrics_match of " + unanswerable->instance.Text() +
                                 " needs a Prometheus server to ask: --prometheus-url");
    }
    return targets;
}

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
            targets_ = ReadTargets(options_);
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
    for (const MonitoredTarget& target : targets_) {
        const std::string& name = target.instance.Text();
        if (!target.metrics_url.empty()) {
            AddScrape({name, Asked::kInstance, target.metrics_url, target.metrics_token_file, {}});
        } else if (!target.metrics_match.empty()) {
            AddScrape({name,
                       Asked::kServer,
                       FederationUrl(options_.prometheus_url, target.metrics_match),
                       target.metrics_token_file,
                       {}});
        }
        if (target.tenants) {
            AddScrape(
                {name, Asked::kTenants, target.tenants->url + "/api/admin/alerts", target.tenants->token_file, {}});
        }
    }
}

void Monitor::AddScrape(Scrape scrape) {
    // Each at its own place in the interval, the same after a restart.
    const auto place = static_cast<std::int64_t>(std::hash<std::string>{}(scrape.url) % 1'000);
    scrape.due = platform::SteadyNow() + options_.interval * place / 1'000;
    scrapes_.push_back(std::move(scrape));
}

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
        if (!scrape.token_file.empty()) {
            const std::string token = ReadMonitoringToken(scrape.token_file);
            if (token.empty()) {
                scrape.running = false;
                NoteFailed(scrape, "failed", "the token file " + scrape.token_file + " cannot be read, or is empty");
                continue;
            }
            request.headers.emplace_back("Authorization", "Bearer " + token);
        }
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
    Scrape& asked = scrapes_[scrape];
    asked.running = false;
    if (!answer || answer->status != 200) {
        return NoteFailed(asked, "failed",
                          answer ? "answered " + std::to_string(answer->status) : answer.error().message);
    }
    const platform::Time now = platform::SystemNow();
    if (asked.of == Asked::kTenants) {
        auto read = wire::ReadTenantAlerts(answer->body);
        if (!read) {
            return NoteFailed(asked, "unreadable", read.error());
        }
        engine_.TakeTenants(asked.instance, std::move(*read), now);
    } else {
        const auto read = asked.of == Asked::kServer ? wire::ReadFederated(answer->body, now)
                                                     : wire::ReadExposition(answer->body, now);
        if (!read) {
            return NoteFailed(asked, "unreadable", read.error());
        }
        engine_.TakeReading(asked.instance, *read);
    }
    registry_.CounterFor("portcullis_monitor_scrapes_total", {"read"}).Increment();
}

void Monitor::NoteFailed(const Scrape& scrape, std::string_view outcome, std::string why) {
    registry_.CounterFor("portcullis_monitor_scrapes_total", {outcome}).Increment();
    if (scrape.of == Asked::kTenants) {
        static platform::LogLimiter limiter(std::chrono::seconds(30));
        platform::LogLimited(limiter, Level::kWarning, "monitoring.tenants_not_known",
                             {{"instance", std::string_view(scrape.instance)}, {"error", std::string_view(why)}});
        return;
    }
    engine_.NoteFailure(scrape.instance, std::move(why));
}

}  // namespace controller::daemon
