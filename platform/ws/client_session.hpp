// The client's end of a WebSocket: look-up, connection, TLS, handshake, then a session like the server's.
//
// Internal to platform/ws; free of Boost. The steps run on the loop's thread, one after the other.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "platform/ws/client.hpp"
#include "platform/ws/session.hpp"

namespace platform {

/// Where to, and with what.
struct Dial {
    std::string host;  // without brackets
    std::string port;
    std::string target;        // path and query
    std::string host_header;   // as it stood in the address
    std::string display_name;  // for messages: without the query, which may hold a secret
    HeaderList headers;
    std::string ca_file;
};

/// Why a session never opened. Written on the loop's thread, before `SessionGroup::on_never_opened` is called there.
struct DialFailure {
    std::optional<WsError> error;
};

std::shared_ptr<Session> MakePlainClientSession(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group,
                                                Dial dial, std::shared_ptr<DialFailure> failure);
/// Throws std::runtime_error when the authorities cannot be read.
std::shared_ptr<Session> MakeTlsClientSession(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group,
                                              Dial dial, std::shared_ptr<DialFailure> failure);

}  // namespace platform
