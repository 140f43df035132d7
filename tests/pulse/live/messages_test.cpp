// What a socket is told, what it may say, and its limits.
#include <algorithm>

#include <gmock/gmock.h>

#include "tests/fault/httpd_wire.hpp"
#include "tests/pulse/live/socket.hpp"

namespace pulse_test {
namespace {

/// How many open alerts the client that applied all messages sees.
std::size_t OpenAlerts(const LiveSocket& socket) {
    Json state;
    for (const Json& message : socket.Seen()) {
        if (message.at("type") == "initialState") {
            state = message.at("data");
        } else if (message.at("type") == "rawData") {
            state.update(message.at("data"));
        }
    }
    return state.at("activeAlerts").size();
}

std::size_t Count(const LiveSocket& socket, std::string_view type) {
    return static_cast<std::size_t>(
        std::ranges::count_if(socket.Seen(), [&](const Json& message) { return message.at("type") == type; }));
}

TEST(Messages, BeginWithAWelcomeAndTheWholeState) {
    const std::string org = NewOrg("alice");
    LiveSocket socket = LiveSocket::Open(As("alice").In(org));
    const Json welcome = socket.Await("welcome");
    EXPECT_TRUE(welcome.at("data").at("message").is_string());
    EXPECT_EQ(welcome.at("data").at("orgId"), org);
    Json state = socket.Await("initialState").at("data");
    EXPECT_EQ(socket.Seen().size(), 2U);
    Json read = As("alice").In(org).Get("/api/state").Expect(200).Body();
    for (Json* one : {&state, &read}) {
        one->erase("lastUpdate");
        one->at("stats").erase("apiCalls");
    }
    EXPECT_EQ(state, read);
}

TEST(Messages, AlertsComeAsTheyHappenAndTheStateFollows) {
    const std::string org = NewOrg("alice");
    const Caller alice = As("alice").In(org);
    LiveSocket socket = LiveSocket::Open(alice);
    socket.AwaitState();
    const Json made = alice.Post("/api/alerts/report", AnAlert("host-1")).Expect(201).Body();
    const Json alert = socket.Await("alert");
    EXPECT_EQ(alert.at("data").at("id"), made.at("id"));
    EXPECT_EQ(alert.at("data").at("resourceId"), "host-1");
    EXPECT_TRUE(alert.contains("timestamp"));
    const Json change = socket.Await("rawData").at("data");
    ASSERT_EQ(change.at("activeAlerts").size(), 1U);
    EXPECT_FALSE(change.contains("recentlyResolved")) << "what has not changed is not told: " << change;
    alice.Post("/api/alerts/" + made.at("id").get<std::string>() + "/clear").Expect(200);
    EXPECT_EQ(socket.Await("alertResolved").at("data").at("alertIdentifier"), made.at("id"));
    const Json after = socket.Await("rawData").at("data");
    EXPECT_EQ(after.at("activeAlerts").size(), 0U);
    EXPECT_EQ(after.at("recentlyResolved").size(), 1U);
}

TEST(Messages, OtherRecordsChangeTheState) {
    const std::string org = NewOrg("alice");
    LiveSocket socket = LiveSocket::Open(As("alice").In(org));
    EXPECT_EQ(socket.AwaitState().at("stats").at("customers"), 0);
    As("alice").In(org).Post("/api/customers", {{"name", "Ann"}}).Expect(201);
    EXPECT_EQ(socket.Await("rawData").at("data").at("stats").at("customers"), 1);
}

TEST(Messages, AreAnswered) {
    const std::string org = NewOrg("alice");
    LiveSocket socket = LiveSocket::Open(As("alice").In(org));
    socket.AwaitState();
    socket.Say({{"type", "ping"}});
    EXPECT_GT(socket.Await("pong").at("data").at("timestamp").get<std::int64_t>(), 1'700'000'000);
    socket.Say({{"type", "requestData"}});
    const Json whole = socket.Await("rawData").at("data");
    for (const char* field : {"activeAlerts", "recentlyResolved", "stats", "lastUpdate"}) {
        EXPECT_TRUE(whole.contains(field)) << field;
    }
    for (const char* junk : {"", "x", "[]", "{}", R"({"type":7})", R"({"type":"selectOrg","org":"acme"})",
                             R"({"type":"ping","type":"requestData"})", "\"ping\"", "null"}) {
        socket.Client().Send(std::string(junk));
    }
    const std::size_t before = socket.Seen().size();
    socket.ExpectAlive();
    EXPECT_EQ(socket.Seen().size(), before + 1) << "nothing of that was answered";
}

TEST(Messages, ABurstOfChangesIsToldTogether) {
    const std::string org = NewOrg("alice");
    const Caller alice = As("alice").In(org);
    LiveSocket socket = LiveSocket::Open(alice);
    socket.AwaitState();
    constexpr std::size_t kBurst = 40;
    for (std::size_t i = 0; i < kBurst; ++i) {
        alice.Post("/api/alerts/report", AnAlert("host-" + std::to_string(i))).Expect(201);
    }
    while (OpenAlerts(socket) < kBurst) {
        socket.Await("rawData");
    }
    EXPECT_EQ(Count(socket, "alert"), kBurst) << "alerts are told one by one";
    EXPECT_LT(Count(socket, "rawData"), kBurst);
}

TEST(Messages, ALateComerChangesNothingForTheOthers) {
    const std::string org = NewOrg("alice");
    const Caller alice = As("alice").In(org);
    LiveSocket early = LiveSocket::Open(alice);
    early.AwaitState();
    for (int i = 0; i < 10; ++i) {
        alice.Post("/api/alerts/report", AnAlert("host-" + std::to_string(i))).Expect(201);
        LiveSocket late = LiveSocket::Open(alice);
        EXPECT_EQ(late.AwaitState().at("activeAlerts").size(), static_cast<std::size_t>(i) + 1);
    }
    while (OpenAlerts(early) < 10) {
        early.Await("rawData");
    }
}

TEST(Messages, AClientThatTakesLittleIsToldWhereTheRestIs) {
    const std::string org = NewOrg("alice");
    const Caller alice = As("alice").In(org);
    for (int i = 0; i < 60; ++i) {
        alice.Post("/api/alerts/report", AnAlert("host-" + std::to_string(i), std::string(1'900, 'm'))).Expect(201);
    }
    LiveSocket small = LiveSocket::Open(alice, {.query = "?max_message_bytes=65536"});
    const Json told = small.Await("stateTooLarge").at("data");
    EXPECT_EQ(told.at("supersedes"), "initialState");
    EXPECT_EQ(told.at("maxBytes"), 65'536);
    EXPECT_GT(told.at("bytes").get<int>(), 65'536);
    EXPECT_EQ(told.at("resourceCount"), 60);
    EXPECT_EQ(told.at("hydrateFrom"), "/api/state");
    small.Say({{"type", "requestData"}});
    EXPECT_EQ(small.Await("stateTooLarge").at("data").at("supersedes"), "rawData");
    for (const char* query : {"?max_message_bytes=1000000", "?max_message_bytes=1000", "?max_message_bytes=x", ""}) {
        LiveSocket large = LiveSocket::Open(alice, {.query = query});
        EXPECT_EQ(large.AwaitState().at("activeAlerts").size(), 60U) << query;
    }
}

TEST(Messages, TooMuchAtATimeEndsTheConnection) {
    LiveSocket socket = LiveSocket::Open(As("carol"));
    socket.AwaitState();
    socket.Client().Send(R"({"type":"other","data":")" + std::string(64 * 1024 - 100, 'x') + "\"}");
    socket.ExpectAlive();
    socket.Client().Send(std::string(64 * 1024 + 1, 'x'));
    // The goodbye may be lost behind what nobody read of the message.
    EXPECT_THAT(socket.AwaitClosed().code, ::testing::AnyOf(platform::ws_code::kTooBig, platform::ws_code::kNoGoodbye));
    EXPECT_TRUE(Eventually([] {
        return Shared().Metrics().find(R"(pulse_websocket_closed_total{reason="broken_rules"} 1)") != std::string::npos;
    }));
}

TEST(Messages, TheServerPingsAndDropsWhoIsSilent) {
    OwnPulsed server({.arguments = {"--websocket-ping-interval=200ms", "--websocket-silence-limit=1s"}});
    LiveSocket socket = LiveSocket::Open(server.As("carol"));
    EXPECT_GT(socket.Await("ping").at("data").at("timestamp").get<std::int64_t>(), 1'700'000'000);
    OwnPulsed impatient({.arguments = {"--websocket-ping-interval=10m", "--websocket-silence-limit=300ms"}});
    LiveSocket silent = LiveSocket::Open(impatient.As("carol"));
    silent.AwaitClosed();
    EXPECT_TRUE(Eventually([&] {
        return impatient.Metrics().find(R"(pulse_websocket_closed_total{reason="silent"} 1)") != std::string::npos;
    }));
}

/// A client that shakes hands and never reads again.
wire_test::RawSocket Deaf(const Caller& caller, const std::string& org, const std::string& secret) {
    const std::string host = caller.Url().substr(7);
    const auto port = static_cast<std::uint16_t>(std::stoi(host.substr(host.find(':') + 1)));
    wire_test::RawSocket socket = wire_test::ConnectTo(port);
    socket.Send("GET /ws HTTP/1.1\r\nHost: " + host +
                "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://" + host +
                "\r\nX-Pulse-Org-ID: " + org + "\r\nX-API-Token: " + secret +
                "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    const auto answer = socket.ReceiveResponse();
    EXPECT_TRUE(answer && answer->status == 101);
    return socket;
}

TEST(Messages, WhoDoesNotReadIsDroppedAndHurtsNobody) {
    const std::string org = NewOrg("alice");
    const Caller alice = As("alice").In(org);
    const std::string secret = alice.Post("/api/security/tokens", {{"name", "deaf"}}).Expect(200).Body().at("token");
    const wire_test::RawSocket deaf = Deaf(Anonymous(), org, secret);
    LiveSocket good = LiveSocket::Open(alice);
    good.AwaitState();
    const auto dropped = [&] {
        return Shared().Metrics().find(R"(pulse_websocket_closed_total{reason="too_slow"} 1)") != std::string::npos;
    };
    // A state of some 400 KB, told with each change: sooner or later the deaf one's buffers and queue are full.
    int alerts = 0;
    for (; alerts < 2'000 && !(alerts % 20 == 0 && dropped()); ++alerts) {
        alice.Post("/api/alerts/report", AnAlert("host-" + std::to_string(alerts % 200), std::string(1'990, 'm')));
        alice.Post("/api/alerts/report", AnAlert("now", "at " + std::to_string(alerts)));
    }
    EXPECT_TRUE(dropped()) << "after " << alerts;
    good.ExpectAlive();
}

}  // namespace
}  // namespace pulse_test
