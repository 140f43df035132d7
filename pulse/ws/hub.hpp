// The open WebSockets: each belongs to one organization from its upgrade on, and gets what happens there and nothing of
// any other.
//
// That its caller may have the organization's data is decided at the upgrade, again when it is open, and again for
// every message that holds any of it. A socket whose caller may not any more is closed at once with a reason: the
// gate's code (feature_disabled, license_required, subscription_required, org_suspended, invalid_org, access_denied) or
// session_ended, token_revoked, credentials_changed. What makes it so is
//
//   the switch      on the thread that moves it, before anything else is done about it
//   the database    told by its listeners (OrgChanged, IdentityChanged), whoever made the change
//   time            sessions, tokens and licences end: looked at every `look_every`
//
// What cannot be found out closes nothing and sends nothing. Sockets of `default` survive the switch.
//
// Messages: welcome and initialState at the beginning; alert and alertResolved as they happen; rawData with what
// changed (StateFeed), or whole on requestData; ping now and then; pong. Limits are platform::WsLimits.
//
// Thread safety: construct, Start, Drain and destroy on one thread; the rest may be called from any, until Drain.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "platform/ws/server.hpp"
#include "pulse/app/gate_facts.hpp"
#include "pulse/app/services.hpp"
#include "pulse/ws/origin.hpp"
#include "pulse/ws/socket.hpp"
#include "pulse/ws/state_feed.hpp"

namespace pulse::ws {

struct HubOptions {
    std::size_t max_connections = 4096;
    std::size_t max_of_tenant = 1024;  // so that no tenant takes the places of the others
    platform::WsLimits limits;
    platform::Duration ping_every = std::chrono::seconds(30);
    platform::Duration look_every = std::chrono::seconds(2);
    platform::Duration window = std::chrono::milliseconds(100);  // changes of a state within it are told together
    OriginRules origins;
};

class Hub {
public:
    Hub(app::Services& services, HubOptions options);
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Once, before the first Accept. std::runtime_error when there can be no threads.
    void Start();
    const OriginRules& Origins() const {
        return options_.origins;
    }
    /// The answer to a request that was allowed in. Nothing when there are too many sockets, of that tenant or of all,
    /// or no more are taken.
    std::optional<platform::HttpResponse> Accept(Socket socket, platform::HeaderList headers);

    /// Its members, its status or its numbers are others; nothing: any may be.
    void OrgChanged(const std::optional<tenancy::OrgId>& org);
    /// A session, a token (`key`: its hash), an account (its name) is another or gone.
    void IdentityChanged(std::string_view key);
    /// Anything may be another than before.
    void LookAtAll();

    /// Accepted and not yet gone.
    std::size_t Count() const {
        return server_.Count();
    }
    /// Of those, what belongs to others than `default`.
    std::size_t CountOfTenants() const;
    /// Closes all with 1001. True when none was cut off.
    bool Drain(std::chrono::milliseconds deadline);

private:
    struct Look {
        bool all = false;
        std::set<tenancy::OrgId> orgs;
        std::set<std::string, std::less<>> keys;
    };

    void Opened(const platform::WsConnectionPtr& connection);
    void Received(const platform::WsConnectionPtr& connection, std::string_view text);
    void Closed(const platform::WsConnectionPtr& connection, const platform::WsClosed& closed);
    void SwitchMoved(bool enabled);
    void Deliver(const tenancy::Event& event);

    std::vector<platform::WsConnectionPtr> Members(const tenancy::OrgId& org) const;
    /// Closes those that may not be there any more. platform::Unavailable.
    std::vector<platform::WsConnectionPtr> Audience(const tenancy::OrgId& org);
    /// Why it may not be there any more. platform::Unavailable.
    std::optional<std::string> Objection(const Socket& socket, const app::OrgFacts& facts);

    void Keep();
    void LookAt(const Look& look);
    void Ask(const std::function<void(Look&)>& add);

    app::Services& services_;
    const HubOptions options_;
    mutable std::shared_mutex members_mutex_;
    std::unordered_map<tenancy::OrgId, std::vector<platform::WsConnectionPtr>> members_;
    platform::WsServer server_;
    std::unique_ptr<StateFeed> feed_;

    std::mutex look_mutex_;  // guards what the keeper is asked for
    std::condition_variable look_changed_;
    Look look_;
    bool stopping_ = false;
    std::thread keeper_;

    tenancy::TenantSwitch::Observation switch_observation_;
    app::EventBus::Subscription events_;
};

}  // namespace pulse::ws
