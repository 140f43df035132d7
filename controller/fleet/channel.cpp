#include "controller/fleet/channel.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "controller/fleet/admission.hpp"
#include "controller/fleet/dispatch.hpp"
#include "controller/fleet/inventory_recorder.hpp"
#include "controller/fleet/kill_sender.hpp"
#include "controller/fleet/links.hpp"
#include "controller/fleet/meter.hpp"
#include "controller/fleet/order_sender.hpp"
#include "controller/fleet/refusal_log.hpp"
#include "controller/fleet/rejection_recorder.hpp"
#include "controller/fleet/remembered_instances.hpp"
#include "controller/fleet/report_recorder.hpp"
#include "controller/fleet/rollout.hpp"
#include "controller/fleet/rotation.hpp"
#include "controller/fleet/sightings.hpp"
#include "controller/fleet/verification.hpp"
#include "controller/wire/problem.hpp"
#include "platform/ws/server.hpp"
#include "platform/ws/upgrade.hpp"
#include "tenancy/wire/channel.hpp"

namespace fleet {
namespace {

constexpr std::chrono::milliseconds kDrainPatience{2'000};

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

HandshakeOutcome OutcomeOf(const AdmissionRefusal& refusal) {
    if (refusal.code == "auth.missing") {
        return HandshakeOutcome::kNobody;
    }
    if (refusal.code == "auth.credential") {
        return HandshakeOutcome::kCredential;
    }
    if (refusal.code == "auth.enrolment") {
        return HandshakeOutcome::kEnrolment;
    }
    return refusal.code == "conflict.exists" ? HandshakeOutcome::kNameTaken : HandshakeOutcome::kMalformed;
}

/// In the order in which they are told.
std::vector<std::unique_ptr<Part>> MakeParts(const PartContext& context, KillSender*& kills, RefusalLog*& refusals,
                                             RememberedInstances*& remembered) {
    std::vector<std::unique_ptr<Part>> parts;
    auto kill_sender = std::make_unique<KillSender>(context);
    kills = kill_sender.get();
    parts.push_back(std::move(kill_sender));
    parts.push_back(std::make_unique<OrderSender>(context));
    parts.push_back(std::make_unique<ReportRecorder>(context));
    parts.push_back(std::make_unique<Verification>(context));
    parts.push_back(std::make_unique<Rollout>(context));
    parts.push_back(std::make_unique<InventoryRecorder>(context));
    parts.push_back(std::make_unique<Rotation>(context));
    parts.push_back(std::make_unique<RejectionRecorder>(context));
    parts.push_back(std::make_unique<Sightings>(context));
    auto refusal_log = std::make_unique<RefusalLog>(context);
    refusals = refusal_log.get();
    parts.push_back(std::move(refusal_log));
    auto remembering = std::make_unique<RememberedInstances>(context);
    remembered = remembering.get();
    parts.push_back(std::move(remembering));
    return parts;
}

}  // namespace

struct Channel::Impl {
    Impl(ChannelOptions given, store::Database& db, const platform::SigningKey& signing_key, Meter& counts)
        : options(std::move(given)),
          database(db),
          meter(counts),
          key(signing_key),
          key_pem(signing_key.PublicPem()),
          keys(signing_key, options.key_files),
          failures(options.handshakes.failures),
          openings(options.handshakes.openings),
          acquainted(2 * options.max_instances),
          direct(options.direct_probes, options.on_error),
          parts(MakeParts({.links = links,
                           .database = db,
                           .key = signing_key,
                           .keys = keys,
                           .meter = counts,
                           .controller = options.controller,
                           .on_event = options.on_event,
                           .on_error = options.on_error,
                           .send_again = options.send_again,
                           .patience = options.patience,
                           .watch_band = options.watch_band,
                           .direct = &direct,
                           .sight_every = options.sight_every,
                           .credential_lifetime = options.credential_lifetime,
                           .memory = options.memory},
                          kills, refusals, remembered)),
          dispatch(MakeDispatch()),
          sockets(SocketOptions(), Handlers()),
          http(HttpOptions(), [this](const platform::HttpRequest& request) { return Answer(request); }) {}

    Dispatch MakeDispatch() {
        Dispatch table;
        table.Add("report", tenancy::wire::kMaxReportBytes,
                  [this](const Sender& from, std::string_view text) { return OnReport(from, text); });
        for (const auto& part : parts) {
            part->Register(table);
        }
        return table;
    }

