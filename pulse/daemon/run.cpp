#include "pulse/daemon/run.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/httpd/server.hpp"
#include "platform/log/log.hpp"
#include "platform/service/data_dir.hpp"
#include "platform/service/database_access.hpp"
#include "platform/service/process_file.hpp"
#include "platform/service/signals.hpp"
#include "platform/service/start_error.hpp"
#include "pulse/app/numbers.hpp"
#include "pulse/app/tenant_digests.hpp"
#include "pulse/app/tenant_jobs.hpp"
#include "pulse/daemon/bootstrap.hpp"
#include "pulse/daemon/flags_step.hpp"
#include "pulse/daemon/fleet_link.hpp"
#include "pulse/daemon/housekeeper.hpp"
#include "pulse/daemon/inventory_publisher.hpp"
#include "pulse/daemon/order_watch.hpp"
#include "pulse/daemon/restart.hpp"
#include "pulse/daemon/seed.hpp"
#include "pulse/daemon/switch_journal.hpp"
#include "pulse/daemon/verifier.hpp"
#include "pulse/http/pipeline.hpp"
#include "pulse/http/routes.hpp"
#include "pulse/store/changes.hpp"
#include "pulse/store/sessions.hpp"
#include "pulse/ws/hub.hpp"
#include "tenancy/store/directory_listener.hpp"
#include "tenancy/store/schema.hpp"

