#include "controller/fleet/channel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "controller/fleet/admission.hpp"
#include "controller/fleet/links.hpp"
#include "controller/fleet/reports.hpp"
#include "controller/store/audit.hpp"
#include "controller/wire/problem.hpp"
#include "platform/ws/server.hpp"
#include "platform/ws/upgrade.hpp"
#include "tenancy/wire/channel.hpp"
#include "tenancy/wire/control_document.hpp"

namespace fleet {
namespace {

constexpr std::chrono::milliseconds kDatabasePause{500};
constexpr std::chrono::milliseconds kDrainPatience{2'000};
constexpr std::chrono::seconds kReportWindow{10};
constexpr int kReportsPerWindow = 200;

/// What a connection carries along; its counters belong to the socket's thread.
struct Peer {
    Admission admission;
    platform::SteadyTime window_start;
    int in_window = 0;
};

platform::HttpResponse RefuseHandshake(const platform::HttpRequest& request, int status, const std::string& code,
                                       const std::string& detail, platform::HeaderList headers = {}) {
    wire::Problem problem;
    problem.code = code;
    problem.title = "The channel cannot be opened";
    problem.status = status;
    problem.detail = detail;
    problem.instance = request.path;
    platform::HttpResponse response{status, std::move(headers), wire::ProblemText(problem)};
    response.headers.emplace_back("Content-Type", "application/problem+json");
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

tenancy::wire::ControlDocument DocumentOf(const store::DesiredState& desired) {
    tenancy::wire::ControlDocument document;
    document.instance = desired.instance.Text();
    document.generation = desired.generation;
    document.issued_at = desired.issued_at;
    document.enabled = desired.enabled;
    document.mode =
        platform::ParseEnum<tenancy::wire::ApplyMode>(desired.mode).value_or(tenancy::wire::ApplyMode::kHot);
    document.reason = desired.reason;
    document.operation = desired.operation.Text();
    return document;
}

store::InstanceReport ReportOf(const policy::InstanceId& instance, const tenancy::wire::Report& said) {
    store::InstanceReport report;
    report.instance = instance;
    report.boot_id = said.boot_id;
    report.started_at = said.process_started_at;
    report.program = said.program;
    report.hosted = said.hosted;
    report.enabled = said.enabled;
    report.generation = said.generation;
    report.rejected = said.rejected;
    report.problem = said.problem;
    if (said.answer && said.answer->outcome != "applied") {
        report.refused_generation = said.answer->generation;
        report.refusal = said.answer->outcome;
        report.refusal_reason = said.answer->reason;
    }
    return report;
}

/// One entry for each operation and step, whoever they are about: a fleet that answers at once makes a few.
void RecordStepsInAudit(store::Tx& tx, const std::string& controller, const std::vector<store::RecordedStep>& steps) {
    std::map<std::pair<policy::RecordId, std::string>, std::vector<std::string>> by_step;
    for (const store::RecordedStep& step : steps) {
        by_step[{step.operation, step.step}].push_back(step.instance.Text());
    }
    for (const auto& [key, instances] : by_step) {
        wire::AuditDetails details;
        details.Text("operation", key.first.Text()).Texts("instances", instances).Text("received_by", controller);
        wire::AuditEntry entry;
        entry.actor = "portcullisd";
        entry.actor_kind = policy::PrincipalKind::kComponent;
        entry.action = "kill_switch." + key.second;
        entry.summary = std::to_string(instances.size()) + (instances.size() == 1 ? " instance" : " instances") +
                        " reported on " + key.first.Text() + ": " + key.second;
        entry.details = details.Encode();
        store::AppendAudit(tx, std::move(entry));
    }
}

}  // namespace

struct Channel::Impl {
    Impl(ChannelOptions given, store::Database& db, const platform::SigningKey& signing_key)
        : options(std::move(given)),
          database(db),
          key(signing_key),
          key_pem(signing_key.PublicPem()),
          sockets(SocketOptions(), Handlers()),
          http(HttpOptions(), [this](const platform::HttpRequest& request) { return Answer(request); }) {}

    platform::WsServerOptions SocketOptions() const {
        platform::WsServerOptions socket_options;
        socket_options.max_connections = options.max_instances;
        socket_options.limits.max_message_bytes = tenancy::wire::kMaxReportBytes;
        socket_options.limits.max_queued_messages = 16;
        socket_options.limits.silence_limit = options.silence;
        socket_options.limits.ping_interval = options.silence / 3;
        socket_options.on_error = options.on_error;
        return socket_options;
    }
    platform::HttpServerOptions HttpOptions() const {
        platform::HttpServerOptions http_options;
        http_options.address = options.address;
        http_options.port = options.port;
        http_options.threads = options.handshake_threads;
        http_options.max_body_bytes = 0;
        http_options.on_error = options.on_error;
        return http_options;
    }
    platform::WsHandlers Handlers() {
        return {.on_open = [this](const platform::WsConnectionPtr& connection) { OnOpen(connection); },
                .on_message = [this](const platform::WsConnectionPtr& connection,
                                     std::string_view text) { OnMessage(connection, text); },
                .on_closed = [this](const platform::WsConnectionPtr& connection,
                                    const platform::WsClosed& closed) { OnClosed(connection, closed); }};
    }

    void Log(std::string_view event, const policy::InstanceId& instance, std::string_view detail = {}) const {
        options.on_event(event, instance.Text(), detail);
    }

    // --- Handshake, on the listener's threads ---------------------------------------------------------------------

    platform::HttpResponse Answer(const platform::HttpRequest& request) {
        if (request.path != tenancy::wire::kChannelPath) {
            return RefuseHandshake(request, 404, "not_found.path",
                                   "Instances open " + std::string(tenancy::wire::kChannelPath) + " here.");
        }
        if (const auto refusal = platform::CheckUpgrade(request)) {
            return RefuseHandshake(request, refusal->status, "input.malformed", refusal->detail, refusal->headers);
        }
        try {
            auto admission =
                Admit(database, request.Header("authorization"), request.Header("portcullis-new-credential"));
            if (!admission) {
                options.on_event("fleet.refused", "", admission.error().detail + " (" + request.peer + ")");
                return RefuseHandshake(request, admission.error().status, admission.error().code,
                                       admission.error().detail);
            }
            auto accepted = sockets.Accept({.context = std::make_shared<Peer>(Peer{std::move(*admission), {}, 0})});
            if (accepted) {
                return std::move(*accepted);
            }
        } catch (const store::Unavailable& lost) {
            options.on_error(lost.what());
        }
        return RefuseHandshake(request, 503, "unavailable.fleet",
                               "The controller cannot take the connection now. Try again in a moment.",
                               {{"Retry-After", "2"}});
    }

    // --- Sockets, on their thread: nothing here waits -------------------------------------------------------------

    void OnOpen(const platform::WsConnectionPtr& connection) {
        const auto peer = std::static_pointer_cast<Peer>(connection->Context());
        if (const auto before = links.Open(peer->admission, connection)) {
            before->CloseNow(platform::ws_code::kPolicy, "another connection with this credential took the place");
            Log("fleet.replaced", peer->admission.instance, before->Peer() + " by " + connection->Peer());
        }
        if (peer->admission.enrolled) {
            connection->Send(tenancy::wire::EncodeWelcome({key_pem}));
        }
        // Its credential may have been revoked since it was looked at.
        Wake(&Impl::credentials_changed);
        Log("fleet.connected", peer->admission.instance, connection->Peer());
    }

    void OnMessage(const platform::WsConnectionPtr& connection, std::string_view text) {
        const auto peer = std::static_pointer_cast<Peer>(connection->Context());
        const policy::InstanceId& instance = peer->admission.instance;
        const auto now = platform::SteadyNow();
        if (now - peer->window_start > kReportWindow) {
            peer->window_start = now;
            peer->in_window = 0;
        }
        if (++peer->in_window > kReportsPerWindow) {
            connection->CloseNow(platform::ws_code::kPolicy, "too many reports");
            return Log("fleet.too_many_reports", instance);
        }
        const auto said = tenancy::wire::DecodeReport(text);
        if (!said) {
            connection->CloseNow(platform::ws_code::kPolicy, "that is no report");
            const auto& errors = said.error();
            return Log("fleet.no_report", instance,
                       errors.empty() ? std::string() : errors.front().pointer + " " + errors.front().message);
        }
        links.Report(instance, connection->Id(), said->generation, said->answer.has_value());
        if (said->answer && said->answer->outcome != "applied") {
            Log("fleet.order_refused", instance, said->answer->outcome + ": " + said->answer->reason);
        }
        reports.Add(ReportOf(instance, *said));
        Wake(&Impl::orders_changed);
    }

    void OnClosed(const platform::WsConnectionPtr& connection, const platform::WsClosed& closed) {
        const auto peer = std::static_pointer_cast<Peer>(connection->Context());
        if (links.Close(peer->admission.instance, connection->Id())) {
            reports.AddGone(peer->admission.instance);
            Log("fleet.disconnected", peer->admission.instance, closed.reason);
        }
    }

    // --- Orders, on a thread of their own -------------------------------------------------------------------------

    void Wake(bool Impl::*what) {
        {
            const std::lock_guard lock(mutex);
            this->*what = true;
        }
        changed.notify_all();
    }

    void SendOrders() {
        const auto now = platform::SteadyNow();
        const auto ready = links.Ready(now - options.send_again);
        std::vector<policy::InstanceId> instances;
        std::map<policy::InstanceId, std::int64_t> above;
        for (const auto& waiting : ready) {
            instances.push_back(waiting.instance);
            above.emplace(waiting.instance, waiting.above);
        }
        if (instances.empty()) {
            return;
        }
        for (const store::DesiredState& desired :
             database.Once([&](store::Tx& tx) { return store::LoadDesiredStates(tx, instances); })) {
            if (desired.generation <= above[desired.instance]) {
                continue;
            }
            const std::string document = tenancy::wire::EncodeControlDocument(DocumentOf(desired));
            const std::string order = tenancy::wire::EncodeOrder({desired.generation, document, key.Sign(document)});
            if (const auto connection = links.Send(desired.instance, desired.generation, now)) {
                connection->Send(order);
            }
        }
    }

    void CheckCredentials() {
        const auto hashes = links.CredentialHashes();
        if (hashes.empty()) {
            return;
        }
        const auto good = database.Once([&](store::Tx& tx) { return store::GoodCredentials(tx, hashes); });
        for (const auto& connection : links.WithoutCredentialIn(good)) {
            connection->CloseNow(platform::ws_code::kPolicy, "the credential is not good any more");
        }
    }

    void OrderLoop() {
        std::unique_lock lock(mutex);
        while (!stopping) {
            changed.wait(lock, [this] { return stopping || orders_changed || credentials_changed; });
            const bool orders = std::exchange(orders_changed, false);
            const bool credentials = std::exchange(credentials_changed, false);
            if (stopping) {
                return;
            }
            lock.unlock();
            bool failed = false;
            try {
                if (orders) {
                    SendOrders();
                }
                if (credentials) {
                    CheckCredentials();
                }
            } catch (const std::exception& error) {
                options.on_error(error.what());
                failed = true;
            }
            lock.lock();
            if (failed) {
                orders_changed = orders_changed || orders;
                credentials_changed = credentials_changed || credentials;
                changed.wait_for(lock, kDatabasePause, [this] { return stopping; });
            }
        }
    }

    // --- Reports, on a thread of their own ------------------------------------------------------------------------

    void ReportLoop() {
        for (;;) {
            ReportBatch batch = reports.Take();
            if (batch.Empty()) {
                return;
            }
            try {
                database.Write([&](store::Tx& tx) {
                    if (!batch.gone.empty()) {
                        store::RecordDisconnected(tx, options.controller, batch.gone);
                    }
                    if (!batch.reports.empty()) {
                        RecordStepsInAudit(tx, options.controller,
                                           store::RecordReports(tx, options.controller, batch.reports));
                    }
                });
            } catch (const std::exception& error) {
                options.on_error(error.what());
                if (reports.Stopped()) {
                    return;
                }
                reports.PutBack(std::move(batch));
                reports.Pause(kDatabasePause);
            }
        }
    }

    void Start() {
        sockets.Start();
        order_thread = std::thread([this] { OrderLoop(); });
        report_thread = std::thread([this] { ReportLoop(); });
        http.Start();
        started = true;
    }

    void Stop() {
        if (!started) {
            return;
        }
        started = false;
        http.Drain(kDrainPatience);
        sockets.Drain(kDrainPatience);
        {
            const std::lock_guard lock(mutex);
            stopping = true;
        }
        changed.notify_all();
        reports.Stop();
        order_thread.join();
        report_thread.join();
    }

    const ChannelOptions options;
    store::Database& database;
    const platform::SigningKey& key;
    const std::string key_pem;
    Links links;
    ReportQueue reports;

    std::mutex mutex;
    std::condition_variable changed;
    bool orders_changed = false;
    bool credentials_changed = false;
    bool stopping = false;

    bool started = false;
    std::thread order_thread;
    std::thread report_thread;
    platform::WsServer sockets;
    platform::HttpServer http;
};

Channel::Channel(ChannelOptions options, store::Database& database, const platform::SigningKey& key)
    : impl_(std::make_unique<Impl>(std::move(options), database, key)) {}

Channel::~Channel() {
    impl_->Stop();
}

void Channel::Start() {
    impl_->Start();
}

std::uint16_t Channel::Port() const {
    return impl_->http.Port();
}

void Channel::News(store::FleetNews news) {
    if (news == store::FleetNews::kOrders || news == store::FleetNews::kAnything) {
        impl_->Wake(&Impl::orders_changed);
    }
    if (news == store::FleetNews::kCredentials || news == store::FleetNews::kAnything) {
        impl_->Wake(&Impl::credentials_changed);
    }
}

std::size_t Channel::Connected() const {
    return impl_->links.Count();
}

void Channel::Stop() {
    impl_->Stop();
}

}  // namespace fleet
