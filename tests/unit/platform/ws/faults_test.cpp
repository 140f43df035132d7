// What clients do wrong, on purpose or not: each costs its own connection, never anybody else's.

#include <atomic>
#include <random>
#include <thread>

#include "tests/unit/platform/ws/ws_port.hpp"

namespace ws_test {

namespace {

using platform::WsEnd;
using platform::WsSend;
using std::chrono::milliseconds;

class WsFaults : public WsPort {
protected:
    /// Sends the bytes on an open connection and expects the closing frame with that code.
    void ExpectRefused(std::string_view bytes, int code) {
        RawWs client = RawWs::Open(Port());
        ASSERT_TRUE(client.Send(bytes));
        const auto goodbye = client.ReceiveData();
        ASSERT_TRUE(goodbye.has_value());
        EXPECT_EQ(goodbye->opcode, kClose);
        EXPECT_EQ(goodbye->CloseCode(), code);
        client.socket.Close();
        const auto closed = AwaitClosed();
        ASSERT_TRUE(closed.has_value());
        EXPECT_EQ(closed->closed->code, code);
        EXPECT_EQ(closed->closed->end, WsEnd::kBrokenRules);
        EXPECT_TRUE(AwaitCount(0));
    }

    void ExpectEcho(RawWs& client, const std::string& text) {
        ASSERT_TRUE(client.Send(MaskedFrame(kText, text)));
        const auto frame = client.ReceiveData();
        ASSERT_TRUE(frame.has_value());
        EXPECT_EQ(frame->payload, text);
    }
};

TEST_F(WsFaults, TooLongAMessageIs1009) {
    StartServer();
    ExpectRefused(MaskedFrame(kText, std::string(65537, 'x')), 1009);
    // Also when no single frame is too long, and when the length alone says so.
    ExpectRefused(
        MaskedFrame(kText, std::string(40000, 'x'), false) + MaskedFrame(kContinuation, std::string(30000, 'x')), 1009);
    ExpectRefused(std::string("\x81\xFF\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\x12\x34\x56\x78", 14), 1009);
    EXPECT_EQ(ws->Counters().broken_rules, 3U);
}

TEST_F(WsFaults, TextThatIsNotUtf8Is1007) {
    StartServer();
    ExpectRefused(MaskedFrame(kText, "\xC0\xAF"), 1007);
    ExpectRefused(MaskedFrame(kText, "\xED\xA0\x80"), 1007);
    ExpectRefused(MaskedFrame(kText, "cut \xE2\x82"), 1007);
    ExpectRefused(MaskedFrame(kText, "a\xE2", false) + MaskedFrame(kContinuation, "x"), 1007);
}

TEST_F(WsFaults, BinaryMessagesAre1003) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    client.Send(MaskedFrame(kBinary, "\x01\x02"));
    const auto goodbye = client.Receive();
    ASSERT_TRUE(goodbye.has_value());
    EXPECT_EQ(goodbye->CloseCode(), 1003);
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->end, WsEnd::kBrokenRules);
}

TEST_F(WsFaults, BrokenFramesAre1002) {
    StartServer();
    ExpectRefused(UnmaskedFrame(kText, "hello"), 1002);
    ExpectRefused(MaskedFrame(0x3, "reserved opcode"), 1002);
    ExpectRefused(MaskedFrame(kContinuation, "of nothing"), 1002);
    ExpectRefused(MaskedFrame(kText, "one", false) + MaskedFrame(kText, "two"), 1002);
    ExpectRefused(MaskedFrame(kPing, std::string(126, 'x')), 1002);
    ExpectRefused(MaskedFrame(kPing, "", false), 1002);
    ExpectRefused(MaskedFrame(kClose, "\x03"), 1002);
    std::string reserved_bit = MaskedFrame(kText, "x");
    reserved_bit[0] = static_cast<char>(reserved_bit[0] | 0x40);
    ExpectRefused(reserved_bit, 1002);
}

TEST_F(WsFaults, FramesBeforeTheUpgradeIsAnsweredAreRefused) {
    StartServer();
    RawWs client(Port());
    const auto answer = client.Upgrade(Handshake() + MaskedFrame(kText, "early"));
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 400);
    EXPECT_TRUE(client.socket.IsClosed());
    EXPECT_TRUE(AwaitCount(0));
    EXPECT_EQ(ws->Counters().failed_upgrades, 1U);
    EXPECT_EQ(ws->Counters().opened, 0U);
}