    platform::WsServerOptions SocketOptions() const {
        platform::WsServerOptions socket_options;
        socket_options.max_connections = options.max_instances;
        socket_options.limits.max_message_bytes = std::min(dispatch.LargestMessage(), options.messages.largest);
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
        http_options.threads = options.handshakes.threads;
        http_options.max_body_bytes = 0;
        http_options.max_connections = options.handshakes.waiting;
        http_options.header_timeout = options.handshakes.patience;
        http_options.idle_timeout = options.handshakes.patience;
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
            meter.Handshake(HandshakeOutcome::kMalformed);
            return RefuseHandshake(request, 404, "not_found.path",
                                   "Instances open " + std::string(tenancy::wire::kChannelPath) + " here.");
        }
        if (const auto refusal = platform::CheckUpgrade(request)) {
            meter.Handshake(HandshakeOutcome::kMalformed);
            return RefuseHandshake(request, refusal->status, "input.malformed", refusal->detail, refusal->headers);
        }
        try {
            const auto now = platform::SteadyNow();
            const std::string shown = ShownHash(request.Header("authorization"));
            if (!failures.HasOne(request.peer, now) && !acquainted.Knows(shown)) {
                meter.Handshake(HandshakeOutcome::kSlowedDown);
                refusals->Note("fleet.slowed_down", "address", {}, request.peer);
                return TooMany(request, failures.RetrySeconds(request.peer, now),
                               "Too many handshakes from this address were refused. Try again later.");
            }
            auto admission = AdmitOrRemember(request, shown);
            if (!admission) {
                failures.Take(request.peer, now);
                acquainted.Remove(shown);
                meter.Handshake(OutcomeOf(admission.error()));
                refusals->Note("fleet.refused", admission.error().code, {},
                               admission.error().detail + " (" + request.peer + ")");
                return RefuseHandshake(request, admission.error().status, admission.error().code,
                                       admission.error().detail);
            }
            acquainted.Add(admission->credential_hash);
            if (const std::string& instance = admission->instance.Text(); !openings.Take(instance, now)) {
                meter.Handshake(HandshakeOutcome::kFlapping);
                refusals->Note("fleet.flapping", instance, instance, request.peer);
                return TooMany(request, openings.RetrySeconds(instance, now),
                               "The instance '" + instance +
                                   "' opens connections all the time: is its credential used by two processes?");
            }
            auto accepted = sockets.Accept({.context = std::make_shared<Peer>(Peer{std::move(*admission), {}, 0})});
            if (accepted) {
                meter.Handshake(HandshakeOutcome::kAccepted);
                return std::move(*accepted);
            }
        } catch (const store::Unavailable& lost) {
            options.on_error(lost.what());
        }
        meter.Handshake(HandshakeOutcome::kUnavailable);
        return RefuseHandshake(request, 503, "unavailable.fleet",
                               "The controller cannot take the connection now. Try again in a moment.",
                               {{"Retry-After", "2"}});
    }

    platform::Expected<Admission, AdmissionRefusal> AdmitOrRemember(const platform::HttpRequest& request,
                                                                    const std::string& shown) {
        try {
            auto admission = Admit(database, request.Header("authorization"),
                                   request.Header("portcullis-new-credential"), keys.IdInUse(), options.controller);
            if (admission) {
                remembered->Note(*admission);
            } else {
                remembered->Forget(shown);
            }
            return admission;
        } catch (const store::Unavailable&) {
            auto known = remembered->Find(shown);
            if (!known) {
                throw;
            }
            Log("fleet.remembered", known->instance, request.peer);
            return std::move(*known);
        }
    }

    static platform::HttpResponse TooMany(const platform::HttpRequest& request, std::int64_t seconds,
                                          const std::string& detail) {
        return RefuseHandshake(request, 429, "unavailable.rate_limited", detail,
                               {{"Retry-After", std::to_string(seconds)}});
    }

    // --- Sockets, on their thread: nothing here waits -------------------------------------------------------------

    void OnOpen(const platform::WsConnectionPtr& connection) {
        const auto peer = std::static_pointer_cast<Peer>(connection->Context());
        const policy::InstanceId& instance = peer->admission.instance;
        if (!peer->admission.pinned_key.empty()) {
            keys.Learn(instance, peer->admission.pinned_key);
        }
        if (const auto before = links.Open(peer->admission, connection)) {
            before->CloseNow(platform::ws_code::kPolicy, "another connection with this credential took the place");
            meter.Cut(CutReason::kReplaced);
            Log("fleet.replaced", instance, before->Peer() + " by " + connection->Peer());
        }
        if (peer->admission.enrolled) {
            const std::string& named = peer->admission.key_pem;
            connection->Send(tenancy::wire::EncodeWelcome({named.empty() ? key_pem : named}));
        }
        meter.Connections(links.Count());
        for (const auto& part : parts) {
            part->OnConnected(instance);
        }
        Log("fleet.connected", instance, connection->Peer());
    }

