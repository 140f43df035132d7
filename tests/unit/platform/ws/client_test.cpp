// The client against the server, against servers that misbehave, and over TLS.

#include "platform/ws/client.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "platform/base/clock.hpp"
#include "tests/unit/platform/ws/ws_port.hpp"

namespace ws_test {

namespace {

using platform::WsClient;
using platform::WsClientOptions;
using platform::WsEnd;
using platform::WsError;
using platform::WsSend;
using std::chrono::milliseconds;
using wire_test::Background;
using wire_test::RawListener;

class WsClientTest : public WsPort {};

TEST_F(WsClientTest, TalksAndSaysGoodbye) {
    StartServer();
    auto client = WsClient::Connect({.url = Url(), .headers = {{"Authorization", "Bearer t"}}});
    ASSERT_TRUE(client.has_value()) << client.error().message;
    EXPECT_EQ(client->Send("hello"), WsSend::kQueued);
    const auto answer = client->Receive(kPatience);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(*answer, "hello");
    EXPECT_FALSE(client->Closed().has_value());
    client->Close(1000, "done");
    const auto closed = client->AwaitClosed(kPatience);
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->code, 1000);
    EXPECT_EQ(closed->end, WsEnd::kByUs);
    const auto seen = AwaitClosed();
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->closed->reason, "done");
    EXPECT_EQ(seen->closed->end, WsEnd::kByPeer);
    EXPECT_EQ(client->Send("too late"), WsSend::kClosed);
    const auto none = client->Receive(kPatience);
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().kind, WsError::Kind::kClosed);
}

TEST_F(WsClientTest, ReceivesToTheEndAndThenLearnsWhy) {
    on_open = [](const platform::WsConnectionPtr& connection) {
        connection->Send("last words");
        connection->Close(4002, "license lapsed");
    };
    StartServer();
    auto client = WsClient::Connect({.url = Url()});
    ASSERT_TRUE(client.has_value());
    ASSERT_TRUE(client->AwaitClosed(kPatience).has_value());
    EXPECT_EQ(client->Receive(kPatience).value_or(""), "last words");
    const auto end = client->Receive(kPatience);
    ASSERT_FALSE(end.has_value());
    EXPECT_NE(end.error().message.find("4002 license lapsed"), std::string::npos) << end.error().message;
    EXPECT_EQ(client->Closed()->end, WsEnd::kByPeer);
}

TEST_F(WsClientTest, ReceiveGivesUpInTime) {
    StartServer();
    auto client = WsClient::Connect({.url = Url()});
    ASSERT_TRUE(client.has_value());
    const auto nothing = client->Receive(milliseconds(20));
    ASSERT_FALSE(nothing.has_value());
    EXPECT_EQ(nothing.error().kind, WsError::Kind::kTimedOut);
}

