#include "controller/daemon/run.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>

#include "controller/app/audit_export.hpp"
#include "controller/app/fleet_watch.hpp"
#include "controller/app/gate.hpp"
#include "controller/app/kill_first.hpp"
#include "controller/app/known_callers.hpp"
#include "controller/app/metrics_source.hpp"
#include "controller/app/oidc.hpp"
#include "controller/app/readiness.hpp"
#include "controller/daemon/data_dir.hpp"
#include "controller/daemon/database_start.hpp"
#include "controller/daemon/fleet_gauges.hpp"
#include "controller/daemon/fleet_service.hpp"
#include "controller/daemon/monitor.hpp"
#include "controller/daemon/notifier.hpp"
#include "controller/daemon/numbers.hpp"
#include "controller/daemon/oidc_config.hpp"
#include "controller/daemon/prepare_database.hpp"
#include "controller/daemon/scheduler.hpp"
#include "controller/daemon/signing_keys.hpp"
#include "controller/daemon/webhook_key_file.hpp"
#include "controller/fleet/journal/signed_memory.hpp"
#include "controller/http/api.hpp"
#include "controller/http/openapi.hpp"
#include "controller/http/routes.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/migrations.hpp"
#include "controller/web/console.hpp"
#include "controller/web/live.hpp"
#include "controller/web/route_names.hpp"
#include "platform/base/files.hpp"
#include "platform/log/log.hpp"
#include "platform/log/tags.hpp"
#include "platform/metrics/process.hpp"
#include "platform/service/data_dir.hpp"
#include "platform/service/database_access.hpp"
#include "platform/service/signals.hpp"
#include "platform/service/start_error.hpp"

