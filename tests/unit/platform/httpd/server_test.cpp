#include "platform/httpd/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

#include "tests/fault/httpd_wire.hpp"

namespace {

using platform::HttpRequest;
using platform::HttpResponse;
using platform::HttpServer;
using platform::HttpServerOptions;
using std::chrono::milliseconds;
using std::chrono::seconds;
using wire_test::Background;
using wire_test::ConnectTo;
using wire_test::Exchange;
using wire_test::RawSocket;
using wire_test::Request;

HttpResponse Echo(const HttpRequest& request) {
    HttpResponse response;
    response.headers.emplace_back("Content-Type", "text/plain");
    response.body = request.method + " " + request.path + " " + request.body;
    return response;
}

HttpServerOptions TwoThreads() {
    HttpServerOptions options;
    options.threads = 2;
    return options;
}

// A handler that waits until the test lets it go.
class Gate {
public:
    void Wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait_for(lock, wire_test::kPatience, [&] { return open_; });
    }
    bool AwaitWaiting(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, wire_test::kPatience, [&] { return waiting_ >= count; });
    }
    void Open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

TEST(HttpServer, AnswersOnTheSameConnectionAgainAndAgain) {
    HttpServer server(TwoThreads(), Echo);
    server.Start();
    ASSERT_NE(server.Port(), 0);
    RawSocket client = ConnectTo(server.Port());
    for (int i = 0; i < 50; ++i) {
        const std::string body = "body " + std::to_string(i);
        ASSERT_TRUE(client.Send(Request("POST", "/echo", body)));
        const auto response = client.ReceiveResponse();
        ASSERT_TRUE(response.has_value());
        EXPECT_EQ(response->status, 200);
        EXPECT_EQ(response->body, "POST /echo " + body);
        EXPECT_TRUE(response->Has("connection: keep-alive")) << response->head;
        EXPECT_TRUE(response->Has("content-type: text/plain"));
        EXPECT_NE(response->head.find("\r\ndate: "), std::string::npos);
    }
    EXPECT_TRUE(server.Drain(seconds(10)));
}

TEST(HttpServer, ClosesWhenTheClientAskedForIt) {
    HttpServer server(TwoThreads(), Echo);
    server.Start();
    RawSocket client = ConnectTo(server.Port());
    client.Send(Request("GET", "/", "", "Connection: close\r\n"));
    const auto response = client.ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_TRUE(response->Has("connection: close"));
    EXPECT_TRUE(client.IsClosed());
}

TEST(HttpServer, Http10IsAnsweredAndClosedUnlessItAsksForMore) {
    HttpServer server(TwoThreads(), Echo);
    server.Start();
    RawSocket once = ConnectTo(server.Port());
    once.Send("GET /old HTTP/1.0\r\n\r\n");
    const auto response = once.ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "GET /old ");
    EXPECT_TRUE(response->Has("connection: close"));
    EXPECT_TRUE(once.IsClosed());

    RawSocket again = ConnectTo(server.Port());
    for (int i = 0; i < 2; ++i) {
        again.Send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const auto kept = again.ReceiveResponse();
        ASSERT_TRUE(kept.has_value());
        EXPECT_TRUE(kept->Has("connection: keep-alive"));
    }
}

TEST(HttpServer, HeadHasTheLengthAndNotTheBody) {
    HttpServer server(TwoThreads(), Echo);
    server.Start();
    RawSocket client = ConnectTo(server.Port());
    client.Send(Request("HEAD", "/abc") + Request("GET", "/next"));
    const auto head = client.ReceiveResponse(true);
    ASSERT_TRUE(head.has_value());
    EXPECT_TRUE(head->Has("content-length: 10")) << head->head;
    const auto next = client.ReceiveResponse();
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->body, "GET /next ");
}

TEST(HttpServer, OptionsReachesTheHandler) {
    HttpServer server(TwoThreads(), Echo);
    server.Start();
    const auto response = Exchange(server.Port(), Request("OPTIONS", "/v1"));
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "OPTIONS /v1 ");
}

TEST(HttpServer, RequestCarriesWhatWasSent) {
    std::promise<HttpRequest> seen;
    HttpServer server(TwoThreads(), [&](const HttpRequest& request) {
        seen.set_value(request);
        return HttpResponse{.status = 204};
    });
    server.Start();
    const auto response =
        Exchange(server.Port(), Request("PATCH", "/v1/t%C3%A9?limit=5&q=a+b", "{}", "If-Match: \"3\"\r\n"));
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 204);
    const HttpRequest request = seen.get_future().get();
    EXPECT_EQ(request.method, "PATCH");
    EXPECT_EQ(request.path, "/v1/t\xC3\xA9");
    EXPECT_EQ(request.Query("limit"), "5");
    EXPECT_EQ(request.Query("q"), "a b");
    EXPECT_EQ(request.Header("if-match"), "\"3\"");
    EXPECT_EQ(request.body, "{}");
    EXPECT_EQ(request.peer, "127.0.0.1");
}

