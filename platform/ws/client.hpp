// The WebSocket client: ws:// and wss://, one connection an object.
//
// What arrives is either taken with Receive or, when `on_message` is given, delivered to it. Server certificates are
// checked against the machine's authorities or `ca_file`, and against the host's name; there is no way to switch that
// off. Nothing reconnects by itself: that is a decision of the caller.
//
// Connect, Receive and AwaitClosed wait; each has a deadline. The look-up of a host name that has begun cannot be
// broken off: Connect returns at its deadline, but the end of the WsThread waits for the system's answer.
//
// Thread safety: any thread; Receive hands each message to one caller.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"
#include "platform/httpd/server.hpp"
#include "platform/ws/connection.hpp"

namespace platform {

/// A thread that serves any number of clients. It must outlive none of them, but must not be destroyed by its own
/// callbacks.
class WsThread {
public:
    /// `on_error` gets internal text for the log: what a callback threw.
    explicit WsThread(std::function<void(std::string_view)> on_error = {});
    /// Cuts off the clients that are still open.
    ~WsThread();
    WsThread(const WsThread&) = delete;
    WsThread& operator=(const WsThread&) = delete;

    struct Impl;

private:
    friend class WsClient;
    std::unique_ptr<Impl> impl_;
};

struct WsError {
    enum class Kind {
        kBadOptions,   // the address or a header cannot be used
        kUnreachable,  // not resolved, not connected, broken off
        kUntrusted,    // TLS failed; the certificate above all
        kRefused,      // the server answered, but not with 101: see `status` and `body`
        kTimedOut,
        kClosed,  // the connection has been closed: see WsClient::Closed
    };

    Kind kind = Kind::kUnreachable;
    std::string message;  // for people: what, where, what to do
    int status = 0;
    std::string body;  // of a refusal, up to 64 KiB
};

struct WsClientOptions {
    std::string url;                         // ws://host:port/path?query
    HeaderList headers;                      // of the handshake: Authorization, Origin, ...
    std::string ca_file;                     // PEM; empty: the machine's authorities
    WsLimits limits;                         // handshake_timeout bounds Connect as a whole
    std::size_t max_unread_messages = 1024;  // more than that and the connection is closed with 1008
    std::function<void(std::string_view)> on_message;
    std::function<void(const WsClosed&)> on_closed;
    std::shared_ptr<WsThread> thread;  // none: one of its own
};

class WsClient {
public:
    static Expected<WsClient, WsError> Connect(WsClientOptions options);

    /// Closes at once.
    ~WsClient();
    WsClient(WsClient&&) noexcept;
    WsClient& operator=(WsClient&&) noexcept;

    WsSend Send(std::string text);
    WsSend Send(WsMessage message);
    /// The next message; kTimedOut, or kClosed when there will be none.
    Expected<std::string, WsError> Receive(std::chrono::milliseconds patience);
    void Close(std::uint16_t code = ws_code::kNormal, std::string_view reason = {});
    void CloseNow(std::uint16_t code = ws_code::kGoingAway, std::string_view reason = {});
    /// How it ended; nothing while it is open.
    std::optional<WsClosed> Closed() const;
    /// Returns when that is known; on_closed is told at the same time, on its own thread.
    std::optional<WsClosed> AwaitClosed(std::chrono::milliseconds patience) const;

private:
    struct Impl;
    explicit WsClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace platform
