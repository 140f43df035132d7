// An HTTP server with a WebSocket server behind it, on one port, that writes down what happens; and a raw client that
// speaks the frames of RFC 6455 by hand, so that it can also speak them wrongly.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/httpd/server.hpp"
#include "platform/ws/server.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace ws_test {

using wire_test::kPatience;

struct Frame {
    bool last = true;
    int opcode = 0;
    std::string payload;

    /// Of a closing frame; 1005 when it has none.
    int CloseCode() const;
    std::string CloseReason() const;
};

inline constexpr int kContinuation = 0x0;
inline constexpr int kText = 0x1;
inline constexpr int kBinary = 0x2;
inline constexpr int kClose = 0x8;
inline constexpr int kPing = 0x9;
inline constexpr int kPong = 0xA;

/// A client's frame, masked as the protocol demands.
std::string MaskedFrame(int opcode, std::string_view payload, bool last = true);
std::string UnmaskedFrame(int opcode, std::string_view payload, bool last = true);
std::string ClosePayload(int code, std::string_view reason);

/// The opening handshake for /ws.
std::string Handshake(std::string_view more_headers = {});

class RawWs {
public:
    /// Connected, without a handshake.
    explicit RawWs(std::uint16_t port);
    /// Connected and open; fails the test otherwise.
    static RawWs Open(std::uint16_t port);

    std::optional<wire_test::RawResponse> Upgrade(std::string_view request);
    bool Send(std::string_view bytes) {
        return socket.Send(bytes);
    }
    /// The next frame; nothing at the end of the connection or when none comes.
    std::optional<Frame> Receive();
    /// The next frame that is neither ping nor pong.
    std::optional<Frame> ReceiveData();

    wire_test::RawSocket socket;

private:
    bool Fill(std::size_t size);
    std::string received_;
};

/// "open", "closed 1000 bye", or the text of a message, with the connection it belongs to.
struct Event {
    std::string text;
    platform::WsConnectionPtr connection;
    std::optional<platform::WsClosed> closed;
};

class WsPort : public testing::Test {
protected:
    /// Paths: /ws upgrades; anything else answers its path. Messages come back as they are.
    void StartServer(platform::WsServerOptions options = {}, platform::WsAccept accept = {});
    void TearDown() override;

    std::uint16_t Port() const {
        return http->Port();
    }
    std::string Url(std::string_view path = "/ws") const {
        return "ws://127.0.0.1:" + std::to_string(Port()) + std::string(path);
    }

    /// The first event, not given out before, that fits.
    std::optional<Event> Await(const std::function<bool(const Event&)>& fits);
    std::optional<Event> AwaitText(const std::string& text);
    std::optional<Event> AwaitClosed();
    bool AwaitCount(std::size_t connections);
    bool AwaitReport(std::string_view part);

    std::function<void(const platform::WsConnectionPtr&)> on_open;                       // instead of nothing
    std::function<void(const platform::WsConnectionPtr&, std::string_view)> on_message;  // instead of the echo
    std::unique_ptr<platform::WsServer> ws;
    std::unique_ptr<platform::HttpServer> http;

private:
    void Note(Event event);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Event> events_;
    std::vector<std::string> reported_;
};

}  // namespace ws_test
