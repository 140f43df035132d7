#include "platform/ws/upgrade.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using platform::CheckUpgrade;
using platform::HttpRequest;

HttpRequest GoodUpgrade() {
    HttpRequest request;
    request.method = "GET";
    request.path = "/ws";
    request.headers = {{"host", "pulse"},
                       {"connection", "keep-alive, Upgrade"},
                       {"upgrade", "WebSocket"},
                       {"sec-websocket-version", "13"},
                       {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    return request;
}

HttpRequest With(const std::string& name, const std::string& value) {
    HttpRequest request = GoodUpgrade();
    std::ranges::find_if(request.headers, [&](const auto& header) { return header.first == name; })->second = value;
    return request;
}

HttpRequest Without(const std::string& name) {
    HttpRequest request = GoodUpgrade();
    std::erase_if(request.headers, [&](const auto& header) { return header.first == name; });
    return request;
}

HttpRequest Twice(const std::string& name) {
    HttpRequest request = GoodUpgrade();
    request.headers.emplace_back(name, std::string(request.Header(name)));
    return request;
}

int StatusFor(const HttpRequest& request) {
    const auto refusal = CheckUpgrade(request);
    return refusal ? refusal->status : 101;
}

TEST(CheckUpgrade, GoodRequestsPass) {
    EXPECT_EQ(StatusFor(GoodUpgrade()), 101);
    EXPECT_EQ(StatusFor(With("connection", "upgrade")), 101);
    EXPECT_EQ(StatusFor(With("upgrade", "h2c, websocket")), 101);
    HttpRequest in_two_lines = With("connection", "keep-alive");
    in_two_lines.headers.emplace_back("connection", "UPGRADE");
    EXPECT_EQ(StatusFor(in_two_lines), 101);
}

TEST(CheckUpgrade, OrdinaryRequestsAreToldWhatIsSpokenHere) {
    for (const HttpRequest& request : {Without("upgrade"), Without("connection"), With("upgrade", "h2c"),
                                       With("connection", "keep-alive"), With("upgrade", "websockets")}) {
        const auto refusal = CheckUpgrade(request);
        ASSERT_TRUE(refusal.has_value());
        EXPECT_EQ(refusal->status, 426);
        EXPECT_EQ(refusal->headers.front(), std::make_pair(std::string("Upgrade"), std::string("websocket")));
    }
    EXPECT_TRUE(platform::AsksForWebSocket(Without("connection")));
    EXPECT_FALSE(platform::AsksForWebSocket(Without("upgrade")));
}

TEST(CheckUpgrade, OtherVersionsAreToldTheOneThatIsSpoken) {
    for (const HttpRequest& request : {With("sec-websocket-version", "8"), With("sec-websocket-version", "13, 8"),
                                       Without("sec-websocket-version"), Twice("sec-websocket-version")}) {
        const auto refusal = CheckUpgrade(request);
        ASSERT_TRUE(refusal.has_value());
        EXPECT_EQ(refusal->status, 426);
        EXPECT_TRUE(std::ranges::find(refusal->headers, std::pair<std::string, std::string>(
                                                            "Sec-WebSocket-Version", "13")) != refusal->headers.end());
    }
}

TEST(CheckUpgrade, KeysThatAreNotSixteenBytesAreRefused) {
    EXPECT_EQ(StatusFor(Without("sec-websocket-key")), 400);
    EXPECT_EQ(StatusFor(Twice("sec-websocket-key")), 400);
    for (const char* key : {"", "short==", "dGhlIHNhbXBsZSBub25jZQ",
                            "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25jZQ==AAAA"}) {
        EXPECT_EQ(StatusFor(With("sec-websocket-key", key)), 400) << key;
    }
}

TEST(CheckUpgrade, OnlyGetOfHttp11WithoutABody) {
    HttpRequest post = GoodUpgrade();
    post.method = "POST";
    EXPECT_EQ(StatusFor(post), 400);
    HttpRequest old = GoodUpgrade();
    old.http_minor = 0;
    EXPECT_EQ(StatusFor(old), 400);
    HttpRequest body = GoodUpgrade();
    body.body = "x";
    EXPECT_EQ(StatusFor(body), 400);
}

}  // namespace
