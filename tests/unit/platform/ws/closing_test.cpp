// How connections end: politely, at once, for cause, and all together.

#include <future>

#include "tests/unit/platform/ws/ws_port.hpp"

namespace ws_test {

namespace {

using platform::WsConnection;
using platform::WsConnectionPtr;
using platform::WsEnd;
using platform::WsSend;
using wire_test::Background;

class WsClosing : public WsPort {};

TEST_F(WsClosing, PeersGoodbyeIsAnsweredAndTold) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    client.Send(MaskedFrame(kClose, ClosePayload(4001, "bye")));
    const auto frame = client.Receive();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->opcode, kClose);
    EXPECT_EQ(frame->CloseCode(), 4001);
    client.socket.Close();
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->code, 4001);
    EXPECT_EQ(closed->closed->reason, "bye");
    EXPECT_EQ(closed->closed->end, WsEnd::kByPeer);
    EXPECT_EQ(closed->connection->Send("too late"), WsSend::kClosed);
    closed->connection->Close(1000, "again");
    closed->connection->CloseNow(1000, "again");
    EXPECT_TRUE(AwaitCount(0));
}

TEST_F(WsClosing, GoodbyeWithoutACodeIsTold) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    client.Send(MaskedFrame(kClose, ""));
    ASSERT_TRUE(client.Receive().has_value());
    client.socket.Close();
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->code, platform::ws_code::kNoCode);
    EXPECT_EQ(closed->closed->end, WsEnd::kByPeer);
}

TEST_F(WsClosing, CloseSendsWhatIsQueuedFirst) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    for (int n = 0; n < 20; ++n) {
        opened->connection->Send(std::to_string(n));
    }
    opened->connection->Close(1000, "done");
    EXPECT_EQ(opened->connection->Send("behind"), WsSend::kClosed);
    for (int n = 0; n < 20; ++n) {
        const auto frame = client.Receive();
        ASSERT_TRUE(frame.has_value());
        EXPECT_EQ(frame->payload, std::to_string(n));
    }
    const auto goodbye = client.Receive();
    ASSERT_TRUE(goodbye.has_value());
    EXPECT_EQ(goodbye->CloseCode(), 1000);
    EXPECT_EQ(goodbye->CloseReason(), "done");
    client.Send(MaskedFrame(kClose, ClosePayload(1000, "")));
    EXPECT_TRUE(client.socket.IsClosed());
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->end, WsEnd::kByUs);
    EXPECT_EQ(closed->closed->reason, "done");
    EXPECT_TRUE(AwaitCount(0));
}

TEST_F(WsClosing, PeerThatDoesNotAnswerAGoodbyeIsCutOff) {
    platform::WsServerOptions options;
    options.limits.close_timeout = std::chrono::milliseconds(50);
    StartServer(options);
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    opened->connection->Close(1000, "done");
    ASSERT_TRUE(client.Receive().has_value());
    EXPECT_TRUE(client.socket.IsClosed());
    EXPECT_TRUE(AwaitCount(0));
}

TEST_F(WsClosing, CloseNowStopsDeliveryAndStillGivesTheReason) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    opened->connection->CloseNow(4403, "organization suspended");
    EXPECT_EQ(opened->connection->Send("no more"), WsSend::kClosed);
    client.Send(MaskedFrame(kText, "ignored"));
    const auto goodbye = client.Receive();
    ASSERT_TRUE(goodbye.has_value());
    EXPECT_EQ(goodbye->CloseCode(), 4403);
    EXPECT_EQ(goodbye->CloseReason(), "organization suspended");
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->code, 4403);
    EXPECT_EQ(closed->closed->end, WsEnd::kByUs);
    EXPECT_EQ(ws->Counters().messages_received, 0U);
    EXPECT_TRUE(client.socket.IsClosed());  // although it never said goodbye itself
    EXPECT_TRUE(AwaitCount(0));
}

TEST_F(WsClosing, CloseNowOvertakesACloseThatWaits) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    opened->connection->Close(1000, "politely");
    opened->connection->CloseNow(4403, "at once");
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->reason, "at once");
    EXPECT_TRUE(AwaitCount(0));
}

