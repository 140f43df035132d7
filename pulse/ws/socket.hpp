// One subscriber: who opened the WebSocket, for which organization, and what it can take. Attached to its connection.
#pragma once

#include <cstddef>
#include <optional>

#include "platform/ws/connection.hpp"
#include "pulse/app/identities.hpp"
#include "tenancy/org_id.hpp"

namespace pulse::ws {

struct Socket {
    app::Identity identity;  // as it was at the upgrade: asked again before anything is sent
    tenancy::OrgId org;      // never another one
    std::optional<std::size_t> max_message_bytes;
    bool has_state = false;  // StateFeed's thread alone
};

inline Socket& SocketOf(const platform::WsConnection& connection) {
    return *static_cast<Socket*>(connection.Context().get());
}

}  // namespace pulse::ws
