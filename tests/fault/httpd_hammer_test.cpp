// Many clients at once, good and bad mixed, on descriptors that are reused all the time: every good request gets its
// own answer, to the byte.
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/fault/httpd_fixture.hpp"

namespace wire_test {

namespace {

class HttpdHammer : public HttpServerUnderFire {
protected:
    void SetUp() override {
        platform::HttpServerOptions options;
        options.header_timeout = std::chrono::seconds(10);
        StartServer(options);
    }

    /// Breaks off in one of several ways.
    void Misbehave(std::mt19937& random) {
        RawSocket client = ConnectTo(Port());
        const std::string size = std::to_string(random() % 2 == 0 ? random() % 100 : 1'000'000 + random() % 4'000'000);
        const std::string request = Request("GET", "/marker?m=stray&n=" + size);
        switch (random() % 6) {
            case 0:
                client.Send(request.substr(0, random() % request.size()));
                break;
            case 1:
                client.Send(request.substr(0, random() % request.size()));
                client.Reset();
                break;
            case 2:
                client.Send(request);
                client.Reset();
                break;
            case 3:
                client.Send(request + request);
                client.Receive(1 + random() % 1000);
                break;
            case 4:
                client.Send(request);
                client.Receive(1);
                client.Reset();
                break;
            default: {
                std::string garbage(1 + random() % 300, '\0');
                for (char& byte : garbage) {
                    byte = static_cast<char>(random() & 0xFFU);
                }
                client.Send(garbage);
                break;
            }
        }
    }

    /// The number of answers that were not exactly the one asked for.
    int AskForMarkers(std::mt19937& random, int thread, int round) {
        RawSocket client = ConnectTo(Port());
        int wrong = 0;
        for (int i = 0; i < 3; ++i) {
            const std::string marker =
                "own-" + std::to_string(thread) + "-" + std::to_string(round) + "-" + std::to_string(i) + ";";
            const std::size_t size = random() % 8 == 0 ? 2'000'000 : random() % 50;
            client.Send(Request("GET", "/marker?m=" + marker + "&n=" + std::to_string(size)));
            const auto response = client.ReceiveResponse();
            wrong += response && response->status == 200 && response->body == marker + std::string(size, 'x') ? 0 : 1;
        }
        return wrong;
    }
};

TEST_F(HttpdHammer, EachGoodRequestGetsItsOwnAnswer) {
    constexpr int kClients = 8;
    constexpr int kRounds = 60;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> clients;
    for (int thread = 0; thread < kClients; ++thread) {
        clients.emplace_back([this, thread, &wrong] {
            std::mt19937 random(static_cast<unsigned>(thread) + 1);
            for (int round = 0; round < kRounds; ++round) {
                Misbehave(random);
                wrong += AskForMarkers(random, thread, round);
                Misbehave(random);
            }
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    EXPECT_EQ(wrong, 0);
}

TEST_F(HttpdHammer, RandomBytesAreRefusedOrIgnored) {
    std::mt19937 random(4711);
    const std::string seed = Request("POST", "/echo?a=%20b", "hello", "X-One: two\r\nConnection: keep-alive\r\n");
    for (int round = 0; round < 1500; ++round) {
        std::string bytes = seed;
        const std::size_t changes = 1 + random() % 8;
        for (std::size_t i = 0; i < changes; ++i) {
            bytes[random() % bytes.size()] = static_cast<char>(random() & 0xFFU);
        }
        RawSocket client = ConnectTo(Port());
        ASSERT_TRUE(client.Send(bytes));
        client.ShutdownWrite();
        const auto answer = client.ReceiveAll();
        ASSERT_TRUE(answer.has_value()) << "round " << round;
        // Nothing when the request never ended, else answers and nothing but answers.
        ASSERT_TRUE(answer->empty() || answer->starts_with("HTTP/1.1 ")) << *answer;
    }
}

TEST_F(HttpdHammer, DrainUnderFire) {
    std::atomic<bool> over = false;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> clients;
    const std::uint16_t port = Port();
    for (int thread = 0; thread < 4; ++thread) {
        clients.emplace_back([&, thread] {
            for (int round = 0; !over; ++round) {
                const std::string marker = std::to_string(thread) + "-" + std::to_string(round);
                try {
                    const auto response = Exchange(port, Request("GET", "/marker?m=" + marker));
                    wrong += response && response->body != marker ? 1 : 0;
                } catch (const std::exception&) {
                    // refused: the server has stopped listening
                }
            }
        });
    }
    EXPECT_TRUE(AwaitHandled(200));
    EXPECT_TRUE(server_->Drain(kPatience));
    over = true;
    for (auto& client : clients) {
        client.join();
    }
    EXPECT_EQ(wrong, 0);
    StartServer({});
}

}  // namespace

}  // namespace wire_test
