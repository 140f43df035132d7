// What a WebSocket is for, over one port with ordinary HTTP: messages in both directions, to one and to many.

#include <atomic>
#include <thread>

#include "platform/ws/client.hpp"
#include "tests/unit/platform/ws/ws_port.hpp"

namespace ws_test {

namespace {

using platform::WsConnectionPtr;
using platform::WsMessage;
using platform::WsSend;

class WsServerTest : public WsPort {};

TEST_F(WsServerTest, HandshakeAnswersTheKeyAndCarriesHeaders) {
    StartServer({}, {.headers = {{"Set-Cookie", "a=b"}, {"X-Instance", "eu-1"}}});
    RawWs client(Port());
    const auto answer = client.Upgrade(Handshake());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 101);
    // The example of RFC 6455, section 1.3.
    EXPECT_TRUE(answer->Has("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=")) << answer->head;
    EXPECT_TRUE(answer->Has("upgrade: websocket"));
    EXPECT_TRUE(answer->Has("connection: upgrade"));
    EXPECT_TRUE(answer->Has("set-cookie: a=b"));
    EXPECT_TRUE(answer->Has("x-instance: eu-1"));
    EXPECT_EQ(answer->head.find("sec-websocket-extensions"), std::string::npos);
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->connection->Peer(), "127.0.0.1");
    EXPECT_EQ(http->HandedOver(), 1U);
}

TEST_F(WsServerTest, RefusalsAreOrdinaryAnswersAndTheConnectionGoesOn) {
    StartServer();
    RawWs client(Port());
    const auto refused = client.Upgrade(wire_test::Request("GET", "/ws"));
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->status, 426);
    EXPECT_TRUE(refused->Has("upgrade: websocket"));
    EXPECT_TRUE(refused->body.starts_with("{\"error\"")) << refused->body;
    const auto other = client.Upgrade(wire_test::Request("GET", "/other"));
    ASSERT_TRUE(other.has_value());
    EXPECT_EQ(other->body, "/other");
    const auto accepted = client.Upgrade(Handshake());
    ASSERT_TRUE(accepted.has_value());
    EXPECT_EQ(accepted->status, 101);
}

TEST_F(WsServerTest, EchoesTextOfEverySize) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    for (const std::size_t size : {0U, 1U, 125U, 126U, 1000U, 65535U, 65536U}) {
        const std::string text(size, 'm');
        ASSERT_TRUE(client.Send(MaskedFrame(kText, text)));
        const auto frame = client.Receive();
        ASSERT_TRUE(frame.has_value()) << size;
        EXPECT_EQ(frame->opcode, kText);
        EXPECT_TRUE(frame->last);
        EXPECT_EQ(frame->payload, text);
    }
    EXPECT_EQ(ws->Counters().messages_received, 7U);
}

TEST_F(WsServerTest, FragmentsBecomeOneMessageAlsoAroundAPing) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    const std::string euro = "\xE2\x82\xAC";
    client.Send(MaskedFrame(kText, "a" + euro.substr(0, 1), false));
    client.Send(MaskedFrame(kPing, "still there?"));
    client.Send(MaskedFrame(kContinuation, euro.substr(1, 1), false));
    client.Send(MaskedFrame(kContinuation, "", false));
    client.Send(MaskedFrame(kContinuation, euro.substr(2) + "b"));
    const auto pong = client.Receive();
    ASSERT_TRUE(pong.has_value());
    EXPECT_EQ(pong->opcode, kPong);
    EXPECT_EQ(pong->payload, "still there?");
    const auto frame = client.Receive();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->payload, "a" + euro + "b");
}

TEST_F(WsServerTest, MessagesComeInOrderFromSeveralThreads) {
    platform::WsServerOptions options;
    options.limits.max_queued_messages = 100'000;
    StartServer(options);
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    constexpr int kThreads = 4;
    constexpr int kEach = 500;
    std::vector<std::thread> senders;
    for (int thread = 0; thread < kThreads; ++thread) {
        senders.emplace_back([&, thread] {
            for (int n = 0; n < kEach; ++n) {
                EXPECT_EQ(opened->connection->Send(std::to_string(thread) + ":" + std::to_string(n)), WsSend::kQueued);
            }
        });
    }
    std::vector<int> next(kThreads, 0);
    for (int i = 0; i < kThreads * kEach; ++i) {
        const auto frame = client.Receive();
        ASSERT_TRUE(frame.has_value());
        const auto thread = static_cast<std::size_t>(frame->payload[0] - '0');
        EXPECT_EQ(frame->payload, std::to_string(thread) + ":" + std::to_string(next.at(thread)++));
    }
    for (auto& sender : senders) {
        sender.join();
    }
}