TEST_F(WsFaults, SlowReaderIsDroppedAndTheOthersGoOn) {
    platform::WsServerOptions options;
    options.limits.max_queued_messages = 16;
    StartServer(options);
    RawWs quick = RawWs::Open(Port());
    ASSERT_TRUE(AwaitText("open").has_value());
    RawWs slow = RawWs::Open(Port());
    const auto slow_opened = AwaitText("open");
    ASSERT_TRUE(slow_opened.has_value());

    const auto message = std::make_shared<const std::string>(256 * 1024, 'm');
    int sent = 0;
    for (bool overflow = false; !overflow; ++sent) {
        ASSERT_LT(sent, 10'000);
        overflow = slow_opened->connection->Send(message) == WsSend::kOverflow;
        ExpectEcho(quick, std::to_string(sent));
    }
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->connection, slow_opened->connection);
    EXPECT_EQ(closed->closed->code, 1013);
    EXPECT_EQ(closed->closed->end, WsEnd::kTooSlow);
    EXPECT_TRUE(AwaitCount(1));
    EXPECT_EQ(ws->Counters().too_slow, 1U);
    ExpectEcho(quick, "still here");
}

TEST_F(WsFaults, QueueIsBoundedInBytesAndOneLargeMessagePasses) {
    platform::WsServerOptions options;
    options.limits.max_queued_bytes = 1000;
    StartServer(options);
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    ASSERT_EQ(opened->connection->Send(std::string(16 * 1024 * 1024, 'l')), WsSend::kQueued);
    // The large one fills the socket and is still on its way.
    EXPECT_EQ(opened->connection->Send(std::string("small")), WsSend::kOverflow);
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->end, WsEnd::kTooSlow);
}

TEST_F(WsFaults, PingsComeAndSilenceIsDropped) {
    platform::WsServerOptions options;
    options.limits.ping_interval = milliseconds(20);
    options.limits.silence_limit = milliseconds(200);
    StartServer(options);
    RawWs answering = RawWs::Open(Port());
    RawWs silent = RawWs::Open(Port());
    int pings = 0;
    bool dropped = false;
    // The one that answers lives on beyond the moment when the silent one is dropped.
    while (!dropped || pings < 15) {
        const auto frame = answering.Receive();
        ASSERT_TRUE(frame.has_value());
        ASSERT_EQ(frame->opcode, kPing);
        ++pings;
        ASSERT_TRUE(answering.Send(MaskedFrame(kPong, frame->payload)));
        dropped = dropped || ws->Counters().silent == 1;
    }
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->end, WsEnd::kSilent);
    EXPECT_EQ(closed->closed->code, platform::ws_code::kNoGoodbye);
    EXPECT_EQ(ws->Counters().silent, 1U);
    ASSERT_TRUE(silent.socket.ReceiveAll().has_value());
}

// A peer that keeps sending pieces of one message is silent all the same: it says nothing.
TEST_F(WsFaults, EndlessMessageIsSilence) {
    platform::WsServerOptions options;
    options.limits.silence_limit = milliseconds(100);
    StartServer(options);
    RawWs client = RawWs::Open(Port());
    client.Send(MaskedFrame(kText, "begin", false));
    while (client.Send(MaskedFrame(kContinuation, "", false)) && !client.socket.Readable(milliseconds(5))) {
    }
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->end, WsEnd::kSilent);
}

TEST_F(WsFaults, HalfOpenConnectionIsDropped) {
    platform::WsServerOptions options;
    options.limits.ping_interval = milliseconds(20);
    options.limits.silence_limit = milliseconds(100);
    StartServer(options);
    RawWs client = RawWs::Open(Port());
    client.socket.ShutdownWrite();
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->end, WsEnd::kLost);
    EXPECT_EQ(closed->closed->code, platform::ws_code::kNoGoodbye);
    EXPECT_TRUE(client.socket.ReceiveAll().has_value());
    EXPECT_TRUE(AwaitCount(0));
}

