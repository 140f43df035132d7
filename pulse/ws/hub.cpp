#include "pulse/ws/hub.hpp"

#include <algorithm>
#include <exception>

#include "platform/base/clock.hpp"
#include "platform/log/log.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/wire/live_json.hpp"

namespace pulse::ws {
namespace {

using app::IdentityKind;
using platform::Level;
using platform::SteadyNow;
using platform::SteadyTime;
using platform::WsConnection;
using platform::WsConnectionPtr;
using tenancy::GateOutcome;
using tenancy::OrgId;

constexpr std::string_view kSwitchedOff = "feature_disabled: this feature has been switched off";

/// Of a refused gate: its code, so that programs know what to do, and a sentence.
std::string ReasonOf(const tenancy::GateDecision& decision) {
    const auto text = [&]() -> std::string_view {
        switch (decision.outcome) {
            case GateOutcome::kInvalidOrg:
                return "this organization does not exist any more";
            case GateOutcome::kOrgSuspended:
                return "this organization is suspended";
            case GateOutcome::kSubscriptionRequired:
                return "there is no active subscription any more";
            case GateOutcome::kLicenseRequired:
                return "the license does not cover this any more";
            case GateOutcome::kAccessDenied:
                return tenancy::AccessReason(decision.access);
            default:
                return "not allowed any more";
        }
    };
    if (decision.outcome == GateOutcome::kFeatureDisabled) {
        return std::string(kSwitchedOff);
    }
    return std::string(platform::EnumText(decision.outcome)) + ": " + std::string(text());
}

std::string EndOfIdentity(IdentityKind kind) {
    switch (kind) {
        case IdentityKind::kToken:
            return "token_revoked: the API token is not valid any more";
        case IdentityKind::kBasic:
            return "credentials_changed: give the new ones";
        case IdentityKind::kSession:
        case IdentityKind::kNone:
            break;
    }
    return "session_ended: log in again";
}

/// By what the database names the identity when it changes.
bool IsOneOf(const app::Identity& identity, const std::set<std::string, std::less<>>& keys) {
    if (keys.empty()) {
        return false;
    }
    switch (identity.kind) {
        case IdentityKind::kSession:
            return keys.contains(identity.session->secret_hash) || keys.contains(identity.session->username);
        case IdentityKind::kToken:
            return keys.contains(identity.token->secret_hash) || keys.contains(identity.token->owner_user);
        case IdentityKind::kBasic:
            return keys.contains(identity.account->username);
        case IdentityKind::kNone:
            break;
    }
    return false;
}

/// One of few words, for log and metrics.
std::string_view EndingOf(const platform::WsClosed& closed) {
    switch (closed.end) {
        case platform::WsEnd::kByPeer:
            return "by_peer";
        case platform::WsEnd::kLost:
            return "lost";
        case platform::WsEnd::kSilent:
            return "silent";
        case platform::WsEnd::kTooSlow:
            return "too_slow";
        case platform::WsEnd::kBrokenRules:
            return "broken_rules";
        case platform::WsEnd::kByUs:
            break;
    }
    const std::string_view reason = closed.reason;
    const auto colon = reason.find(':');
    return colon == reason.npos ? "stopping" : reason.substr(0, colon);
}

platform::WsServerOptions ServerOptionsOf(const HubOptions& options) {
    platform::WsServerOptions server;
    server.max_connections = options.max_connections;
    server.limits = options.limits;
    server.on_error = [](std::string_view text) { platform::Log(Level::kError, "ws.fault", {{"error", text}}); };
    return server;
}

}  // namespace

Hub::Hub(app::Services& services, HubOptions options)
    : services_(services),
      options_(std::move(options)),
      server_(ServerOptionsOf(options_),
              {.on_open = [this](const WsConnectionPtr& connection) { Opened(connection); },
               .on_message = [this](const WsConnectionPtr& connection,
                                    std::string_view text) { Received(connection, text); },
               .on_closed = [this](const WsConnectionPtr& connection,
                                   const platform::WsClosed& closed) { Closed(connection, closed); }}) {
    feed_ = std::make_unique<StateFeed>(
        services_, Feeding{.audience = [this](const OrgId& org) { return Audience(org); }, .window = options_.window});
    switch_observation_ = services.tenant_switch.Observe([this](bool enabled) { SwitchMoved(enabled); });
    events_ = services.events.Subscribe([this](const tenancy::Event& event) { Deliver(event); });
}

Hub::~Hub() {
    Drain(std::chrono::milliseconds(0));
}

void Hub::Start() {
    server_.Start();
    keeper_ = std::thread([this] { Keep(); });
}

bool Hub::Drain(std::chrono::milliseconds deadline) {
    events_.Reset();
    switch_observation_.Reset();
    {
        const std::lock_guard lock(look_mutex_);
        stopping_ = true;
    }
    look_changed_.notify_all();
    if (keeper_.joinable()) {
        keeper_.join();
    }
    return server_.Drain(deadline);
}

std::optional<platform::HttpResponse> Hub::Accept(Socket socket, platform::HeaderList headers) {
    if (!socket.org.IsDefault()) {
        const std::shared_lock lock(members_mutex_);
        const auto members = members_.find(socket.org);
        if (members != members_.end() && members->second.size() >= options_.max_of_tenant) {
            return std::nullopt;
        }
    }
    return server_.Accept({.context = std::make_shared<Socket>(std::move(socket)), .headers = std::move(headers)});
}

// --- One connection -----------------------------------------------------------------------------------------------

void Hub::Opened(const WsConnectionPtr& connection) {
    const Socket& socket = SocketOf(*connection);
    {
        const std::lock_guard lock(members_mutex_);
        members_[socket.org].push_back(connection);
    }
    services_.metrics.CounterFor("pulse_websocket_opened_total").Increment();
    // It is on the books: a change from here on closes it. What changed since the request was allowed is seen here.
    try {
        const auto facts = app::LoadOrgFacts(services_, socket.org, platform::SystemNow());
        if (const auto reason = Objection(socket, facts)) {
            connection->CloseNow(platform::ws_code::kPolicy, *reason);
            return;
        }
    } catch (const platform::Unavailable&) {
        connection->Close(platform::ws_code::kTryAgainLater, "unavailable: try again in a few seconds");
        return;
    }
    connection->Send(wire::EncodeWelcome(socket.org));
    feed_->Want(connection, StateFeed::Whole::kInitialState);
}

void Hub::Received(const WsConnectionPtr& connection, std::string_view text) {
    switch (wire::ReadClientMessage(text)) {
        case wire::ClientMessage::kPing:
            connection->Send(wire::EncodePong(platform::SystemNow()));
            return;
        case wire::ClientMessage::kRequestData:
            feed_->Want(connection, StateFeed::Whole::kRawData);
            return;
        case wire::ClientMessage::kOther:
            return;
    }
}

void Hub::Closed(const WsConnectionPtr& connection, const platform::WsClosed& closed) {
    const Socket& socket = SocketOf(*connection);
    bool last = false;
    {
        const std::lock_guard lock(members_mutex_);
        const auto members = members_.find(socket.org);
        if (members != members_.end()) {
            std::erase(members->second, connection);
            last = members->second.empty();
            if (last) {
                members_.erase(members);
            }
        }
    }
    if (last) {
        feed_->Changed(socket.org);  // nobody watches it: it is forgotten
    }
    const std::string_view ending = EndingOf(closed);
    services_.metrics.CounterFor("pulse_websocket_closed_total", {ending}).Increment();
    const bool quiet = closed.end == platform::WsEnd::kByPeer || closed.end == platform::WsEnd::kLost;
    const Level level = quiet ? Level::kDebug : Level::kInfo;
    if (platform::LogEnabled(level)) {
        platform::Log(level, "ws.closed",
                      {{"org_id", socket.org.Text()},
                       {"user_id", socket.identity.caller.Name()},
                       {"reason", ending},
                       {"peer", connection->Peer()}});
    }
}

// --- Who may have what --------------------------------------------------------------------------------------------

std::optional<std::string> Hub::Objection(const Socket& socket, const app::OrgFacts& facts) {
    const auto caller = services_.identities.CallerNow(socket.identity);
    if (!caller) {
        return EndOfIdentity(socket.identity.kind);
    }
    const tenancy::GateDecision decision = tenancy::DecideSelection(app::FactsFor(facts, *caller));
    if (decision.Allowed() || decision.outcome == GateOutcome::kUndecided) {
        return std::nullopt;
    }
    return ReasonOf(decision);
}

std::size_t Hub::CountOfTenants() const {
    const std::shared_lock lock(members_mutex_);
    std::size_t count = 0;
    for (const auto& [org, connections] : members_) {
        count += org.IsDefault() ? 0 : connections.size();
    }
    return count;
}

std::vector<WsConnectionPtr> Hub::Members(const OrgId& org) const {
    const std::shared_lock lock(members_mutex_);
    const auto members = members_.find(org);
    return members == members_.end() ? std::vector<WsConnectionPtr>() : members->second;
}

std::vector<WsConnectionPtr> Hub::Audience(const OrgId& org) {
    auto audience = Members(org);
    if (audience.empty()) {
        return audience;
    }
    const auto facts = app::LoadOrgFacts(services_, org, platform::SystemNow());
    std::erase_if(audience, [&](const WsConnectionPtr& connection) {
        const auto reason = Objection(SocketOf(*connection), facts);
        if (reason) {
            connection->CloseNow(platform::ws_code::kPolicy, *reason);
        }
        return reason.has_value();
    });
    return audience;
}

void Hub::Deliver(const tenancy::Event& event) {
    const bool global = tenancy::ScopeOf(event.type) == tenancy::EventScope::kGlobal;
    if (!global) {
        feed_->Changed(event.org);
    }
    if (!event.message || event.message->empty() || event.type == tenancy::EventType::kRawData) {
        return;  // the state speaks for itself
    }
    try {
        auto audience = global ? server_.Connections() : Audience(event.org);
        std::erase_if(audience, [&](const WsConnectionPtr& connection) {
            return !tenancy::DeliverTo(event, SocketOf(*connection).org);
        });
        server_.Broadcast(audience, event.message);
    } catch (const std::exception& error) {  // who may have it cannot be found out, so nobody gets it
        static platform::LogLimiter limiter(std::chrono::seconds(10));
        platform::LogLimited(limiter, Level::kWarning, "ws.event_not_sent",
                             {{"org_id", event.org.Text()}, {"error", std::string_view(error.what())}});
    }
}

void Hub::SwitchMoved(bool enabled) {
    if (enabled || services_.Hosted()) {
        return;  // hosted tenants have subscriptions instead of the switch
    }
    const std::size_t closed =
        server_.CloseNowIf([](const WsConnection& connection) { return !SocketOf(connection).org.IsDefault(); },
                           platform::ws_code::kPolicy, kSwitchedOff);
    platform::Log(Level::kWarning, "ws.switched_off", {{"closed", closed}});
}

// --- The keeper ---------------------------------------------------------------------------------------------------

void Hub::Ask(const std::function<void(Look&)>& add) {
    {
        const std::lock_guard lock(look_mutex_);
        add(look_);
    }
    look_changed_.notify_one();
}

void Hub::OrgChanged(const std::optional<OrgId>& org) {
    if (!org) {
        return LookAtAll();
    }
    Ask([&](Look& look) { look.orgs.insert(*org); });
}

void Hub::IdentityChanged(std::string_view key) {
    Ask([&](Look& look) { look.keys.emplace(key); });
}

void Hub::LookAtAll() {
    Ask([](Look& look) { look.all = true; });
}

void Hub::Keep() {
    SteadyTime next_ping = SteadyNow() + options_.ping_every;
    SteadyTime next_look = SteadyNow() + options_.look_every;
    std::unique_lock lock(look_mutex_);
    while (!stopping_) {
        look_changed_.wait_until(lock, std::min(next_ping, next_look),
                                 [&] { return stopping_ || look_.all || !look_.orgs.empty() || !look_.keys.empty(); });
        Look look = std::exchange(look_, {});
        lock.unlock();
        const SteadyTime now = SteadyNow();
        if (now >= next_look) {
            look.all = true;
            next_look = now + options_.look_every;
        }
        LookAt(look);
        if (now >= next_ping) {
            next_ping = now + options_.ping_every;
            server_.Broadcast(server_.Connections(),
                              std::make_shared<const std::string>(wire::EncodePing(platform::SystemNow())));
        }
        lock.lock();
    }
}

void Hub::LookAt(const Look& look) {
    std::unordered_map<OrgId, std::vector<WsConnectionPtr>> watched;
    {
        const std::shared_lock lock(members_mutex_);
        watched = members_;
    }
    for (const auto& [org, connections] : watched) {
        const bool whole = look.all || look.orgs.contains(org);
        const bool some =
            whole || (!look.keys.empty() && std::ranges::any_of(connections, [&](const WsConnectionPtr& connection) {
                return IsOneOf(SocketOf(*connection).identity, look.keys);
            }));
        if (!some) {
            continue;
        }
        try {
            const auto facts = app::LoadOrgFacts(services_, org, platform::SystemNow());
            for (const WsConnectionPtr& connection : connections) {
                const Socket& socket = SocketOf(*connection);
                if (!whole && !IsOneOf(socket.identity, look.keys)) {
                    continue;
                }
                if (const auto reason = Objection(socket, facts)) {
                    connection->CloseNow(platform::ws_code::kPolicy, *reason);
                }
            }
        } catch (const platform::Unavailable&) {
            continue;  // looked at again soon; until then nothing is sent
        }
        if (look.orgs.contains(org)) {
            feed_->Changed(org);
        }
    }
}

}  // namespace pulse::ws