namespace controller::daemon {
namespace {

using platform::Level;
namespace tags = platform::tags;

constexpr int kOk = 0;
constexpr int kCutOff = 1;

std::chrono::milliseconds Milliseconds(platform::Duration span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span);
}

platform::SigningKey SigningKeyOf(const platform::Settings& settings) {
    const std::string& pem = settings.Secret("signing-key-file");
    if (pem.empty()) {
        return LoadOrMakeSigningKey(settings.Text("data-dir"));
    }
    auto key = platform::SigningKey::FromPem(pem);
    if (!key) {
        throw platform::StartError(
            2, settings.Text("signing-key-file") + " holds no unencrypted Ed25519 private key (PEM)");
    }
    return std::move(*key);
}

/// Every key that ever signed here is kept in the database with its public half; a new one is worth a word.
void RememberKey(store::Database& database, const platform::SigningKey& key) {
    const bool others = database.Write([&](store::Tx& tx) {
        bool known = false;
        bool any = false;
        for (const auto& [name, value] : store::LoadInstallation(tx)) {
            any = any || name.starts_with(app::kSigningKeyPrefix);
            known = known || name == std::string(app::kSigningKeyPrefix) + key.KeyId();
        }
        if (!known) {
            store::SetInstallationValue(tx, std::string(app::kSigningKeyPrefix) + key.KeyId(), key.PublicPem());
        }
        return any && !known;
    });
    if (others) {
        platform::Log(Level::kWarning, "signing_key.changed",
                      {{"key_id", key.KeyId()},
                       {"hint",
                        "what was signed before verifies with the older public key (portcullis audit key --all); if "
                        "this was not meant, "
                        "put the older signing.key back"}});
    }
}

/// Everything that has to be done to the database before it is used, and the key that signs by what it says.
platform::SigningKey Prepare(const platform::DatabaseAccess& access, const platform::Settings& settings,
                             const platform::SigningKey& own) {
    store::Database database({.conninfo = access.App(), .connections = 1});
    store::SchemaVersion(database);  // one that does not answer is found out soon
    PrepareDatabase(access, settings);
    platform::SigningKey key = SettleSigningKey(database, settings, own);
    RememberKey(database, key);
    return key;
}

/// What was found out about the key while the program ran on without the database.
void LogKeyOfLater(const platform::SigningKey& settled, const platform::SigningKey& in_use) {
    if (settled.KeyId() != in_use.KeyId()) {
        platform::Log(Level::kWarning, "signing_key.superseded",
                      {{"key_id", in_use.KeyId()},
                       {"next_key_id", settled.KeyId()},
                       {"hint", "the key was handed over before this start; restart this controller when it suits"}});
    }
}

store::DatabaseOptions DatabaseOptionsOf(const std::string& conninfo, const platform::Settings& settings,
                                         const DatabaseStart& start) {
    store::DatabaseOptions options;
    options.conninfo = conninfo;
    options.prepared = start.Prepared();
    // One for each thread that answers, one for the scheduler, one for monitoring, one for readiness while all are
    // busy, one for the second half of what a fleet answers.
    options.connections = static_cast<int>(settings.Integer("threads")) + 4;
    options.statement_timeout = Milliseconds(settings.DurationOf("statement-timeout"));
    return options;
}

/// Speaking to receivers takes a connection for looking and one for what came of it.
store::DatabaseOptions NotifierDatabaseOf(store::DatabaseOptions options) {
    options.connections = 2;
    return options;
}

NotifierOptions NotifierOptionsOf(const platform::Settings& settings, const std::string& controller, bool simulated) {
    NotifierOptions options;
    options.controller = controller;
    options.timeout = Milliseconds(settings.DurationOf("webhook-timeout"));
    options.attempts = static_cast<int>(settings.Integer("webhook-attempts"));
    options.retry_base = settings.DurationOf("webhook-retry");
    options.retry_cap = settings.DurationOf("webhook-retry-most");
    options.simulated_clock = simulated;
    auto addresses = platform::AddressRules::Allowing(settings.Text("webhook-allowed-networks"));
    if (!addresses) {
        throw platform::StartError(platform::kStartUsage, "webhook-allowed-networks: " + addresses.error());
    }
    options.addresses = std::move(*addresses);
    return options;
}

platform::HttpServerOptions ServerOptionsOf(const platform::Settings& settings) {
    platform::HttpServerOptions options;
    options.address = settings.Text("listen-address");
    options.port = static_cast<std::uint16_t>(settings.Integer("listen-port"));
    options.threads = static_cast<int>(settings.Integer("threads"));
    options.max_body_bytes = static_cast<std::size_t>(settings.Integer("max-body"));
    options.max_connections = static_cast<std::size_t>(settings.Integer("max-connections"));
    options.header_timeout = Milliseconds(settings.DurationOf("header-timeout"));
    options.body_timeout = Milliseconds(settings.DurationOf("body-timeout"));
    options.on_error = [](std::string_view text) {
        platform::Log(Level::kError, "http.fault", {{tags::kError, text}});
    };
    return options;
}

/// Reads at debug, what changes something or is refused at info: nobody can wake anyone up by asking.
void LogRequest(const http::RequestRecord& record) {
    const bool quiet = record.status < 400 && (record.method == "GET" || record.method == "HEAD");
    const Level level = quiet ? Level::kDebug : Level::kInfo;
    if (platform::LogEnabled(level)) {
        platform::Log(level, "http.answered",
                      {{"method", record.method},
                       {"route", record.pattern},
                       {"status", record.status},
                       {tags::kDuration, std::chrono::duration<double, std::milli>(record.duration).count()},
                       {tags::kActor, record.principal},
                       {tags::kRequestId, record.request_id},
                       {"peer", record.peer}});
    }
}

/// Each kind has its own limit: what callers can provoke must not hold back the word about a fault of ours.
void LogFailure(http::FailureKind kind, std::string_view request_id, std::string_view text) {
    static platform::LogLimiter refused(std::chrono::seconds(1));
    static platform::LogLimiter unavailable(std::chrono::seconds(1));
    static platform::LogLimiter fault(std::chrono::milliseconds(100));
    const auto log = [&](platform::LogLimiter& limiter, Level level) {
        platform::LogLimited(limiter, level, "http.failed", {{tags::kRequestId, request_id}, {tags::kError, text}});
    };
    switch (kind) {
        case http::FailureKind::kRefused:
            return log(refused, Level::kInfo);
        case http::FailureKind::kUnavailable:
            return log(unavailable, Level::kWarning);
        case http::FailureKind::kFault:
            return log(fault, Level::kError);
    }
}

http::ApiOptions ApiOptionsOf(const platform::Settings& settings, RequestMeter& meter) {
    http::ApiOptions options;
    options.per_principal = {static_cast<double>(settings.Integer("rate-limit")),
                             static_cast<double>(settings.Integer("rate-burst"))};
    if (settings.Integer("rate-limit") == 0) {
        options.failures_per_peer.per_second = 0;
    }
    options.on_answer = [&meter](const http::RequestRecord& record) {
        meter.Count(record);
        LogRequest(record);
    };
    options.on_failure = [](http::FailureKind kind, std::string_view request_id, std::string_view text) {
        LogFailure(kind, request_id, text);
    };
    return options;
}

web::ConsoleOptions ConsoleOptionsOf(const platform::Settings& settings, RequestMeter& meter) {
    web::ConsoleOptions options;
    options.sessions.idle = std::chrono::duration_cast<std::chrono::seconds>(settings.DurationOf("console-idle"));
    options.sessions.lifetime =
        std::chrono::duration_cast<std::chrono::seconds>(settings.DurationOf("console-lifetime"));
    auto proxies = web::TrustedProxies::Parse(settings.Text("console-trusted-proxies"));
    if (!proxies) {
        throw platform::StartError(2, "console-trusted-proxies: " + proxies.error());
    }
    options.trusted_proxies = std::move(*proxies);
    options.on_answer = [&meter](const http::RequestRecord& record) {
        meter.Count(record);
        LogRequest(record);
    };
    options.on_failure = LogFailure;
    return options;
}

web::LiveOptions LiveOptionsOf() {
    web::LiveOptions options;
    options.on_error = [](std::string_view text) {
        static platform::LogLimiter limiter(std::chrono::seconds(1));
        platform::LogLimited(limiter, Level::kWarning, "console.failed", {{tags::kError, text}});
    };
    return options;
}

void LogMemoryProblem(std::string_view problem) {
    static platform::LogLimiter limiter(std::chrono::minutes(1));
    platform::LogLimited(limiter, Level::kWarning, "kill_memory.problem",
                         {{tags::kError, problem},
                          {"hint", "kills without the database work for who is seen while this process lives"}});
}

/// What became of the journal of kills: worth a warning but for what was caught up with.
void LogKill(std::string_view event, std::string_view operation, std::string_view detail) {
    const bool well = event == "kill_journal.entered" || event == "kill_journal.recovered";
    platform::Log(well ? Level::kInfo : Level::kWarning, event, {{"operation", operation}, {"detail", detail}});
}

void PublishState(platform::Metrics& registry, app::Readiness& readiness, const platform::DatabaseAccess& access,
                  bool simulated) {
    registry.GaugeFor("portcullis_build_info", {PORTCULLIS_VERSION}).Set(1);
    registry.GaugeFor("portcullis_clock_simulated").Set(simulated ? 1 : 0);
    registry.BeforeRender([&registry, &readiness, &access] {
        const app::ReadinessReport report = readiness.Check();
        registry.GaugeFor("portcullis_ready").Set(report.ready ? 1 : 0);
        registry.GaugeFor("portcullis_schema_version").Set(report.schema_version);
        registry.GaugeFor("portcullis_database_server_running").Set(access.ServerPid() > 0 ? 1 : 0);
    });
    platform::ExportProcess(registry);
}

void WritePortFile(const platform::Settings& settings, std::uint16_t port) {
    const std::string& path = settings.Text("port-file");
    if (path.empty()) {
        return;
    }
    if (const auto written = platform::WriteFileAtomically(path, std::to_string(port) + "\n", 0644); !written) {
        throw platform::StartError(platform::kStartUsage, written.error().message);
    }
}

void Announce(const platform::Settings& settings, std::uint16_t port, const platform::DatabaseAccess& access,
              bool simulated) {
    const std::string& address = settings.Text("listen-address");
    const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
    std::printf("portcullisd %s listens on http://%s:%u (%s%s)\n", PORTCULLIS_VERSION, host.c_str(),
                static_cast<unsigned>(port), access.Description().c_str(), simulated ? ", simulated clock" : "");
    std::fflush(stdout);
    platform::Log(Level::kInfo, "daemon.started", {{"address", host}, {"port", static_cast<std::int64_t>(port)}});
}

}  // namespace

