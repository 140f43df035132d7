// One open WebSocket (RFC 6455), server's or client's end: what both have in common. Text messages only.
//
// Messages wait in a queue that is bounded by number and by bytes. A peer that does not take them is dropped rather
// than waited for: it hurts nobody but itself. A message is shared, never copied: one buffer serves any number of
// connections, and must not change once it is sent.
//
// Thread safety: WsConnection may be used from any thread, also behind the end of its server or client (everything is
// then a no-operation). Callbacks of one connection never overlap and come in order: open, messages, closed. They run
// on the thread that serves the socket and hold up everybody on it: hand long work on. They may call anything here, but
// must not end the server or the client they belong to.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace platform {

/// Close codes (RFC 6455, section 7.4).
namespace ws_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kNotText = 1003;
inline constexpr std::uint16_t kNoCode = 1005;     // never sent: the peer closed without a code
inline constexpr std::uint16_t kNoGoodbye = 1006;  // never sent: the connection ended without a closing frame
inline constexpr std::uint16_t kNotUtf8 = 1007;
inline constexpr std::uint16_t kPolicy = 1008;
inline constexpr std::uint16_t kTooBig = 1009;
inline constexpr std::uint16_t kInternalError = 1011;
inline constexpr std::uint16_t kTryAgainLater = 1013;
}  // namespace ws_code

enum class WsEnd {
    kByUs,        // Close, CloseNow, Drain
    kByPeer,      // the peer sent a closing frame
    kLost,        // the connection broke
    kSilent,      // nothing heard for longer than the limit
    kTooSlow,     // the send queue was full
    kBrokenRules  // the peer sent what it must not: too large, not text, not UTF-8, not a frame
};

struct WsClosed {
    std::uint16_t code = ws_code::kNoGoodbye;
    std::string reason;
    WsEnd end = WsEnd::kLost;
};

using WsMessage = std::shared_ptr<const std::string>;

enum class WsSend {
    kQueued,
    kOverflow,  // the queue was full: the connection is being dropped
    kClosed,    // closed or closing: the message is gone
};

struct WsLimits {
    std::size_t max_message_bytes = 64 * 1024;       // received; more ends the connection with 1009
    std::size_t max_queued_messages = 128;           // to send, the one on its way included
    std::size_t max_queued_bytes = 4 * 1024 * 1024;  // as above; a message that waits alone may be larger
    std::chrono::milliseconds ping_interval{30'000};
    std::chrono::milliseconds silence_limit{90'000};  // without message, ping or pong from the peer
    std::chrono::milliseconds handshake_timeout{10'000};
    std::chrono::milliseconds close_timeout{5'000};  // to send what is queued and to see the peer's closing frame
};

class WsConnection {
public:
    WsConnection() = default;
    virtual ~WsConnection() = default;
    WsConnection(const WsConnection&) = delete;
    WsConnection& operator=(const WsConnection&) = delete;

    /// Unique within the process, never zero.
    virtual std::uint64_t Id() const = 0;
    /// Address of the other end, without port.
    virtual const std::string& Peer() const = 0;
    /// What the application attached when it accepted the connection.
    virtual const std::shared_ptr<void>& Context() const = 0;

    virtual WsSend Send(WsMessage message) = 0;
    WsSend Send(std::string text) {
        return Send(std::make_shared<const std::string>(std::move(text)));
    }
    /// Sends what is queued, then says goodbye and waits for the peer's, at most `close_timeout`. The reason is cut to
    /// 123 bytes.
    virtual void Close(std::uint16_t code, std::string_view reason) = 0;
    /// Behind this call no other message begins to be sent or delivered; what is queued is thrown away, and `on_closed`
    /// follows at once. The peer gets code and reason if it takes them within a second.
    virtual void CloseNow(std::uint16_t code, std::string_view reason) = 0;
};

using WsConnectionPtr = std::shared_ptr<WsConnection>;

/// What throws is reported, and closes that connection with 1011.
struct WsHandlers {
    std::function<void(const WsConnectionPtr&)> on_open;
    std::function<void(const WsConnectionPtr&, std::string_view)> on_message;
    /// Exactly once for every `on_open`.
    std::function<void(const WsConnectionPtr&, const WsClosed&)> on_closed;
};

}  // namespace platform