TEST_F(WsServerTest, OneBufferReachesManyAndIsNeverCopied) {
    StartServer({.threads = 2});
    constexpr std::size_t kClients = 40;
    std::vector<RawWs> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
        clients.push_back(RawWs::Open(Port()));
        ASSERT_TRUE(AwaitText("open").has_value());
    }
    auto connections = ws->Connections();
    ASSERT_EQ(connections.size(), kClients);
    connections.pop_back();
    WsMessage message = std::make_shared<const std::string>("to all but one");
    const std::weak_ptr<const std::string> watched = message;
    EXPECT_EQ(ws->Broadcast(connections, message), kClients - 1);
    EXPECT_LE(message.use_count(), static_cast<long>(kClients));
    message.reset();
    ASSERT_EQ(ws->Broadcast(ws->Connections(), std::make_shared<const std::string>("end")), kClients);
    std::size_t reached = 0;
    for (RawWs& client : clients) {
        auto frame = client.Receive();
        ASSERT_TRUE(frame.has_value());
        if (frame->payload == "to all but one") {
            ++reached;
            frame = client.Receive();
            ASSERT_TRUE(frame.has_value());
        }
        EXPECT_EQ(frame->payload, "end");
    }
    EXPECT_EQ(reached, kClients - 1);
    EXPECT_TRUE(watched.expired());
}

TEST_F(WsServerTest, ContextIsTheConnectionsOwn) {
    StartServer({}, {.context = std::make_shared<std::string>("org-7")});
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(*std::static_pointer_cast<std::string>(opened->connection->Context()), "org-7");
    EXPECT_NE(opened->connection->Id(), 0U);
}

TEST_F(WsServerTest, MessagesSentWhileOpeningArriveFirst) {
    on_open = [](const WsConnectionPtr& connection) {
        connection->Send("welcome");
        connection->Send("state");
    };
    StartServer();
    RawWs client = RawWs::Open(Port());
    client.Send(MaskedFrame(kText, "mine"));
    for (const char* expected : {"welcome", "state", "mine"}) {
        const auto frame = client.Receive();
        ASSERT_TRUE(frame.has_value());
        EXPECT_EQ(frame->payload, expected);
    }
}

TEST_F(WsServerTest, HandlerThatThrowsCostsItsConnectionOnly) {
    on_message = [](const WsConnectionPtr& connection, std::string_view message) {
        if (message == "bad") {
            throw std::runtime_error("secret text");
        }
        connection->Send(std::string(message));
    };
    StartServer();
    RawWs good = RawWs::Open(Port());
    RawWs bad = RawWs::Open(Port());
    bad.Send(MaskedFrame(kText, "bad"));
    const auto frame = bad.Receive();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->CloseCode(), 1011);
    EXPECT_EQ(frame->CloseReason(), "internal error");
    EXPECT_TRUE(AwaitReport("secret text"));
    good.Send(MaskedFrame(kText, "good"));
    const auto answer = good.Receive();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->payload, "good");
}

TEST_F(WsServerTest, FullServerSaysSoInPlainHttpAndHasRoomAgainLater) {
    platform::WsServerOptions options;
    options.max_connections = 2;
    StartServer(options);
    RawWs first = RawWs::Open(Port());
    RawWs second = RawWs::Open(Port());
    RawWs third(Port());
    const auto refused = third.Upgrade(Handshake());
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->status, 503);
    EXPECT_EQ(ws->Counters().turned_away, 1U);
    second.socket.Close();
    ASSERT_TRUE(AwaitCount(1));
    const auto accepted = third.Upgrade(Handshake());
    ASSERT_TRUE(accepted.has_value());
    EXPECT_EQ(accepted->status, 101);
}

TEST_F(WsServerTest, OpenSocketsDoNotKeepOrdinaryRequestsOut) {
    StartServer();
    http->Drain(kPatience);
    platform::HttpServerOptions narrow;
    narrow.max_connections = 3;
    http = std::make_unique<platform::HttpServer>(narrow, [this](const platform::HttpRequest& request) {
        return request.path == "/ws" ? std::move(*ws->Accept({})) : platform::HttpResponse{.body = request.path};
    });
    http->Start();
    std::vector<RawWs> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(RawWs::Open(Port()));
    }
    const auto answer = wire_test::Exchange(Port(), wire_test::Request("GET", "/kill"));
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, "/kill");
}

TEST(WsServerStart, NumbersOfThreadsThatMakeNoSenseAreRefused) {
    EXPECT_THROW(platform::WsServer({.threads = 0}, {}).Start(), std::runtime_error);
    EXPECT_THROW(platform::WsServer({.threads = 1000}, {}).Start(), std::runtime_error);
    platform::WsServer never_started({}, {});
    EXPECT_FALSE(never_started.Accept({}).has_value());
    EXPECT_TRUE(never_started.Drain(kPatience));
    EXPECT_THROW(never_started.Start(), std::logic_error);
}

}  // namespace

}  // namespace ws_test
