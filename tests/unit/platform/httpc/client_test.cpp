#include "platform/httpc/client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "platform/httpd/server.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace {

using platform::ClientRequest;
using platform::HttpClient;
using platform::HttpRequest;
using platform::HttpResponse;
using platform::HttpServer;
using platform::HttpServerOptions;
using std::chrono::milliseconds;
using wire_test::Background;
using wire_test::RawListener;
using wire_test::RawSocket;

// Answers with what it got, one header line per line.
HttpResponse Mirror(const HttpRequest& request) {
    HttpResponse response;
    response.status = request.path == "/missing" ? 404 : 200;
    response.headers = {{"Content-Type", "text/plain"}, {"X-Mixed-Case", "Yes"}};
    response.body = request.method + " " + request.path + "\n";
    for (const auto& [name, value] : request.headers) {
        response.body += name + "=" + value + "\n";
    }
    response.body += "\n" + request.body;
    return response;
}

class MirrorServer {
public:
    MirrorServer() : server_(Options(), Mirror) {
        server_.Start();
    }
    std::string Url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server_.Port()) + path;
    }

private:
    static HttpServerOptions Options() {
        HttpServerOptions options;
        options.threads = 1;
        options.max_body_bytes = 8 * 1024 * 1024;
        return options;
    }

    HttpServer server_;
};

std::string Url(const RawListener& listener) {
    return "http://127.0.0.1:" + std::to_string(listener.Port()) + "/";
}

TEST(HttpClient, GetsAnAnswerWithHeadersAndBody) {
    const MirrorServer server;
    HttpClient client;
    const auto response = client.Send({.url = server.Url("/a%20b?c=d"), .headers = {{"X-One", "1"}, {"X-Empty", ""}}});
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->Header("x-mixed-case"), "Yes");
    EXPECT_EQ(response->Header("content-type"), "text/plain");
    EXPECT_EQ(response->Header("absent"), "");
    EXPECT_TRUE(response->body.starts_with("GET /a b\n")) << response->body;
    EXPECT_NE(response->body.find("x-one=1\n"), std::string::npos);
    EXPECT_NE(response->body.find("x-empty=\n"), std::string::npos);
    EXPECT_NE(response->body.find("user-agent=portcullis/"), std::string::npos);
}

TEST(HttpClient, EveryMethodArrivesAsItself) {
    const MirrorServer server;
    HttpClient client;
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        for (const char* body : {"", "some body"}) {
            const auto response = client.Send({.method = method, .url = server.Url("/x"), .body = body});
            ASSERT_TRUE(response.has_value()) << method << response.error().message;
            EXPECT_TRUE(response->body.starts_with(std::string(method) + " /x\n")) << response->body;
            EXPECT_TRUE(response->body.ends_with("\n\n" + std::string(body))) << response->body;
        }
    }
    const auto head = client.Send({.method = "HEAD", .url = server.Url("/x")});
    ASSERT_TRUE(head.has_value()) << head.error().message;
    EXPECT_EQ(head->status, 200);
    EXPECT_EQ(head->body, "");
    EXPECT_NE(head->Header("content-length"), "0");
}

TEST(HttpClient, BinaryBodiesSurvive) {
    const MirrorServer server;
    HttpClient client;
    std::string body(3 * 1024 * 1024, '\0');
    for (std::size_t i = 0; i < body.size(); ++i) {
        body[i] = static_cast<char>(i * 31 % 251);
    }
    const auto response = client.Send({.method = "POST", .url = server.Url("/x"), .body = body});
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_TRUE(response->body.ends_with(body));
    EXPECT_EQ(response->body.find("expect="), std::string::npos);
}

TEST(HttpClient, RefusalIsAnAnswerAndNotAnError) {
    const MirrorServer server;
    HttpClient client;
    const auto response = client.Send({.url = server.Url("/missing")});
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 404);
}

