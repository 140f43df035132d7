#include "tests/pulse/live/socket.hpp"

#include <stdexcept>

namespace pulse_test {
namespace {

constexpr std::chrono::seconds kSocketPatience{30};
constexpr std::size_t kLargestState = std::size_t{64} * 1024 * 1024;

platform::WsClientOptions OptionsOf(const Caller& caller, const Handshake& handshake) {
    // All of them share a thread: a thousand sockets are not a thousand threads.
    static const auto thread = std::make_shared<platform::WsThread>();
    platform::WsClientOptions options;
    options.url = "ws" + caller.Url().substr(4) + "/ws" + handshake.query;
    options.headers = caller.Headers();
    if (!handshake.origin.empty()) {
        options.headers.emplace_back("Origin", handshake.origin == "same" ? caller.Url() : handshake.origin);
    }
    options.limits = handshake.limits;
    options.limits.max_message_bytes = kLargestState;
    options.max_unread_messages = 100'000;
    options.thread = thread;
    return options;
}

}  // namespace

const RefusedSocket& RefusedSocket::Expect(int expected) const {
    EXPECT_EQ(status, expected) << body;
    return *this;
}

const RefusedSocket& RefusedSocket::ExpectText(int expected, std::string_view text) const {
    EXPECT_TRUE(json.is_null()) << body;
    EXPECT_NE(body.find(text), std::string::npos) << body;
    return Expect(expected);
}

const RefusedSocket& RefusedSocket::ExpectCode(int expected, std::string_view code) const {
    EXPECT_TRUE(json.is_object() && json.value("error", "") == code) << body;
    return Expect(expected);
}

LiveSocket LiveSocket::Open(const Caller& caller, const Handshake& handshake) {
    auto client = platform::WsClient::Connect(OptionsOf(caller, handshake));
    if (!client) {
        throw std::runtime_error("no WebSocket: " + client.error().message + " " + client.error().body);
    }
    return LiveSocket(std::move(*client));
}

RefusedSocket LiveSocket::Refused(const Caller& caller, const Handshake& handshake) {
    const auto client = platform::WsClient::Connect(OptionsOf(caller, handshake));
    if (client) {
        ADD_FAILURE() << "the server agreed to a WebSocket";
        return {};
    }
    EXPECT_EQ(client.error().kind, platform::WsError::Kind::kRefused) << client.error().message;
    RefusedSocket refused{client.error().status, client.error().body, Json::parse(client.error().body, nullptr, false)};
    if (refused.json.is_discarded()) {
        refused.json = nullptr;
    }
    return refused;
}

Json LiveSocket::Await(std::string_view type) {
    for (;;) {
        const auto text = client_.Receive(kSocketPatience);
        if (!text) {
            throw std::runtime_error("no '" + std::string(type) + "' came: " + text.error().message);
        }
        seen_.push_back(Json::parse(*text));
        if (seen_.back().at("type") == type) {
            return seen_.back();
        }
    }
}

Json LiveSocket::AwaitState() {
    Await("welcome");
    return Await("initialState").at("data");
}

platform::WsClosed LiveSocket::AwaitClosed() {
    const auto closed = client_.AwaitClosed(kSocketPatience);
    if (!closed) {
        ADD_FAILURE() << "the socket stayed open";
        return {};
    }
    return *closed;
}

void LiveSocket::ExpectClosed(std::string_view code) {
    const platform::WsClosed closed = AwaitClosed();
    EXPECT_EQ(closed.code, platform::ws_code::kPolicy) << closed.reason;
    EXPECT_TRUE(closed.reason.starts_with(std::string(code) + ": ")) << closed.reason;
}

void LiveSocket::ExpectAlive() {
    Say({{"type", "ping"}});
    EXPECT_TRUE(Await("pong").at("data").contains("timestamp"));
}

Json AnAlert(const std::string& resource, const std::string& message) {
    return {{"type", "cpu"},      {"level", "warning"}, {"resourceId", resource}, {"resourceName", resource},
            {"message", message}, {"value", 95},        {"threshold", 90}};
}

}  // namespace pulse_test