int Run(const platform::Settings& settings) {
    platform::Signals signals;
    platform::EnsureDataDir(settings.Text("data-dir"));
    platform::DatabaseAccess access(settings, "portcullis");
    const platform::SigningKey own_key = SigningKeyOf(settings);
    std::optional<platform::SigningKey> in_use;
    DatabaseStart start([&] {
        const platform::SigningKey settled = Prepare(access, settings, own_key);
        if (in_use) {
            LogKeyOfLater(settled, *in_use);
        } else {
            in_use = settled;
        }
    });
    if (!in_use) {
        in_use = own_key;
    }
    const platform::SigningKey& signing_key = *in_use;

    platform::Metrics registry(MetricDefinitions());
    store::Database database(DatabaseOptionsOf(access.App(), settings, start));
    const app::KeySuccession succession = SuccessionOf(signing_key, NextKeyPath(settings));
    app::Readiness readiness(database);
    app::GateCache gates;
    app::MetricsSource metrics(
        {.url = settings.Text("prometheus-url"), .timeout = Milliseconds(settings.DurationOf("prometheus-timeout"))});
    std::optional<app::OidcVerifier> oidc;
    if (!settings.Text("oidc-config").empty()) {
        oidc.emplace(ReadOidcConfig(settings.Text("oidc-config")));
    }
    const bool simulated = ReadClockChoice(settings).simulated;
    app::FleetWatch fleet_watch(FleetPatienceOf(settings), static_cast<int>(settings.Integer("threads")) / 2);
    const std::filesystem::path data_dir(settings.Text("data-dir"));
    const fleet::SignedMemory caller_memory((data_dir / "known-callers").string(), "callers", signing_key);
    const fleet::SignedMemory instance_memory((data_dir / "known-instances").string(), "instances", signing_key);
    app::KnownCallers known_callers({.conninfo = access.App(),
                                     .prepared = start.Prepared(),
                                     .memory = &caller_memory,
                                     .on_problem = LogMemoryProblem});
    fleet::KillJournal kill_journal((data_dir / "kill-journal").string());
    const std::string controller_name = ControllerName();
    const auto on_kill = [&registry](std::string_view event, std::string_view operation, std::string_view detail) {
        CountKillEvent(registry, event);
        LogKill(event, operation, detail);
    };
    app::KillFirst kills({.controller = controller_name, .patience = FleetPatienceOf(settings), .on_event = on_kill},
                         database, known_callers, kill_journal);
    const app::WebhookKey webhook_key = WebhookKeyOf(settings);
    NotifierOptions notifier_options = NotifierOptionsOf(settings, controller_name, simulated);
    app::Services services{.database = database,
                           .gates = gates,
                           .metrics = metrics,
                           .signing_key = signing_key,
                           .readiness = readiness,
                           .fleet = fleet_watch,
                           .callers = known_callers,
                           .kills = kills,
                           .registry = registry,
                           .webhook_key = webhook_key,
                           .oidc = oidc ? &*oidc : nullptr,
                           .simulated_clock = simulated,
                           .keys = &succession};
    PublishState(registry, readiness, access, simulated);
    fleet::Meter fleet_meter(registry);
    FleetGauges gauges(registry, database, FleetPatienceOf(settings), fleet_meter, kills);

    RequestMeter meter(registry, http::AllRoutes().size());
    RequestMeter console_meter(registry, web::RouteNameCount());
    http::Api api(services, http::AllRoutes(), ApiOptionsOf(settings, meter));
    platform::HttpServerOptions server_options = ServerOptionsOf(settings);
    server_options.on_refusal = [&api](const platform::RefusedRequest& refused, platform::HttpResponse& answer) {
        answer = api.Refuse(refused);
    };
    server_options.urgent = [&api](const platform::HttpRequest& request) {
        return api.IsUrgent(request) || web::Console::IsUrgent(request);
    };
    web::Live live(services, LiveOptionsOf());
    web::Console console(services, ConsoleOptionsOf(settings, console_meter), &live);
    platform::HttpServer server(std::move(server_options), [&api, &console](const platform::HttpRequest& request) {
        return web::Console::Owns(request) ? console.Handle(request) : api.Handle(request);
    });
    live.Start();
    server.Start();
    auto fleet = std::make_unique<FleetService>(settings, access.App(), database, signing_key, fleet_watch, kills,
                                                instance_memory, controller_name, fleet_meter, registry);
    auto scheduler =
        std::make_unique<Scheduler>(database, signing_key, registry,
                                    SchedulerOptions{.checkpoint_entries = settings.Integer("checkpoint-entries"),
                                                     .checkpoint_interval = settings.DurationOf("checkpoint-interval"),
                                                     .patience = FleetPatienceOf(settings),
                                                     .event_retention = settings.DurationOf("webhook-retention")});
    auto notifier = std::make_unique<Notifier>(NotifierDatabaseOf(DatabaseOptionsOf(access.App(), settings, start)),
                                               std::move(notifier_options), webhook_key, registry);
    BeginMonitorMetrics(registry);
    std::unique_ptr<Monitor> monitor;
    if (!settings.Text("monitoring-file").empty()) {
        monitor = std::make_unique<Monitor>(MonitorOptionsOf(settings, controller_name), database, kills, registry);
    }
    start.KeepTrying([&signals] { signals.WakeUp(); });
    WritePortFile(settings, server.Port());
    Announce(settings, server.Port(), access, simulated);

    const std::string_view signal = signals.WaitForFirst();
    platform::Log(Level::kInfo, "daemon.stopping", {{"signal", signal}});
    readiness.Drain();
    fleet_watch.Stop();
    const bool all_answered = server.Drain(Milliseconds(settings.DurationOf("drain-timeout")));
    live.Stop();
    monitor.reset();
    scheduler.reset();
    notifier.reset();
    fleet.reset();
    access.Stop();
    platform::Log(Level::kInfo, "daemon.stopped", {{"all_answered", all_answered}});
    if (const std::exception_ptr why = start.Failure()) {
        std::rethrow_exception(why);
    }
    return all_answered ? kOk : kCutOff;
}

}  // namespace controller::daemon