TEST(HttpClient, ReusesItsConnection) {
    RawListener listener;
    HttpClient client;
    Background server([&] {
        RawSocket connection = listener.Accept();
        for (int i = 0; i < 3; ++i) {
            std::string request;
            while (request.find("\r\n\r\n") == std::string::npos) {
                const std::string more = connection.Receive(4096);
                if (more.empty()) {
                    return i;
                }
                request += more;
            }
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
        return 3;
    });
    for (int i = 0; i < 3; ++i) {
        const auto response = client.Send({.url = Url(listener)});
        ASSERT_TRUE(response.has_value()) << response.error().message;
        EXPECT_EQ(response->body, "ok");
    }
    EXPECT_EQ(server.Get(), 3);
}

TEST(HttpClient, NothingOfOneCallIsLeftForTheNext) {
    const MirrorServer server;
    HttpClient client;
    ASSERT_TRUE(client.Send({.method = "POST", .url = server.Url("/1"), .headers = {{"X-Secret", "s"}}, .body = "b"}));
    ASSERT_TRUE(client.Send({.method = "HEAD", .url = server.Url("/2")}));
    const auto response = client.Send({.url = server.Url("/3")});
    ASSERT_TRUE(response.has_value());
    EXPECT_TRUE(response->body.starts_with("GET /3\n"));
    EXPECT_EQ(response->body.find("x-secret"), std::string::npos);
    EXPECT_TRUE(response->body.ends_with("\n\n"));
}

TEST(HttpClient, InterimAnswersAreNotTheAnswer) {
    RawListener listener;
    Background server([&] {
        RawSocket connection = listener.Accept();
        connection.Receive(4096);
        connection.Send(
            "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 201 Created\r\nX-Final: 1\r\n"
            "Content-Length: 0\r\n\r\n");
        connection.ReceiveAll();
    });
    const auto response = HttpClient().Send({.url = Url(listener)});
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->status, 201);
    EXPECT_EQ(response->Header("x-final"), "1");
    EXPECT_EQ(response->Header("x-interim"), "");
}

TEST(HttpClient, RedirectsAreAnswers) {
    RawListener listener;
    Background server([&] {
        RawSocket connection = listener.Accept();
        connection.Receive(4096);
        connection.Send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
        connection.ReceiveAll();
    });
    const auto response = HttpClient().Send({.url = Url(listener)});
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 302);
    EXPECT_EQ(response->Header("location"), "/elsewhere");
}

TEST(HttpClient, SilentServerTimesOut) {
    RawListener listener;
    const auto begin = std::chrono::steady_clock::now();
    const auto response = HttpClient().Send({.url = Url(listener), .timeout = milliseconds(150)});
    ASSERT_FALSE(response.has_value());
    EXPECT_TRUE(response.error().timed_out) << response.error().message;
    EXPECT_NE(response.error().message.find("150 ms"), std::string::npos) << response.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, wire_test::kPatience);
}

TEST(HttpClient, HalfAnAnswerTimesOut) {
    RawListener listener;
    std::promise<void> done;
    Background server([&] {
        RawSocket connection = listener.Accept();
        connection.Receive(4096);
        connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        done.get_future().wait();
    });
    const auto response = HttpClient().Send({.url = Url(listener), .timeout = milliseconds(200)});
    done.set_value();
    ASSERT_FALSE(response.has_value());
    EXPECT_TRUE(response.error().timed_out);
}

TEST(HttpClient, ZeroIsNotForEver) {
    RawListener listener;
    const auto response = HttpClient().Send({.url = Url(listener), .timeout = milliseconds(0)});
    ASSERT_FALSE(response.has_value());
}