// curl holds a larger body back until it is told to go on, and otherwise waits for a second.
TEST(HttpServer, ContinueIsAnsweredBeforeTheBody) {
    HttpServer server(TwoThreads(), Echo);
    server.Start();
    RawSocket client = ConnectTo(server.Port());
    client.Send("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    const auto interim = client.ReceiveResponse();
    ASSERT_TRUE(interim.has_value());
    EXPECT_EQ(interim->status, 100);
    client.Send("body");
    const auto response = client.ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "POST /x body");
}

TEST(HttpServer, TooLargeABodyIsRefusedInsteadOfContinued) {
    HttpServer server(TwoThreads(), Echo);
    server.Start();
    RawSocket client = ConnectTo(server.Port());
    client.Send("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
    const auto response = client.ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 413);
    EXPECT_TRUE(client.IsClosed());
}

TEST(HttpServer, ThrowingHandlerIsA500WithFixedTextAndALogLine) {
    std::mutex mutex;
    std::vector<std::string> logged;
    HttpServerOptions options = TwoThreads();
    options.on_error = [&](std::string_view text) {
        const std::lock_guard lock(mutex);
        logged.emplace_back(text);
    };
    HttpServer server(options, [](const HttpRequest& request) -> HttpResponse {
        if (request.path == "/int") {
            throw 7;
        }
        throw std::runtime_error("secret table name");
    });
    server.Start();
    RawSocket client = ConnectTo(server.Port());
    for (const char* path : {"/std", "/int"}) {
        client.Send(Request("GET", path));
        const auto response = client.ReceiveResponse();
        ASSERT_TRUE(response.has_value());
        EXPECT_EQ(response->status, 500);
        EXPECT_TRUE(response->Has("content-type: application/problem+json"));
        EXPECT_NE(response->body.find("urn:portcullis:problem:internal.error"), std::string::npos);
        EXPECT_EQ(response->body.find("secret"), std::string::npos);
    }
    EXPECT_TRUE(server.Drain(seconds(10)));
    ASSERT_EQ(logged.size(), 2U);
    EXPECT_NE(logged[0].find("secret table name"), std::string::npos);
    EXPECT_NE(logged[0].find("GET /std"), std::string::npos);
}

TEST(HttpServer, LogThatThrowsHurtsNobody) {
    HttpServerOptions options = TwoThreads();
    options.on_error = [](std::string_view) { throw std::runtime_error("disk full"); };
    HttpServer server(options, [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("x"); });
    server.Start();
    for (int i = 0; i < 4; ++i) {
        const auto response = Exchange(server.Port(), Request("GET", "/"));
        ASSERT_TRUE(response.has_value());
        EXPECT_EQ(response->status, 500);
    }
}

TEST(HttpServer, ForgedHeaderIsA500AndNotASecondAnswer) {
    HttpServer server(TwoThreads(), [](const HttpRequest&) {
        return HttpResponse{.headers = {{"Location", "/x\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK"}}};
    });
    server.Start();
    RawSocket client = ConnectTo(server.Port());
    client.Send(Request("GET", "/", "", "Connection: close\r\n"));
    const auto all = client.ReceiveAll();
    ASSERT_TRUE(all.has_value());
    EXPECT_TRUE(all->starts_with("HTTP/1.1 500 "));
    EXPECT_EQ(all->find("200 OK"), std::string::npos);
}

TEST(HttpServer, StartNamesTheAddressItCannotHave) {
    HttpServer first(TwoThreads(), Echo);
    first.Start();
    HttpServerOptions taken = TwoThreads();
    taken.port = first.Port();
    HttpServer second(taken, Echo);
    try {
        second.Start();
        FAIL() << "two servers on one port";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("127.0.0.1:" + std::to_string(taken.port)), std::string::npos)
            << error.what();
        EXPECT_NE(std::string(error.what()).find("in use"), std::string::npos) << error.what();
    }
    HttpServerOptions foreign = TwoThreads();
    foreign.address = "192.0.2.1";  // reserved for documentation: no machine has it
    EXPECT_THROW(HttpServer(foreign, Echo).Start(), std::runtime_error);
    HttpServerOptions none = TwoThreads();
    none.threads = 0;
    EXPECT_THROW(HttpServer(none, Echo).Start(), std::runtime_error);
}