/// Calls from another thread, waited for.
class Calls {
public:
    void Add() {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    /// How many there are when there are as many, or nobody waits any longer.
    int Await(int many) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kPatience, [&] { return count_ >= many; });
        return count_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

TEST_F(WsClientTest, CallbacksAndManyClientsOnOneThread) {
    StartServer();
    Calls messages;
    Calls closed;
    const auto thread = std::make_shared<platform::WsThread>();  // ends first
    {
        std::vector<WsClient> clients;
        for (int i = 0; i < 50; ++i) {
            auto client = WsClient::Connect({.url = Url(),
                                             .on_message = [&](std::string_view) { messages.Add(); },
                                             .on_closed = [&](const platform::WsClosed&) { closed.Add(); },
                                             .thread = thread});
            ASSERT_TRUE(client.has_value()) << client.error().message;
            client->Send("x");
            clients.push_back(std::move(*client));
        }
        EXPECT_EQ(messages.Await(50), 50);
        ws->CloseNowIf([](const platform::WsConnection&) { return true; }, 4503, "off");
        for (const WsClient& client : clients) {
            const auto end = client.AwaitClosed(kPatience);
            ASSERT_TRUE(end.has_value());
            EXPECT_EQ(end->code, 4503);
            EXPECT_EQ(end->reason, "off");
        }
    }
    EXPECT_EQ(closed.Await(50), 50);
}

TEST_F(WsClientTest, RefusalIsTold) {
    StartServer();
    const auto client = WsClient::Connect({.url = Url("/else?token=secret")});
    ASSERT_FALSE(client.has_value());
    EXPECT_EQ(client.error().kind, WsError::Kind::kRefused);
    EXPECT_EQ(client.error().status, 200);
    EXPECT_EQ(client.error().body, "/else");
    EXPECT_NE(client.error().message.find(Url("/else") + " answered 200"), std::string::npos) << client.error().message;
    EXPECT_EQ(client.error().message.find("secret"), std::string::npos);
}

TEST_F(WsClientTest, BadOptionsAreNamed) {
    for (const char* url : {"http://127.0.0.1/", "ws://", "ws://host:0/", "ws://host:99999/", "ws://user:pw@host/",
                            "ws://host/with space", "127.0.0.1:80", "ws://[::1/", "ws://host/#part"}) {
        const auto client = WsClient::Connect({.url = url});
        ASSERT_FALSE(client.has_value()) << url;
        EXPECT_EQ(client.error().kind, WsError::Kind::kBadOptions) << url;
        EXPECT_NE(client.error().message.find("ws://host:port/path"), std::string::npos);
    }
    const auto header = WsClient::Connect({.url = "ws://127.0.0.1:1/", .headers = {{"X", "a\r\nHost: b"}}});
    ASSERT_FALSE(header.has_value());
    EXPECT_EQ(header.error().kind, WsError::Kind::kBadOptions);
    const auto authorities = WsClient::Connect({.url = "wss://127.0.0.1:1/", .ca_file = "/nowhere/ca.pem"});
    ASSERT_FALSE(authorities.has_value());
    EXPECT_EQ(authorities.error().kind, WsError::Kind::kBadOptions);
    EXPECT_NE(authorities.error().message.find("/nowhere/ca.pem"), std::string::npos);
}

TEST_F(WsClientTest, NobodyThereIsTold) {
    std::uint16_t port = 0;
    {
        const RawListener gone;
        port = gone.Port();
    }
    const auto client = WsClient::Connect({.url = "ws://127.0.0.1:" + std::to_string(port) + "/"});
    ASSERT_FALSE(client.has_value());
    EXPECT_EQ(client.error().kind, WsError::Kind::kUnreachable);
    EXPECT_NE(client.error().message.find("cannot be reached"), std::string::npos) << client.error().message;
}

TEST_F(WsClientTest, ServerThatSaysNothingTimesOut) {
    RawListener listener;
    WsClientOptions options{.url = "ws://127.0.0.1:" + std::to_string(listener.Port()) + "/"};
    options.limits.handshake_timeout = milliseconds(60);
    const auto client = WsClient::Connect(options);
    ASSERT_FALSE(client.has_value());
    EXPECT_EQ(client.error().kind, WsError::Kind::kTimedOut) << client.error().message;
}

TEST_F(WsClientTest, ServerThatHangsUpOrTalksNonsenseIsTold) {
    for (const char* answer : {"", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
        RawListener listener;
        Background served([&] {
            auto socket = listener.Accept();
            socket.Receive(4096);
            socket.Send(answer);
            return true;
        });
        const auto client = WsClient::Connect({.url = "ws://127.0.0.1:" + std::to_string(listener.Port()) + "/"});
        EXPECT_TRUE(served.Get());
        ASSERT_FALSE(client.has_value());
        EXPECT_FALSE(client.error().message.empty());
        EXPECT_EQ(client.error().kind, WsError::Kind::kUnreachable) << client.error().message;
    }
}

TEST_F(WsClientTest, ServerThatVanishesIsALostConnection) {
    StartServer();
    auto client = WsClient::Connect({.url = Url()});
    ASSERT_TRUE(client.has_value());
    ws->Drain(milliseconds(0));
    const auto closed = client->AwaitClosed(kPatience);
    ASSERT_TRUE(closed.has_value());
    EXPECT_NE(closed->end, WsEnd::kByUs);
    StartServer();
}

TEST_F(WsClientTest, UnreadMessagesAreBounded) {
    StartServer();
    auto client = WsClient::Connect({.url = Url(), .max_unread_messages = 3});
    ASSERT_TRUE(client.has_value());
    for (int i = 0; i < 4; ++i) {
        client->Send(std::to_string(i));
    }
    const auto closed = client->AwaitClosed(kPatience);
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->code, 1008);
    EXPECT_EQ(client->Receive(kPatience).value_or(""), "0");
}

TEST_F(WsClientTest, PlainServerIsNotTakenForATlsOne) {
    StartServer();
    const auto client = WsClient::Connect({.url = "wss://127.0.0.1:" + std::to_string(Port()) + "/ws"});
    ASSERT_FALSE(client.has_value());
    EXPECT_EQ(client.error().kind, WsError::Kind::kUntrusted) << client.error().message;
}

}  // namespace

}  // namespace ws_test
