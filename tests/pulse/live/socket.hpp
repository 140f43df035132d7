// One client of pulsed's WebSocket, and what a test expects of it.
//
//     LiveSocket socket = LiveSocket::Open(As("alice").In("acme"));
//     socket.Await("welcome");
//
// Every wait has a deadline. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/ws/client.hpp"
#include "tests/pulse/harness.hpp"

namespace pulse_test {

struct Handshake {
    std::string query;            // "?org_id=acme"
    std::string origin = "same";  // "same": the server's own; empty: none
    platform::WsLimits limits;
};

/// What the server answered instead of 101.
struct RefusedSocket {
    int status = 0;
    std::string body;
    Json json;  // null when the body is text

    const RefusedSocket& Expect(int expected) const;
    const RefusedSocket& ExpectText(int expected, std::string_view text) const;
    /// Shapes B, C, D1 and E: the code in `error`.
    const RefusedSocket& ExpectCode(int expected, std::string_view code) const;
};

class LiveSocket {
public:
    /// Throws when it is refused.
    static LiveSocket Open(const Caller& caller, const Handshake& handshake = {});
    /// A failure of the test when it is not.
    static RefusedSocket Refused(const Caller& caller, const Handshake& handshake = {});

    /// The next message of that type; others before it are kept in Seen.
    Json Await(std::string_view type);
    /// welcome and initialState; gives the latter's data.
    Json AwaitState();
    /// All that has arrived so far, in order.
    const std::vector<Json>& Seen() const {
        return seen_;
    }
    void Say(const Json& message) {
        client_.Send(message.dump());
    }
    platform::WsClient& Client() {
        return client_;
    }
    bool IsOpen() const {
        return !client_.Closed().has_value();
    }
    /// How it ended; a failure of the test when it does not.
    platform::WsClosed AwaitClosed();
    /// Ended by the server with 1008 and a reason that begins with that code.
    void ExpectClosed(std::string_view code);
    /// It is there and answers.
    void ExpectAlive();

private:
    explicit LiveSocket(platform::WsClient client) : client_(std::move(client)) {}

    platform::WsClient client_;
    std::vector<Json> seen_;
};

/// {"type","level","resourceId",...} for POST /api/alerts/report.
Json AnAlert(const std::string& resource, const std::string& message = "too hot");

}  // namespace pulse_test