TEST(HttpServer, ListensOnIpv6) {
    const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    RawSocket client(probe);
    const bool machine_has_ipv6 =
        probe >= 0 && ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    HttpServerOptions options = TwoThreads();
    options.address = "::1";
    std::promise<std::string> peer;
    HttpServer server(options, [&](const HttpRequest& request) {
        peer.set_value(request.peer);
        return HttpResponse{};
    });
    if (!machine_has_ipv6) {
        EXPECT_THROW(server.Start(), std::runtime_error);
        return;
    }
    server.Start();
    address.sin6_port = htons(server.Port());
    ASSERT_EQ(::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    client.Send(Request("GET", "/"));
    ASSERT_TRUE(client.ReceiveResponse().has_value());
    EXPECT_EQ(peer.get_future().get(), "::1");
}

TEST(HttpServer, DrainLetsTheRunningRequestFinish) {
    Gate gate;
    HttpServer server(TwoThreads(), [&](const HttpRequest& request) {
        gate.Wait();
        return Echo(request);
    });
    server.Start();
    const std::uint16_t port = server.Port();
    RawSocket idle = ConnectTo(port);
    RawSocket busy = ConnectTo(port);
    busy.Send(Request("GET", "/busy"));
    ASSERT_TRUE(gate.AwaitWaiting(1));

    Background drained([&] { return server.Drain(seconds(20)); });
    EXPECT_TRUE(idle.IsClosed());
    EXPECT_FALSE(drained.IsDone());
    gate.Open();
    const auto response = busy.ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "GET /busy ");
    EXPECT_TRUE(response->Has("connection: close"));
    EXPECT_TRUE(busy.IsClosed());
    EXPECT_TRUE(drained.Get());
    EXPECT_THROW(ConnectTo(port), std::exception);
}

TEST(HttpServer, DrainCutsOffWhatIsNotDoneByTheDeadline) {
    HttpServer server(TwoThreads(), Echo);
    server.Start();
    RawSocket half = ConnectTo(server.Port());
    half.Send("GET / HTTP/1.1\r\nHo");
    // The second connection's answer shows that the server has been through its sockets since the half request came,
    // on this thread or the other.
    ASSERT_TRUE(Exchange(server.Port(), Request("GET", "/")).has_value());
    ASSERT_TRUE(Exchange(server.Port(), Request("GET", "/")).has_value());
    EXPECT_FALSE(server.Drain(milliseconds(50)));
    EXPECT_TRUE(half.IsClosed());
    EXPECT_TRUE(server.Drain(milliseconds(50)));  // nothing is left to do
}

TEST(HttpServer, RequestThatLaysInTheSocketWhenDrainingBeganIsAnswered) {
    HttpServerOptions options;
    options.threads = 1;
    Gate gate;
    HttpServer server(options, [&](const HttpRequest& request) {
        if (request.path == "/hold") {
            gate.Wait();
        }
        return Echo(request);
    });
    server.Start();
    RawSocket waiting = ConnectTo(server.Port());
    waiting.Send(Request("GET", "/first"));
    ASSERT_TRUE(waiting.ReceiveResponse().has_value());
    RawSocket holding = ConnectTo(server.Port());
    holding.Send(Request("GET", "/hold"));
    ASSERT_TRUE(gate.AwaitWaiting(1));
    waiting.Send(Request("GET", "/second"));  // the only thread is held
    Background drained([&] { return server.Drain(seconds(20)); });
    gate.Open();
    const auto response = waiting.ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "GET /second ");
    EXPECT_TRUE(drained.Get());
}

TEST(HttpServer, DrainWaitsForAnAnswerThatIsBeingRead) {
    HttpServer server(TwoThreads(),
                      [](const HttpRequest&) { return HttpResponse{.body = std::string(32 * 1024 * 1024, 'x')}; });
    server.Start();
    RawSocket client = ConnectTo(server.Port());
    client.Send(Request("GET", "/"));
    ASSERT_FALSE(client.Receive(1).empty());
    Background drained([&] { return server.Drain(seconds(20)); });
    const auto rest = client.ReceiveAll();
    ASSERT_TRUE(rest.has_value());
    EXPECT_GT(rest->size(), 32U * 1024 * 1024);
    EXPECT_TRUE(drained.Get());
}

TEST(HttpServer, DestructionWithoutDrainClosesEverything) {
    RawSocket client;
    {
        HttpServer server(TwoThreads(), Echo);
        server.Start();
        client = ConnectTo(server.Port());
        client.Send(Request("GET", "/"));
        ASSERT_TRUE(client.ReceiveResponse().has_value());
    }
    EXPECT_TRUE(client.IsClosed());
    const HttpServer never_started(TwoThreads(), Echo);
}

}  // namespace