TEST_F(WsFaults, ResetIsALostConnection) {
    StartServer();
    RawWs client = RawWs::Open(Port());
    ASSERT_TRUE(AwaitText("open").has_value());
    client.socket.Reset();
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->end, WsEnd::kLost);
}

TEST_F(WsFaults, StuckReaderDoesNotHoldUpAKill) {
    platform::WsServerOptions options;
    options.limits.max_queued_bytes = 64 * 1024 * 1024;
    StartServer(options);
    RawWs client = RawWs::Open(Port());
    const auto opened = AwaitText("open");
    ASSERT_TRUE(opened.has_value());
    opened->connection->Send(std::string(16 * 1024 * 1024, 'x'));
    opened->connection->Send(std::string("queued behind it"));
    ASSERT_EQ(client.socket.Receive(1).size(), 1U);  // it is on its way, and the rest does not fit
    opened->connection->CloseNow(4503, "off");
    const auto closed = AwaitClosed();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->closed->code, 4503);
    EXPECT_TRUE(AwaitCount(0));
    const auto rest = client.socket.ReceiveAll();
    ASSERT_TRUE(rest.has_value());
    EXPECT_EQ(rest->find("queued behind it"), std::string::npos);
}

TEST_F(WsFaults, ThousandsThatConnectAndBreakOff) {
    StartServer({.threads = 2});
    RawWs steady = RawWs::Open(Port());
    constexpr int kThreads = 4;
    constexpr int kRounds = 600;
    std::vector<std::thread> clients;
    for (int thread = 0; thread < kThreads; ++thread) {
        clients.emplace_back([this, thread] {
            std::mt19937 random(static_cast<unsigned>(thread) + 1);
            const std::string handshake = Handshake();
            for (int round = 0; round < kRounds; ++round) {
                RawWs client(Port());
                switch (random() % 7) {
                    case 0:
                        client.Send(handshake.substr(0, random() % handshake.size()));
                        break;
                    case 1:
                        client.Send(handshake);
                        client.socket.Reset();
                        break;
                    case 2:
                        client.Upgrade(handshake);
                        client.socket.Reset();
                        break;
                    case 3:
                        client.Upgrade(handshake);
                        client.Send(MaskedFrame(kText, std::string(random() % 5000, 'x')));
                        client.socket.Reset();
                        break;
                    case 4: {
                        client.Upgrade(handshake);
                        const std::string frame = MaskedFrame(kText, std::string(1 + random() % 500, 'x'));
                        client.Send(frame.substr(0, random() % frame.size()));
                        break;
                    }
                    case 5: {
                        client.Upgrade(handshake);
                        std::string garbage(1 + random() % 200, '\0');
                        for (char& byte : garbage) {
                            byte = static_cast<char>(random() & 0xFFU);
                        }
                        client.Send(garbage);
                        break;
                    }
                    default:
                        client.Upgrade(handshake);
                        client.Send(MaskedFrame(kClose, ClosePayload(1000, "")));
                        break;
                }
            }
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    ExpectEcho(steady, "not bothered");
    EXPECT_TRUE(AwaitCount(1));
    const auto counters = ws->Counters();
    EXPECT_EQ(counters.opened, counters.closed + 1);
}

TEST_F(WsFaults, KillUnderFire) {
    StartServer({.threads = 2});
    std::atomic<bool> over = false;
    std::vector<std::thread> clients;
    for (int thread = 0; thread < 4; ++thread) {
        clients.emplace_back([&] {
            while (!over) {
                RawWs client(Port());
                client.Upgrade(Handshake());
                client.Send(MaskedFrame(kText, "x"));
                client.Receive();
            }
        });
    }
    const auto message = std::make_shared<const std::string>("to all");
    for (int round = 0; round < 200; ++round) {
        ASSERT_TRUE(Await([](const Event&) { return true; }).has_value());
        ws->Broadcast(ws->Connections(), message);
        ws->CloseNowIf([](const platform::WsConnection&) { return true; }, 4503, "off");
    }
    over = true;
    ws->CloseNowIf([](const platform::WsConnection&) { return true; }, 4503, "off");
    for (auto& client : clients) {
        client.join();
    }
    EXPECT_TRUE(AwaitCount(0));
    EXPECT_EQ(ws->Counters().opened, ws->Counters().closed);
}

}  // namespace

}  // namespace ws_test