namespace pulse::daemon {
namespace {

using platform::Level;

constexpr int kOk = 0;
constexpr int kCutOff = 1;
constexpr int kNotReachable = 4;
constexpr int kSessionsPerRound = 1'000;
constexpr std::chrono::seconds kGoodbyes{2};  // of open WebSockets

std::chrono::milliseconds Milliseconds(platform::Duration span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span);
}

platform::DatabaseOptions DatabaseOptionsOf(const std::string& conninfo, const platform::Settings& settings) {
    platform::DatabaseOptions options;
    options.conninfo = conninfo;
    // One for each thread that answers, some for chores and for health while all are busy.
    options.connections = static_cast<int>(settings.Integer("threads")) + 3;
    options.application_name = "pulsed";
    options.statement_timeout = Milliseconds(settings.DurationOf("statement-timeout"));
    return options;
}

platform::DatabaseProfile DatabaseProfileOf() {
    platform::DatabaseProfile profile = tenancy::store::Profile();
    // Every statement finds its rows by the tenant, through an index, whatever its other values are: a plan for these
    // values costs more than running it, and PostgreSQL would make one each time for what has a LIMIT.
    profile.session_settings = "SET plan_cache_mode = force_generic_plan";
    return profile;
}

/// Reads at debug, what changes something or is refused at info.
void LogRequest(const http::RequestRecord& record) {
    const bool quiet = record.status < 400 && (record.method == "GET" || record.method == "HEAD");
    const Level level = quiet ? Level::kDebug : Level::kInfo;
    if (platform::LogEnabled(level)) {
        platform::Log(level, "http.answered",
                      {{"method", record.method},
                       {"route", record.route},
                       {"status", record.status},
                       {"reason", record.reason},
                       {"duration_ms", std::chrono::duration<double, std::milli>(record.duration).count()},
                       {"user_id", record.caller},
                       {"org_id", record.org},
                       {"request_id", record.request_id},
                       {"peer", record.peer}});
    }
}

/// Each kind has its own limit: what callers can provoke must not hold back the word about a fault of ours.
void LogFailure(http::FailureKind kind, std::string_view request_id, std::string_view text) {
    static platform::LogLimiter refused(std::chrono::seconds(1));
    static platform::LogLimiter unavailable(std::chrono::seconds(1));
    static platform::LogLimiter fault(std::chrono::milliseconds(100));
    const auto log = [&](platform::LogLimiter& limiter, Level level) {
        platform::LogLimited(limiter, level, "http.failed", {{"request_id", request_id}, {"error", text}});
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

/// Between commas.
std::vector<std::string> ListOf(const std::string& text) {
    std::vector<std::string> list;
    for (const std::string_view part : platform::Split(text, ',')) {
        if (const auto entry = platform::Trim(part); !entry.empty()) {
            list.emplace_back(entry);
        }
    }
    return list;
}

ws::HubOptions HubOptionsOf(const platform::Settings& settings) {
    ws::HubOptions options;
    options.max_connections = static_cast<std::size_t>(settings.Integer("websocket-connections"));
    options.max_of_tenant = static_cast<std::size_t>(settings.Integer("websocket-tenant-connections"));
    options.limits.ping_interval = Milliseconds(settings.DurationOf("websocket-ping-interval"));
    options.limits.silence_limit = Milliseconds(settings.DurationOf("websocket-silence-limit"));
    options.ping_every = settings.DurationOf("websocket-ping-interval");
    options.origins = {.allowed = ListOf(settings.Text("allowed-origins")),
                       .trusted_proxies = ListOf(settings.Text("trusted-proxies"))};
    return options;
}

http::PipelineOptions PipelineOptionsOf(const platform::Settings& settings) {
    http::PipelineOptions options;
    options.limits = {.general = settings.Integer("rate-limit"),
                      .login = settings.Integer("login-rate-limit"),
                      .tenant = settings.Integer("tenant-rate-limit"),
                      .loopback = settings.Boolean("rate-limit-loopback")};
    options.trusted_proxies = ListOf(settings.Text("trusted-proxies"));
    options.on_answer = LogRequest;
    options.on_failure = LogFailure;
    return options;
}

platform::HttpServerOptions ServerOptionsOf(const platform::Settings& settings, http::Pipeline& pipeline) {
    platform::HttpServerOptions options;
    options.address = settings.Text("listen-address");
    options.port = static_cast<std::uint16_t>(settings.Integer("listen-port"));
    options.threads = static_cast<int>(settings.Integer("threads"));
    options.max_body_bytes = static_cast<std::size_t>(settings.Integer("max-body"));
    options.max_connections = static_cast<std::size_t>(settings.Integer("max-connections"));
    options.header_timeout = Milliseconds(settings.DurationOf("header-timeout"));
    options.body_timeout = Milliseconds(settings.DurationOf("body-timeout"));
    options.odd_paths = platform::OddPaths::kHandler;
    options.on_error = [](std::string_view text) { platform::Log(Level::kError, "http.fault", {{"error", text}}); };
    options.refusal_answer = [&pipeline](int status, std::string_view detail) {
        return pipeline.AnswerProtocolRefusal(status, detail);
    };
    return options;
}

platform::HttpResponse AnswerMetrics(platform::Metrics& registry, const platform::HttpRequest& request) {
    if (request.path != "/metrics") {
        return http::TextAnswer(404, "404 page not found");
    }
    if (request.method != "GET" && request.method != "HEAD") {
        return http::TextAnswer(405, "Method Not Allowed");
    }
    platform::HttpResponse response;
    response.headers.emplace_back("Content-Type", platform::kMetricsContentType);
    response.body = registry.Render();
    return response;
}

void WritePort(const std::string& path, std::uint16_t port) {
    if (path.empty()) {
        return;
    }
    if (const auto written = platform::WriteFileAtomically(path, std::to_string(port) + "\n", 0644); !written) {
        throw platform::StartError(platform::kStartUsage, written.error().message);
    }
}

app::InstanceInfo InstanceOf(const platform::Settings& settings) {
    return {.instance = settings.Text("instance"),
            .boot_id = auth::MakeRecordId("boot_"),
            .started_at = platform::SystemNow(),
            .version = PORTCULLIS_VERSION,
            .deployment = settings.Text("deployment")};
}

std::filesystem::path LicencePath(const platform::Settings& settings) {
    const std::string& given = settings.Text("licence-file");
    return given.empty() ? std::filesystem::path(settings.Text("data-dir")) / "billing.json"
                         : std::filesystem::path(given);
}

store::ChangeHandlers HandlersOf(app::Services& services) {
    store::ChangeHandlers handlers;
    handlers.on_trust = [&services](bool trusted) {
        services.identities.EnableCaches(trusted);
        services.licences.EnableCaches(trusted);
        services.metrics.GaugeFor("pulse_caches_enabled").Set(trusted ? 1 : 0);
        services.sockets->LookAtAll();
    };
    handlers.on_change = [&services](std::string_view kind, std::string_view key) {
        if (kind == "account") {
            services.identities.ForgetAccount(key);
        } else if (kind == "session") {
            services.identities.ForgetSession(key);
        } else if (kind == "token") {
            services.identities.ForgetToken(key);
        } else if (kind == "billing") {
            services.licences.ForgetTenant(key);
            return services.sockets->OrgChanged(tenancy::OrgId::Parse(key));
        }
        services.sockets->IdentityChanged(key);
    };
    handlers.on_state = [](std::string_view problem) {
        if (!problem.empty()) {
            platform::Log(Level::kWarning, "database.changes_unheard", {{"error", problem}});
        }
    };
    return handlers;
}

tenancy::store::ListenerOptions ListenerOptionsOf(app::Services& services, const std::string& conninfo) {
    tenancy::store::ListenerOptions options;
    options.conninfo = conninfo;
    options.on_change = [&services](const std::optional<tenancy::OrgId>& org) {
        // Its plan may be another one.
        if (org) {
            services.usage.Forget(*org);
        } else {
            services.usage.ForgetAll();
        }
        services.sockets->OrgChanged(org);
    };
    options.application_name = "pulsed directory";
    options.on_state = [](std::string_view problem) {
        if (!problem.empty()) {
            platform::Log(Level::kWarning, "directory.changes_unheard", {{"error", problem}});
        }
    };
    return options;
}

std::vector<Chore> ChoresOf(app::Services& services, SwitchJournal& journal, app::TenantDigests& digests) {
    return {{"digest of tenants", std::chrono::milliseconds(250), [&digests] { digests.Refresh(); }},
            {"switch journal", std::chrono::seconds(1), [&journal] { journal.Write(); }},
            {"ended sessions", std::chrono::minutes(1),
             [&services] {
                 services.database.Write([](platform::Tx& tx) { store::DropEndedSessions(tx, kSessionsPerRound); });
             }},
            {"usage", std::chrono::seconds(5), [&services] { services.usage.Flush(platform::SystemNow()); }},
            {"alerts of tenants", std::chrono::seconds(30),
             [&services] { app::JudgeTouchedTenants(services, platform::SystemNow()); }},
            {"alerts of all tenants", std::chrono::minutes(10),
             [&services] {
                 services.usage.ForgetAll();  // quotas that somebody changed in the database itself
                 app::JudgeAllTenants(services, platform::SystemNow());
             }},
            {"retention", std::chrono::minutes(5), [&services] { app::ReapTenants(services, platform::SystemNow()); }}};
}

/// What was counted since the last batch, and the last words about the switch; after the last answer.
void WriteLastWords(app::Services& services, SwitchJournal& journal) {
    try {
        services.usage.Flush(platform::SystemNow());
        journal.Write();
    } catch (const std::exception& error) {
        platform::Log(Level::kError, "last_words.not_written", {{"error", std::string_view(error.what())}});
    }
}

void PublishState(app::Services& services) {
    platform::Metrics& registry = services.metrics;
    registry.GaugeFor("pulse_build_info", {PORTCULLIS_VERSION}).Set(1);
    registry.GaugeFor("pulse_process_start_time_seconds")
        .Set(std::chrono::duration<double>(services.instance.started_at.time_since_epoch()).count());
    registry.BeforeRender([&services, &registry] {
        registry.GaugeFor("pulse_tenant_switch_enabled").Set(services.tenant_switch.Enabled() ? 1 : 0);
        registry.GaugeFor("pulse_control_generation").Set(static_cast<double>(services.control_link.Generation()));
        registry.GaugeFor("pulse_websocket_open").Set(static_cast<double>(services.sockets->Count()));
        registry.GaugeFor("pulse_ready").Set(services.database.Writable() ? 1 : 0);
        registry.GaugeFor("pulse_process_resident_bytes").Set(app::ResidentBytes());
    });
}

void Announce(const platform::Settings& settings, std::uint16_t port, std::uint16_t metrics_port,
              const platform::DatabaseAccess& access, const app::Services& services) {
    const std::string& address = settings.Text("listen-address");
    const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
    std::printf("pulsed %s listens on http://%s:%u (metrics on port %u; %s; tenants %s)\n", PORTCULLIS_VERSION,
                host.c_str(), static_cast<unsigned>(port), static_cast<unsigned>(metrics_port),
                access.Description().c_str(),
                services.Hosted() ? "hosted" : (services.tenant_switch.Enabled() ? "on" : "off"));
    std::fflush(stdout);
    platform::Log(Level::kInfo, "daemon.started", {{"address", host}, {"port", static_cast<std::int64_t>(port)}});
}

}  // namespace

Environment Environment::Of(const std::vector<std::string>& variables) {
    Environment environment;
    const auto take = [&](std::string_view name, std::optional<std::string>& value) {
        for (const std::string& variable : variables) {
            if (variable.size() > name.size() && variable.starts_with(name) && variable[name.size()] == '=') {
                value = variable.substr(name.size() + 1);
                return;
            }
        }
    };
    take(tenancy::kSwitchVariable, environment.multi_tenant);
    take(tenancy::kHostedVariable, environment.hosted);
    return environment;
}

std::string ControlFolder(const platform::Settings& settings) {
    return (std::filesystem::path(settings.Text("data-dir")) / "control").string();
}

RunEnd Run(const platform::Settings& settings, const Environment& environment, const platform::OwnProgram& program) {
    platform::Signals signals;
    platform::EnsureDataDir(settings.Text("data-dir"));
    std::filesystem::create_directories(ControlFolder(settings));
    const platform::ProcessFile process_file(settings.Text("data-dir"));
    platform::DatabaseAccess access(settings, "pulse");
    PrepareSchemas(access);

    platform::Metrics registry(app::MetricDefinitions());
    platform::Database database(DatabaseOptionsOf(access.App(), settings), DatabaseProfileOf());
    tenancy::store::RequireProtection(database);
    EnsureFirstAdmin(database, settings);

    tenancy::TenantSwitch tenant_switch;
    tenancy::link::ControlLink control_link({.folder = ControlFolder(settings),
                                             .instance = settings.Text("instance"),
                                             .environment = tenancy::EnvironmentSaysOn(environment.multi_tenant),
                                             .applying = tenancy::link::Applying::kByRestart,
                                             .before_first_order = settings.Text("before-first-order") == "nobody"
                                                                       ? tenancy::link::BeforeFirstOrder::kNobody
                                                                       : tenancy::link::BeforeFirstOrder::kEverybody},
                                            tenant_switch);
    if (const std::string problem = control_link.Problem(); !problem.empty()) {
        platform::Log(Level::kError, "control.damaged", {{"problem", problem}});
    }
    if (const auto kept = control_link.KeepRoom(); !kept) {
        platform::Log(Level::kError, "control.no_room", {{"error", kept.error()}});
    }
    tenancy::store::DirectoryCache directory(database);
    app::LoginGuard login_guard;
    app::Identities identities(database, login_guard);
    app::Licences licences(LicencePath(settings), database);
    app::EventBus events;
    app::TenantUsage usage(database);
    app::Services services{
        .database = database,
        .metrics = registry,
        .tenant_switch = tenant_switch,
        .control_link = control_link,
        .mode =
            tenancy::EnvironmentSaysHosted(environment.hosted) ? tenancy::Mode::kHosted : tenancy::Mode::kSelfHosted,
        .directory = directory,
        .identities = identities,
        .licences = licences,
        .login_guard = login_guard,
        .events = events,
        .usage = usage,
        .instance = InstanceOf(settings),
        .demo = settings.Boolean("demo-mode"),
        .cookies = settings.Boolean("secure-cookies") ? auth::CookieTransport::kTlsOnly : auth::CookieTransport::kAny};
    // The first to hear of the switch: sockets are closed before anything is written down about it.
    ws::Hub sockets(services, HubOptionsOf(settings));
    services.sockets = &sockets;
    identities.EnableCaches(false);  // until changes by others are heard
    licences.EnableCaches(false);
    std::optional<store::ChangeListener> changes;
    try {
        changes.emplace(access.App(), HandlersOf(services));
    } catch (const store::DatabaseTaken& taken) {
        throw platform::StartError(kNotReachable, taken.what());
    }
    if (!settings.Text("seed").empty()) {
        Seed(services, settings.Text("seed"), settings.Text("data-dir"));
    }
    std::optional<tenancy::store::DirectoryListener> directory_changes;
    directory_changes.emplace(directory, ListenerOptionsOf(services, access.App()));
    SwitchJournal journal(services);
    app::TenantDigests digests(services);
    PublishState(services);

    http::Pipeline pipeline(services, http::AllRoutes(), PipelineOptionsOf(settings));
    platform::HttpServer server(ServerOptionsOf(settings, pipeline),
                                [&pipeline](const platform::HttpRequest& request) { return pipeline.Handle(request); });
    sockets.Start();
    server.Start();
    platform::HttpServer metrics_server(
        {.address = settings.Text("metrics-bind-address"),
         .port = static_cast<std::uint16_t>(settings.Integer("metrics-port")),
         .threads = 1,
         .max_connections = 64},
        [&registry](const platform::HttpRequest& request) { return AnswerMetrics(registry, request); });
    metrics_server.Start();
    auto housekeeper = std::make_unique<Housekeeper>(ChoresOf(services, journal, digests));
    std::optional<OrderWatch> orders;
    orders.emplace(ControlFolder(settings), [&control_link] { control_link.RefreshLocal(); });
    std::optional<Verifier> verifier;
    verifier.emplace(VerifierOptions{.listen_address = settings.Text("listen-address"),
                                     .port = server.Port(),
                                     .metrics_address = settings.Text("metrics-bind-address"),
                                     .metrics_port = metrics_server.Port()},
                     services, digests);
    verifier->AddStep([&services](const tenancy::wire::VerifyRequest& request, const Verifier::Eyes& eyes) {
        return CheckFlags(services, request, eyes);
    });
    // Before anybody is told of this process: who hears of it finds where it listens.
    WritePort(settings.Text("port-file"), server.Port());
    WritePort(settings.Text("metrics-port-file"), metrics_server.Port());
    auto controller =
        OpenFleetLink(settings, ControlFolder(settings), services, *verifier, [&signals] { signals.WakeUp(); });
    std::optional<InventoryPublisher> inventory;
    if (controller) {
        inventory.emplace(services, *controller, digests);
    }
    Announce(settings, server.Port(), metrics_server.Port(), access, services);

    const EndedBy end = AwaitEnd(signals, control_link, program, [&controller] {
        if (controller) {
            controller->ReportSoon();
        }
    });
    platform::Log(Level::kInfo, "daemon.stopping", {{"signal", end.signal}, {"starts_again", end.restart}});
    const bool all_answered = server.Drain(Milliseconds(settings.DurationOf("drain-timeout")));
    inventory.reset();
    controller.reset();
    verifier.reset();
    orders.reset();
    sockets.Drain(kGoodbyes);
    metrics_server.Drain(std::chrono::milliseconds(500));
    housekeeper.reset();
    WriteLastWords(services, journal);
    directory_changes.reset();
    changes.reset();
    access.Stop();
    platform::Log(Level::kInfo, "daemon.stopped", {{"all_answered", all_answered}});
    return {all_answered ? kOk : kCutOff, end.restart && !signals.Asked()};
}

}  // namespace pulse::daemon
