// The WebSocket server: it takes over connections that an HttpServer hands to it, so both share one port.
//
//   platform::HttpResponse OnWs(const platform::HttpRequest& request) {
//       if (auto refusal = platform::CheckUpgrade(request)) return AsJson(*refusal);
//       ... who is it, may they ...                            // refused: an ordinary answer
//       auto answer = ws.Accept({.context = session});
//       return answer ? std::move(*answer) : Unavailable();    // full or draining
//   }
//
// Limits: a connection counts towards `max_connections` here from Accept on, and no longer towards the HttpServer's:
// open sockets can never keep ordinary requests out, the order to close them included.
//
// Between the decision to accept and `on_open` anything can change. A connection is on the books before `on_open` runs:
// whoever closes connections on a change (CloseNowIf) and checks again in `on_open` misses none.
//
// Drain the HttpServer first, then this. Boost.Asio and Beast do not leave this folder.
//
// Thread safety: Start and Drain belong to one owner thread; the rest may be called from any, Broadcast and CloseNowIf
// from callbacks too.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "platform/httpd/server.hpp"
#include "platform/ws/connection.hpp"

namespace platform {

struct WsServerOptions {
    int threads = 1;
    std::size_t max_connections = 4096;
    WsLimits limits;
    std::function<void(std::string_view)> on_error;  // internal text, for the log
};

struct WsAccept {
    std::shared_ptr<void> context;  // WsConnection::Context
    HeaderList headers;             // added to the 101 answer
};

/// Since Start.
struct WsCounters {
    std::uint64_t opened = 0;
    std::uint64_t closed = 0;
    std::uint64_t turned_away = 0;      // Accept said no: full, or draining
    std::uint64_t failed_upgrades = 0;  // left or misbehaved before the connection was open
    std::uint64_t too_slow = 0;         // dropped for a full queue
    std::uint64_t silent = 0;           // dropped for silence
    std::uint64_t broken_rules = 0;
    std::uint64_t messages_received = 0;
    std::uint64_t messages_sent = 0;
};

class WsServer {
public:
    WsServer(WsServerOptions options, WsHandlers handlers);
    /// Cuts off what is open.
    ~WsServer();
    WsServer(const WsServer&) = delete;
    WsServer& operator=(const WsServer&) = delete;

    /// Once. Throws std::runtime_error when there can be no threads. Raises the process's limit of open files when it
    /// is too low for `max_connections`.
    void Start();

    /// The answer to a request that CheckUpgrade has passed. Nothing when the server is full or draining.
    std::optional<HttpResponse> Accept(WsAccept accept);

    /// The number that took it into their queues.
    std::size_t Broadcast(std::span<const WsConnectionPtr> to, const WsMessage& message);
    /// CloseNow for each connection the condition holds for; their number. The condition is called without a lock held.
    std::size_t CloseNowIf(const std::function<bool(const WsConnection&)>& condition, std::uint16_t code,
                           std::string_view reason);
    /// Open and opening, as of now.
    std::vector<WsConnectionPtr> Connections() const;
    /// Accepted and not yet gone.
    std::size_t Count() const;
    WsCounters Counters() const;

    /// Accepts no more, closes all with 1001 and waits until they have said goodbye; cuts off the rest at the deadline.
    /// True when none was cut off. No callback runs behind it.
    bool Drain(std::chrono::milliseconds deadline);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platform
