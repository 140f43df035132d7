// The server's end of a WebSocket. Internal to platform/ws; free of Boost.
//
// Thread safety: as session.hpp; made anywhere, begun on its loop's thread.
#pragma once

#include <memory>

#include "platform/httpd/server.hpp"
#include "platform/ws/session.hpp"

namespace platform {

/// `place` is let go of when the session has ended. Throws when the socket cannot be watched.
std::shared_ptr<Session> MakeServerSession(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group,
                                           UpgradedConnection connection, std::shared_ptr<void> context,
                                           HeaderList answer_headers, std::shared_ptr<void> place);

}  // namespace platform