    void OnMessage(const platform::WsConnectionPtr& connection, std::string_view text) {
        const auto peer = std::static_pointer_cast<Peer>(connection->Context());
        const policy::InstanceId& instance = peer->admission.instance;
        if (FloodsWith(*peer, connection)) {
            connection->CloseNow(platform::ws_code::kPolicy, "too many reports");
            meter.Cut(CutReason::kTooMany);
            return Log("fleet.too_many_reports", instance);
        }
        if (const auto why = dispatch.Handle({instance, connection}, text)) {
            connection->CloseNow(platform::ws_code::kPolicy, "that is no report");
            meter.Cut(CutReason::kMalformed);
            Log("fleet.no_report", instance, *why);
        }
    }

    /// An answer is asked for, however many orders and questions there are: who obeys each of them is no flood.
    bool FloodsWith(Peer& peer, const platform::WsConnectionPtr& connection) {
        if (links.TakeExpected(peer.admission.instance, connection->Id())) {
            return false;
        }
        const auto now = platform::SteadyNow();
        if (now - peer.window_start > options.messages.window) {
            peer.window_start = now;
            peer.in_window = 0;
        }
        return ++peer.in_window > options.messages.count;
    }

    std::optional<std::string> OnReport(const Sender& from, std::string_view text) {
        const auto said = tenancy::wire::DecodeReport(text);
        if (!said) {
            return WhyNoMessage(said.error());
        }
        links.Report(from.instance, from.connection->Id(),
                     {said->generation, said->enabled, said->hosted, said->boot_id}, said->answer.has_value());
        for (const auto& part : parts) {
            part->OnReport(from.instance, *said);
        }
        return std::nullopt;
    }

    void OnClosed(const platform::WsConnectionPtr& connection, const platform::WsClosed& closed) {
        const auto peer = std::static_pointer_cast<Peer>(connection->Context());
        const policy::InstanceId& instance = peer->admission.instance;
        if (links.Close(instance, connection->Id())) {
            meter.Connections(links.Count());
            for (const auto& part : parts) {
                part->OnGone(instance);
            }
            Log("fleet.disconnected", instance, closed.reason);
        }
    }

    void Start() {
        sockets.Start();
        for (const auto& part : parts) {
            part->Start();
        }
        http.Start();
        started = true;
    }

    void Stop() {
        if (std::exchange(started, false)) {
            http.Drain(kDrainPatience);
            sockets.Drain(kDrainPatience);
        }
        direct.Stop();  // it calls parts
        for (const auto& part : parts) {
            part->Stop();
        }
        refusals->SayAll();
    }

    const ChannelOptions options;
    store::Database& database;
    Meter& meter;
    const platform::SigningKey& key;
    const std::string key_pem;
    KeyRing keys;
    Buckets failures;  // of an address
    Buckets openings;  // of an instance
    Acquainted acquainted;
    Links links;
    KillSender* kills = nullptr;                // one of the parts
    RefusalLog* refusals = nullptr;             // another
    RememberedInstances* remembered = nullptr;  // another
    DirectProbes direct;
    std::vector<std::unique_ptr<Part>> parts;
    Dispatch dispatch;
    bool started = false;
    platform::WsServer sockets;
    platform::HttpServer http;
};

Channel::Channel(ChannelOptions options, store::Database& database, const platform::SigningKey& key, Meter& meter)
    : impl_(std::make_unique<Impl>(std::move(options), database, key, meter)) {}

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
    for (const auto& part : impl_->parts) {
        part->OnNews(news);
    }
}

KillSender& Channel::Kills() {
    return *impl_->kills;
}

std::vector<policy::InstanceId> Channel::Instances() const {
    return impl_->links.Instances();
}

std::optional<LastWord> Channel::Heard(const policy::InstanceId& instance) const {
    return impl_->links.Heard(instance);
}

void Channel::LookAt(std::vector<DirectTarget> targets) {
    impl_->direct.Replace(std::move(targets));
}

std::size_t Channel::Connected() const {
    return impl_->links.Count();
}

void Channel::Stop() {
    impl_->Stop();
}

}  // namespace fleet