TEST_F(WsClosing, KillReachesThoseItIsMeantForOnly) {
    StartServer();
    std::vector<RawWs> clients;
    for (int i = 0; i < 30; ++i) {
        clients.push_back(RawWs::Open(Port()));
        ASSERT_TRUE(AwaitText("open").has_value());
    }
    const auto connections = ws->Connections();
    const std::uint64_t spared = connections.front()->Id();
    EXPECT_EQ(ws->CloseNowIf([&](const WsConnection& connection) { return connection.Id() != spared; }, 4503, "off"),
              29U);
    for (int i = 0; i < 29; ++i) {
        const auto closed = AwaitClosed();
        ASSERT_TRUE(closed.has_value());
        EXPECT_EQ(closed->closed->reason, "off");
        EXPECT_NE(closed->connection->Id(), spared);
    }
    EXPECT_TRUE(AwaitCount(1));
    EXPECT_EQ(connections.front()->Send("still here"), WsSend::kQueued);
    int spared_clients = 0;
    for (RawWs& client : clients) {
        const auto frame = client.Receive();
        ASSERT_TRUE(frame.has_value());
        spared_clients += frame->payload == "still here" ? 1 : 0;
        EXPECT_TRUE(frame->payload == "still here" || frame->CloseCode() == 4503);
    }
    EXPECT_EQ(spared_clients, 1);
}

// The change comes between the decision to accept and the opening: whoever looks again in on_open misses nothing.
TEST_F(WsClosing, ConnectionThatIsKilledWhileItOpensNeverGetsAMessage) {
    on_open = [](const WsConnectionPtr& connection) {
        connection->CloseNow(4503, "off");
        EXPECT_EQ(connection->Send("secret"), WsSend::kClosed);
    };
    StartServer();
    RawWs client = RawWs::Open(Port());
    const auto frame = client.Receive();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->CloseCode(), 4503);
    EXPECT_TRUE(AwaitClosed().has_value());
}

TEST_F(WsClosing, DrainSaysGoodbyeToAllAndWaits) {
    StartServer();
    std::vector<RawWs> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(RawWs::Open(Port()));
        ASSERT_TRUE(AwaitText("open").has_value());
    }
    Background drained([&] { return ws->Drain(kPatience); });
    for (RawWs& client : clients) {
        const auto goodbye = client.Receive();
        ASSERT_TRUE(goodbye.has_value());
        EXPECT_EQ(goodbye->CloseCode(), 1001);
        EXPECT_FALSE(drained.IsDone());
        client.Send(MaskedFrame(kClose, ClosePayload(1001, "")));
        client.socket.Close();
    }
    EXPECT_TRUE(drained.Get());
    EXPECT_EQ(ws->Count(), 0U);
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(AwaitClosed().has_value());
    }
    const auto refused = wire_test::Exchange(Port(), Handshake());
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->status, 503);
}

TEST_F(WsClosing, DrainCutsOffWhoDoesNotSayGoodbye) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    EXPECT_FALSE(ws->Drain(std::chrono::milliseconds(30)));
    EXPECT_TRUE(client.Receive().has_value());
    EXPECT_TRUE(client.socket.IsClosed());
    EXPECT_TRUE(AwaitClosed().has_value());
    EXPECT_EQ(ws->Count(), 0U);
    EXPECT_EQ(opened->connection->Send("x"), WsSend::kClosed);
    ws.reset();
    EXPECT_EQ(opened->connection->Send("x"), WsSend::kClosed);  // the handle outlives its server
    StartServer();
}

// Ours is being written while the peer's comes in right behind a message: neither waits for the other.
TEST_F(WsClosing, BothGoodbyesAtOnceBehindAMessageEndTheConnection) {
    std::promise<void> busy;
    std::promise<void> go_on;
    on_message = [&](const WsConnectionPtr&, std::string_view text) {
        if (text == "hold the loop") {
            busy.set_value();
            go_on.get_future().wait();
        }
    };
    StartServer();
    RawWs holder = RawWs::Open(Port());
    ASSERT_TRUE(AwaitText("open"));
    RawWs leaving = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened);
    ASSERT_TRUE(holder.Send(MaskedFrame(kText, "hold the loop")));
    busy.get_future().wait();
    // What the loop finds when it goes on: the order to close, and a message with a goodbye right behind it.
    opened->connection->CloseNow(platform::ws_code::kGoingAway, "at once");
    ASSERT_TRUE(leaving.Send(MaskedFrame(kText, "last words") + MaskedFrame(kClose, ClosePayload(1000, "bye"))));
    go_on.set_value();
    leaving.socket.Close();
    EXPECT_TRUE(AwaitCount(1));
}

}  // namespace

}  // namespace ws_test
