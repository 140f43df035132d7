// A connection that a handler takes over: what it gets, what the server still knows of it.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "platform/httpd/server.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace {

using platform::HttpRequest;
using platform::HttpResponse;
using platform::HttpServer;
using platform::HttpServerOptions;
using platform::UpgradedConnection;
using wire_test::ConnectTo;
using wire_test::Exchange;
using wire_test::RawSocket;
using wire_test::Request;

// Keeps what is handed over until the test asks for it.
class Taken {
public:
    void Take(UpgradedConnection connection) {
        const std::lock_guard lock(mutex_);
        connections_.push_back(std::move(connection));
        changed_.notify_all();
    }
    std::optional<UpgradedConnection> Await() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, wire_test::kPatience, [&] { return !connections_.empty(); })) {
            return std::nullopt;
        }
        UpgradedConnection connection = std::move(connections_.back());
        connections_.pop_back();
        return connection;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<UpgradedConnection> connections_;
};

class HttpUpgrade : public testing::Test {
protected:
    /// /up hands over, /throw hands over to a function that throws, anything else answers its path.
    void StartServer(HttpServerOptions options = {}) {
        options.threads = 1;
        options.on_error = [this](std::string_view text) {
            const std::lock_guard lock(mutex_);
            reported_.emplace_back(text);
        };
        server_ = std::make_unique<HttpServer>(options, [this](const HttpRequest& request) {
            HttpResponse response{.body = request.path};
            if (request.path == "/up") {
                response.take_over = [this](UpgradedConnection connection) { taken_.Take(std::move(connection)); };
            } else if (request.path == "/throw") {
                response.take_over = [](const UpgradedConnection&) { throw std::runtime_error("no room"); };
            }
            return response;
        });
        server_->Start();
    }

    static void ExpectTalk(RawSocket& client, const UpgradedConnection& server) {
        ASSERT_EQ(::send(server.socket.Get(), "pushed", 6, MSG_NOSIGNAL), 6);
        EXPECT_EQ(client.Receive(6), "pushed");
        ASSERT_TRUE(client.Send("said"));
        RawSocket view(::dup(server.socket.Get()));
        EXPECT_EQ(view.Receive(4), "said");
    }

    Taken taken_;
    std::mutex mutex_;
    std::vector<std::string> reported_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpUpgrade, SocketRequestAndBytesBehindItChangeHands) {
    StartServer();
    RawSocket client = ConnectTo(server_->Port());
    client.Send(Request("GET", "/up?a=b", "", "X-One: two\r\n") + "early bytes");
    const auto taken = taken_.Await();
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->request.path, "/up");
    EXPECT_EQ(taken->request.Query("a"), "b");
    EXPECT_EQ(taken->request.Header("x-one"), "two");
    EXPECT_EQ(taken->request.peer, "127.0.0.1");
    EXPECT_EQ(taken->request.http_minor, 1);
    EXPECT_EQ(taken->input, "early bytes");
    EXPECT_FALSE(client.Readable(std::chrono::milliseconds(0)));  // the server itself has said nothing
    ExpectTalk(client, *taken);
    EXPECT_EQ(server_->HandedOver(), 1U);
}

TEST_F(HttpUpgrade, EarlierRequestsAreAnsweredFirst) {
    StartServer();
    RawSocket client = ConnectTo(server_->Port());
    client.Send(Request("GET", "/first") + Request("GET", "/up") + "rest");
    const auto response = client.ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "/first");
    const auto taken = taken_.Await();
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->input, "rest");
    ExpectTalk(client, *taken);
}

TEST_F(HttpUpgrade, OldVersionsAreToldApart) {
    StartServer();
    RawSocket client = ConnectTo(server_->Port());
    client.Send("GET /up HTTP/1.0\r\n\r\n");
    const auto taken = taken_.Await();
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->request.http_minor, 0);
}

TEST_F(HttpUpgrade, ServerForgetsTheDescriptor) {
    StartServer();
    RawSocket client = ConnectTo(server_->Port());
    client.Send(Request("GET", "/up"));
    auto taken = taken_.Await();
    ASSERT_TRUE(taken.has_value());
    const int number = taken->socket.Get();
    client.Send("what the server must not read");
    for (int i = 0; i < 3; ++i) {  // the only worker has been through its events
        ASSERT_TRUE(Exchange(server_->Port(), Request("GET", "/other")).has_value());
    }
    RawSocket view(::dup(number));
    EXPECT_EQ(view.Receive(100), "what the server must not read");
    view.Close();
    taken.reset();
    EXPECT_TRUE(client.IsClosed());
    // The number is free and goes to the next one, who is served as usual.
    const auto response = Exchange(server_->Port(), Request("GET", "/next"));
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "/next");
}

TEST_F(HttpUpgrade, WhatThrowsClosesTheConnectionAndIsReported) {
    StartServer();
    RawSocket client = ConnectTo(server_->Port());
    client.Send(Request("GET", "/throw"));
    EXPECT_TRUE(client.IsClosed());
    ASSERT_TRUE(Exchange(server_->Port(), Request("GET", "/alive")).has_value());
    const std::lock_guard lock(mutex_);
    ASSERT_EQ(reported_.size(), 1U);
    EXPECT_NE(reported_[0].find("no room"), std::string::npos);
}

TEST_F(HttpUpgrade, CountsTowardsTheLimitUntilItsSlotIsGone) {
    HttpServerOptions options;
    options.max_connections = 1;
    StartServer(options);
    RawSocket client = ConnectTo(server_->Port());
    client.Send(Request("GET", "/up"));
    auto taken = taken_.Await();
    ASSERT_TRUE(taken.has_value());
    EXPECT_TRUE(ConnectTo(server_->Port()).IsClosed());
    taken->slot.reset();
    const auto response = Exchange(server_->Port(), Request("GET", "/room"));
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "/room");
    ExpectTalk(client, *taken);
}

TEST_F(HttpUpgrade, DrainNeitherWaitsForItNorClosesIt) {
    StartServer();
    RawSocket client = ConnectTo(server_->Port());
    client.Send(Request("GET", "/up"));
    const auto taken = taken_.Await();
    ASSERT_TRUE(taken.has_value());
    EXPECT_TRUE(server_->Drain(wire_test::kPatience));
    EXPECT_EQ(server_->HandedOver(), 1U);
    ExpectTalk(client, *taken);
    server_.reset();
    ExpectTalk(client, *taken);  // and the slot outlives the server
}

TEST_F(HttpUpgrade, RequestThatLayInTheSocketWhenDrainingBeganIsHandedOver) {
    StartServer();
    constexpr int kClients = 20;
    std::vector<RawSocket> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.push_back(ConnectTo(server_->Port()));
        clients.back().Send(Request("GET", "/up"));
    }
    EXPECT_TRUE(server_->Drain(wire_test::kPatience));
    EXPECT_EQ(server_->HandedOver(), static_cast<std::size_t>(kClients));
}

}  // namespace