TEST(HttpClient, EarlyCloseIsAnErrorAndNotAShortBody) {
    for (const char* answer : {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
        RawListener listener;
        Background server([&] {
            RawSocket connection = listener.Accept();
            connection.Receive(4096);
            connection.Send(answer);
        });
        const auto response = HttpClient().Send({.url = Url(listener)});
        ASSERT_FALSE(response.has_value()) << answer;
        EXPECT_FALSE(response.error().timed_out);
        EXPECT_FALSE(response.error().message.empty());
    }
}

TEST(HttpClient, WhatIsNotHttpIsAnError) {
    RawListener listener;
    Background server([&] {
        RawSocket connection = listener.Accept();
        connection.Receive(4096);
        connection.Send("SSH-2.0-OpenSSH_9.2\r\n");
    });
    const auto response = HttpClient().Send({.url = Url(listener)});
    EXPECT_FALSE(response.has_value());
}

TEST(HttpClient, AnswersAreBounded) {
    const MirrorServer server;
    HttpClient client;
    ClientRequest request{.method = "POST", .url = server.Url("/x"), .body = std::string(100'000, 'x')};
    request.max_response_bytes = 50'000;
    const auto response = client.Send(request);
    ASSERT_FALSE(response.has_value());
    EXPECT_FALSE(response.error().timed_out);
    EXPECT_NE(response.error().message.find("larger than 50000 bytes"), std::string::npos) << response.error().message;
    EXPECT_TRUE(client.Send({.url = server.Url("/after")}).has_value());
}

TEST(HttpClient, EndlessHeadersAreBounded) {
    RawListener listener;
    Background server([&] {
        RawSocket connection = listener.Accept();
        connection.Receive(4096);
        connection.Send("HTTP/1.1 200 OK\r\n");
        const std::string header = "X-Long: " + std::string(8000, 'x') + "\r\n";
        int sent = 0;
        while (sent < 10'000 && connection.Send(header)) {
            ++sent;
        }
        return sent;
    });
    const auto response = HttpClient().Send({.url = Url(listener)});
    EXPECT_FALSE(response.has_value());
    EXPECT_LT(server.Get(), 10'000);
}

TEST(HttpClient, NobodyListeningIsAnErrorThatNamesTheAddress) {
    std::string url;
    {
        const RawListener listener;
        url = Url(listener);
    }
    const auto response = HttpClient().Send({.url = url});
    ASSERT_FALSE(response.has_value());
    EXPECT_FALSE(response.error().timed_out);
    EXPECT_NE(response.error().message.find(url), std::string::npos) << response.error().message;
}

TEST(HttpClient, OnlyHttpAndHttps) {
    HttpClient client;
    for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "dict://127.0.0.1/", "",
                            "http://", "not an address", "javascript:alert(1)"}) {
        const auto response = client.Send({.url = url, .timeout = milliseconds(2'000)});
        ASSERT_FALSE(response.has_value()) << url;
        EXPECT_FALSE(response.error().message.empty());
    }
}

TEST(HttpClient, ForgedRequestsAreNotSent) {
    const MirrorServer server;
    HttpClient client;
    for (const ClientRequest& request :
         {ClientRequest{.url = server.Url("/"), .headers = {{"X", "a\r\nY: b"}}},
          ClientRequest{.url = server.Url("/"), .headers = {{"X\r\nY", "a"}}},
          ClientRequest{.url = server.Url("/"), .headers = {{"X", std::string("a\0b", 3)}}},
          ClientRequest{.url = server.Url("/"), .headers = {{"", "a"}}}, ClientRequest{.url = server.Url("/\r\nX: y")},
          ClientRequest{.method = "GET / HTTP/1.1\r\nX:", .url = "x"},
          ClientRequest{.method = "", .url = server.Url("/")}}) {
        EXPECT_FALSE(client.Send(request).has_value());
    }
    EXPECT_TRUE(client.Send({.url = server.Url("/")}).has_value());
}

TEST(HttpClient, MovesAndRunsOnManyThreads) {
    const MirrorServer server;
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, client = HttpClient()]() mutable {
            HttpClient moved = std::move(client);
            for (int call = 0; call < 20; ++call) {
                const auto response = moved.Send({.url = server.Url("/x")});
                answered += response.has_value() && response->status == 200 ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(answered, 160);
}

TEST(HttpClient, AsksWhichAddressesItMayConnectTo) {
    const MirrorServer server;
    HttpClient client;
    std::vector<std::string> asked;
    ClientRequest request{.url = server.Url("/x")};
    request.allow_address = [&](const std::string& address) {
        asked.push_back(address);
        return false;
    };
    EXPECT_TRUE(client.Send({.url = server.Url("/x")}));  // leaves a connection that must not be used below
    const auto refused = client.Send(request);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("127.0.0.1 may not be connected to"), std::string::npos);
    EXPECT_EQ(asked, std::vector<std::string>{"127.0.0.1"});
    request.allow_address = [](const std::string& address) { return address == "127.0.0.1"; };
    EXPECT_TRUE(client.Send(request));
}

TEST(HttpClient, SaysTheStatusOfAnAnswerThatIsTooLarge) {
    const MirrorServer server;
    ClientRequest request{.method = "POST", .url = server.Url("/x"), .body = std::string(10'000, 'x')};
    request.max_response_bytes = 1'000;
    const auto answer = HttpClient().Send(request);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().too_large);
    EXPECT_EQ(answer.error().status, 200);
}

TEST(HttpClient, GivesUpWhenItIsCancelled) {
    RawListener listener;
    std::atomic<bool> cancelled = false;
    ClientRequest request{.url = Url(listener), .timeout = std::chrono::minutes(5)};
    request.cancelled = [&] { return cancelled.load(); };
    Background call([&] { return HttpClient().Send(request).has_value(); });
    RawSocket held = listener.Accept();
    EXPECT_NE(held.Receive(4096).find("GET /"), std::string::npos);
    cancelled = true;
    EXPECT_FALSE(call.Get());
}

TEST(PercentEncode, KeepsUnreservedCharactersOnly) {
    EXPECT_EQ(platform::PercentEncode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(platform::PercentEncode("a b/c?d=e&f+g%"), "a%20b%2Fc%3Fd%3De%26f%2Bg%25");
    EXPECT_EQ(platform::PercentEncode("\xC3\xA9"), "%C3%A9");
    EXPECT_EQ(platform::PercentEncode(std::string_view("\0\n", 2)), "%00%0A");
    EXPECT_EQ(platform::PercentEncode(""), "");
}

}  // namespace
