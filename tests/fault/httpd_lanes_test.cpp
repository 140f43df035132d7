// A server whose handlers hang: urgent requests are answered, on new connections and on old ones, and nobody waits for
// a neighbour that hangs while a thread is free.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/httpd/server.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace wire_test {
namespace {

constexpr int kOrdinaryThreads = 2;

class HttpdLanes : public testing::Test {
protected:
    HttpdLanes() {
        platform::HttpServerOptions options;
        options.threads = kOrdinaryThreads;
        options.urgent_threads = 2;
        options.urgent = [](const platform::HttpRequest& request) { return request.path.starts_with("/urgent"); };
        server_ = std::make_unique<platform::HttpServer>(
            std::move(options), [this](const platform::HttpRequest& request) { return Handle(request); });
        server_->Start();
    }
    ~HttpdLanes() override {
        Release();
    }

    std::uint16_t Port() const {
        return server_->Port();
    }
    /// Of `count` connections each has a request in a handler, or behind one, that does not end before Release.
    std::vector<RawSocket> Hang(int count, int in_handlers) {
        std::vector<RawSocket> hanging;
        for (int i = 0; i < count; ++i) {
            hanging.push_back(ConnectTo(Port()));
            EXPECT_TRUE(hanging.back().Send(Request("GET", "/hang")));
        }
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return hanging_ >= in_handlers; }));
        return hanging;
    }
    void Release() {
        {
            const std::lock_guard lock(mutex_);
            released_ = true;
        }
        changed_.notify_all();
    }
    static void ExpectAnswer(RawSocket& client, const std::string& path) {
        ASSERT_TRUE(client.Send(Request("GET", path, {}, "Connection: keep-alive\r\n")));
        const auto response = client.ReceiveResponse();
        ASSERT_TRUE(response.has_value()) << path;
        EXPECT_EQ(response->status, 200);
        EXPECT_EQ(response->body, path);
    }
    platform::HttpServer& Server() {
        return *server_;
    }

private:
    platform::HttpResponse Handle(const platform::HttpRequest& request) {
        if (request.path == "/hang") {
            std::unique_lock lock(mutex_);
            ++hanging_;
            changed_.notify_all();
            changed_.wait(lock, [this] { return released_; });
        }
        platform::HttpResponse response;
        response.body = request.path;
        return response;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int hanging_ = 0;
    bool released_ = false;
    std::unique_ptr<platform::HttpServer> server_;  // last: its threads use the others
};

TEST_F(HttpdLanes, AnUrgentRequestIsAnsweredWhileAllOthersHang) {
    auto hanging = Hang(50, kOrdinaryThreads);
    for (int i = 0; i < 10; ++i) {
        RawSocket client = ConnectTo(Port());
        ExpectAnswer(client, "/urgent-" + std::to_string(i));
        ExpectAnswer(client, "/urgent-again");
    }
    Release();
    for (RawSocket& client : hanging) {
        const auto response = client.ReceiveResponse();
        ASSERT_TRUE(response.has_value());
        EXPECT_EQ(response->body, "/hang");
    }
}

TEST_F(HttpdLanes, AConnectionThatLivesOnAHangingThreadIsAnsweredToo) {
    std::vector<RawSocket> lasting;
    for (int i = 0; i < 8; ++i) {
        lasting.push_back(ConnectTo(Port()));
        ExpectAnswer(lasting.back(), "/ordinary");
    }
    const auto hanging = Hang(kOrdinaryThreads, kOrdinaryThreads);
    for (RawSocket& client : lasting) {
        ExpectAnswer(client, "/urgent");
    }
    Release();
    for (RawSocket& client : lasting) {
        ExpectAnswer(client, "/ordinary");
    }
}

TEST_F(HttpdLanes, NobodyWaitsForANeighbourWhileAThreadIsFree) {
    std::vector<RawSocket> lasting;
    for (int i = 0; i < 8; ++i) {
        lasting.push_back(ConnectTo(Port()));
        ExpectAnswer(lasting.back(), "/ordinary");
    }
    const auto hanging = Hang(1, 1);
    for (RawSocket& client : lasting) {
        ExpectAnswer(client, "/ordinary");
    }
    for (int i = 0; i < 8; ++i) {
        RawSocket client = ConnectTo(Port());
        ExpectAnswer(client, "/ordinary");
    }
}

TEST_F(HttpdLanes, RequestsOfOneConnectionStayInOrderWhateverTheyAre) {
    RawSocket client = ConnectTo(Port());
    std::string all;
    std::vector<std::string> paths;
    for (int i = 0; i < 40; ++i) {
        paths.push_back((i % 3 == 0 ? "/urgent-" : "/ordinary-") + std::to_string(i));
        all +=
            Request(i % 2 == 0 ? "GET" : "POST", paths.back(), i % 2 == 0 ? "" : "body", "Connection: keep-alive\r\n");
    }
    ASSERT_TRUE(client.Send(all));
    for (const std::string& path : paths) {
        const auto response = client.ReceiveResponse();
        ASSERT_TRUE(response.has_value()) << path;
        EXPECT_EQ(response->body, path);
    }
}

TEST_F(HttpdLanes, WhatHangsIsAnsweredBeforeTheServerEnds) {
    auto hanging = Hang(20, kOrdinaryThreads);
    std::vector<RawSocket> idle;
    for (int i = 0; i < 4; ++i) {
        idle.push_back(ConnectTo(Port()));
        ExpectAnswer(idle.back(), "/urgent");
    }
    Background drained([this] { return Server().Drain(kPatience); });
    for (RawSocket& client : idle) {
        EXPECT_TRUE(client.IsClosed());
    }
    Release();
    EXPECT_TRUE(drained.Get());
    for (RawSocket& client : hanging) {
        const auto response = client.ReceiveResponse();
        ASSERT_TRUE(response.has_value());
        EXPECT_EQ(response->body, "/hang");
    }
}

TEST_F(HttpdLanes, UnderFireEverybodyGetsTheOwnAnswer) {
    std::atomic<int> wrong{0};
    std::vector<std::thread> clients;
    const std::uint16_t port = Port();
    for (int thread = 0; thread < 6; ++thread) {
        clients.emplace_back([&, thread] {
            RawSocket lasting = ConnectTo(port);
            for (int round = 0; round < 150; ++round) {
                const std::string path = (round % 5 == thread % 5 ? "/urgent-" : "/ordinary-") +
                                         std::to_string(thread) + "-" + std::to_string(round);
                if (round % 7 == 0) {
                    lasting = ConnectTo(port);
                }
                const bool sent = lasting.Send(Request("GET", path, {}, "Connection: keep-alive\r\n"));
                if (round % 11 == 0) {
                    lasting.Reset();  // gone before it is answered
                    lasting = ConnectTo(port);
                    continue;
                }
                const auto response = lasting.ReceiveResponse();
                wrong += sent && response && response->body == path ? 0 : 1;
            }
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace wire_test
