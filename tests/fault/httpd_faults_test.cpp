// Clients that break off, dawdle, lie about lengths or speak something else: each gets a clean refusal or a closed
// connection, and nobody else notices.
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "tests/fault/httpd_fixture.hpp"

namespace wire_test {

namespace {

using std::string_literals::operator""s;
using platform::HttpServerOptions;
using std::chrono::milliseconds;

constexpr std::size_t kMegabyte = 1024 * 1024;

class HttpdFaults : public HttpServerUnderFire {
protected:
    /// Sends `bytes`; expects one problem answer of that status and then the end of the connection.
    void ExpectRefused(std::string_view bytes, int status) {
        RawSocket client = ConnectTo(Port());
        client.Send(bytes);
        ExpectRefusal(client, status);
    }

    static void ExpectRefusal(RawSocket& client, int status) {
        const auto response = client.ReceiveResponse();
        ASSERT_TRUE(response.has_value()) << "status " << status << " was expected";
        EXPECT_EQ(response->status, status) << response->body;
        EXPECT_TRUE(response->Has("content-type: application/problem+json"));
        EXPECT_TRUE(response->Has("connection: close"));
        EXPECT_TRUE(response->body.starts_with(R"({"type":"urn:portcullis:problem:)")) << response->body;
        EXPECT_NE(response->body.find("\"status\":" + std::to_string(status)), std::string::npos) << response->body;
        EXPECT_TRUE(client.IsClosed());
    }
};

class HttpdSlowClients : public HttpdFaults {
protected:
    void SetUp() override {
        HttpServerOptions options;
        options.header_timeout = milliseconds(200);
        options.body_timeout = milliseconds(300);
        options.idle_timeout = milliseconds(1000);
        StartServer(options);
    }

    /// One more byte each time the other end has been quiet for a moment, until it says something.
    static bool TrickleUntilAnswered(RawSocket& client, std::string_view bytes) {
        for (const char byte : bytes) {
            client.SendSome(std::string_view(&byte, 1));
            if (client.Readable(milliseconds(10))) {
                return true;
            }
        }
        return false;
    }
};

TEST_F(HttpdFaults, AbortedMidRequest) {
    const std::string request = Request("POST", "/echo", std::string(5000, 'b'), "X-Header: value\r\n");
    for (std::size_t length = 1; length < request.size(); length += 97) {
        RawSocket orderly = ConnectTo(Port());
        orderly.Send(request.substr(0, length));
        orderly.Close();
        RawSocket reset = ConnectTo(Port());
        reset.Send(request.substr(0, length));
        reset.Reset();
    }
    ExpectAlive();
    EXPECT_EQ(Handled(), 2 * kThreads);  // only the last four requests were complete
}

TEST_F(HttpdFaults, AbortedMidResponse) {
    for (int i = 0; i < 40; ++i) {
        RawSocket client = ConnectTo(Port());
        client.Send(Request("GET", "/marker?m=abc&n=16777216"));
        if (i % 2 == 0) {
            EXPECT_FALSE(client.Receive(1000).empty());
        }
        if (i % 4 < 2) {
            client.Reset();
        }
    }
}

TEST_F(HttpdFaults, AbortedBeforeTheResponseIsRead) {
    for (int i = 0; i < 200; ++i) {
        RawSocket client = ConnectTo(Port());
        client.Send(Request("GET", "/marker?m=abc") + Request("GET", "/marker?m=def"));
        client.Reset();
    }
}

TEST_F(HttpdFaults, HalfClosedClientGetsItsAnswer) {
    for (const std::size_t size : {std::size_t{10}, 16 * kMegabyte}) {
        RawSocket client = ConnectTo(Port());
        client.Send(Request("GET", "/marker?m=abc&n=" + std::to_string(size)));
        client.ShutdownWrite();
        const auto all = client.ReceiveAll();
        ASSERT_TRUE(all.has_value());
        EXPECT_TRUE(all->starts_with("HTTP/1.1 200 "));
        EXPECT_GT(all->size(), size);
    }
}

TEST_F(HttpdSlowClients, HalfSentHeaderTimesOut) {
    RawSocket client = ConnectTo(Port());
    client.Send("GET /marker?m=x HTTP/1.1\r\nHost: x\r\nX-Slo");
    ExpectRefusal(client, 408);
}

TEST_F(HttpdSlowClients, HalfSentBodyTimesOut) {
    RawSocket client = ConnectTo(Port());
    client.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    ExpectRefusal(client, 408);
    RawSocket chunked = ConnectTo(Port());
    chunked.Send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
    ExpectRefusal(chunked, 408);
}

TEST_F(HttpdSlowClients, TricklingDoesNotExtendTheTime) {
    RawSocket header = ConnectTo(Port());
    ASSERT_TRUE(TrickleUntilAnswered(header, "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(2000, 'x')));
    ExpectRefusal(header, 408);
    RawSocket body = ConnectTo(Port());
    body.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n");
    ASSERT_TRUE(TrickleUntilAnswered(body, std::string(2000, 'x')));
    ExpectRefusal(body, 408);
}

TEST_F(HttpdSlowClients, SilentConnectionIsClosedWithoutAWord) {
    RawSocket fresh = ConnectTo(Port());
    RawSocket used = ConnectTo(Port());
    used.Send(Request("GET", "/marker?m=x"));
    ASSERT_TRUE(used.ReceiveResponse().has_value());
    EXPECT_TRUE(fresh.IsClosed());
    EXPECT_TRUE(used.IsClosed());
}

TEST_F(HttpdSlowClients, ClientThatDoesNotReadLosesItsAnswerOnly) {
    RawSocket client = ConnectTo(Port());
    client.Send(Request("GET", "/marker?m=abc&n=67108864"));
    ASSERT_TRUE(client.Readable(kPatience));
    ExpectAlive();
    // Not a byte is read until the server must have given up, which its other connections show by being closed too:
    // this one is idle for longer than the unread answer may take.
    RawSocket clock = ConnectTo(Port());
    clock.Send(Request("GET", "/marker?m=x"));
    ASSERT_TRUE(clock.ReceiveResponse().has_value());
    ASSERT_TRUE(clock.IsClosed());
    const auto all = client.ReceiveAll();
    ASSERT_TRUE(all.has_value());
    EXPECT_LT(all->size(), 64 * kMegabyte);
}

TEST_F(HttpdFaults, HundredMegabytes) {
    RawSocket client = ConnectTo(Port());
    const std::string block(kMegabyte, 'x');
    client.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n");
    for (int i = 0; i < 100 && client.Send(block); ++i) {
    }
    ExpectRefusal(client, 413);
    RawSocket chunked = ConnectTo(Port());
    chunked.Send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 100 && chunked.Send("100000\r\n" + block + "\r\n"); ++i) {
    }
    ExpectRefusal(chunked, 413);
    EXPECT_EQ(Handled(), 0);
}

TEST_F(HttpdFaults, LargestBodyIsTaken) {
    const std::string body(kMegabyte, 'x');
    const auto response = Exchange(Port(), Request("POST", "/echo", body));
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, body);
}

TEST_F(HttpdFaults, AbsurdContentLength) {
    for (const char* length : {"99999999999999", "9223372036854775807", "9223372036854775808", "18446744073709551615",
                               "18446744073709551616", "18446744073709551621", "1000000000000000000000000000000"}) {
        ExpectRefused("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::string(length) + "\r\n\r\nhello",
                      413);
    }
}

TEST_F(HttpdFaults, ContentLengthThatIsNone) {
    for (const char* lines : {"Content-Length: -1", "Content-Length: -9223372036854775808", "Content-Length: +5",
                              "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 50",
                              "Content-Length: 5,5", "Content-Length: abc", "Content-Length: ", "Content-Length: 0x5",
                              "Content-Length: 5\r\nTransfer-Encoding: chunked"}) {
        ExpectRefused("POST /echo HTTP/1.1\r\nHost: x\r\n" + std::string(lines) + "\r\n\r\nhello", 400);
    }
}

TEST_F(HttpdFaults, ChunkedBodiesArePutTogether) {
    const auto response = Exchange(Port(),
                                   "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                   "5\r\nhello\r\n7;a=b\r\n, world\r\n0\r\nX-Trailer: y\r\n\r\n");
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "hello, world");
}

TEST_F(HttpdFaults, OtherTransferCodingsAndBrokenChunks) {
    ExpectRefused("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501);
    for (const char* body : {"zz\r\n", "-5\r\n", "5\r\nhello!!\r\n", "\r\n"}) {
        ExpectRefused("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body), 400);
    }
}

TEST_F(HttpdFaults, BadAddresses) {
    for (const char* target : {"/%", "/%4", "/%zz", "/%00", "/a%00b", "/%0d%0aX:y", "/%C0%AE%C0%AE", "/%FF", "/../x",
                               "/a/%2e%2e/b", "/a%2Fb", "/a%5c..%5cb", "//x", "/?q=%00", "/?q=%f"}) {
        ExpectRefused(Request("GET", target), 400);
    }
    ExpectRefused("GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n"s, 400);
    ExpectRefused("GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"s, 400);
}

TEST_F(HttpdFaults, VeryLongUrl) {
    ExpectRefused(Request("GET", "/" + std::string(10'000, 'a')), 414);
    ExpectRefused(Request("GET", "/" + std::string(5 * kMegabyte, 'a')), 414);
    ExpectRefused("GET /" + std::string(9'000, 'a'), 414);
}

TEST_F(HttpdFaults, ManyHeaders) {
    std::string headers;
    for (int i = 0; i < 10'000; ++i) {
        headers += "X-" + std::to_string(i) + ": y\r\n";
    }
    ExpectRefused(Request("GET", "/marker?m=x", "", headers), 431);
    ExpectRefused(Request("GET", "/marker?m=x", "", "X: " + std::string(kMegabyte, 'y') + "\r\n"), 431);
    ExpectRefused("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(40'000, 'y'), 431);
}

// No header is interpreted that the message itself does not need: a malformed one is the handler's business.
TEST_F(HttpdFaults, MalformedHeadersThatMeanNothingToTheServer) {
    for (const char* line : {"Date: yesterday", "Date:", "Cookie: ;;==;a", "Accept: /;q=x,,",
                             "Cache-Control: max-age=-", "Authorization: ", "Content-Type: /", "Content-Encoding: ?",
                             "Accept-Encoding: ;;q=", "Host2: a:b:c", "Upgrade: websocket", "Last-Modified: 99"}) {
        const auto response = Exchange(Port(), Request("GET", "/marker?m=fine", "", std::string(line) + "\r\n"));
        ASSERT_TRUE(response.has_value()) << line;
        EXPECT_EQ(response->status, 200) << line;
    }
}

TEST_F(HttpdFaults, OtherProtocols) {
    ExpectRefused("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"s, 400);  // a TLS hello
    ExpectRefused("GET /\r\n", 400);                                      // HTTP/0.9
    ExpectRefused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    ExpectRefused("GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505);
    ExpectRefused("SSH-2.0-client\r\n", 400);
    ExpectRefused(std::string(100, '\0'), 400);
    ExpectRefused("GET / HTTP/1.1\nHost: x\n\n", 400);
    ExpectRefused("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", 400);
}

TEST_F(HttpdFaults, UnknownMethods) {
    for (const char* method : {"BREW", "TRACE", "PROPFIND", "get"}) {
        ExpectRefused(Request(method, "/"), 501);
    }
}

// Pipelined requests are answered in their order, whatever their size, and a refusal ends the row.
TEST_F(HttpdFaults, PipelinedRequestsStayInStep) {
    RawSocket client = ConnectTo(Port());
    std::string row;
    for (int i = 0; i < 100; ++i) {
        row += Request("GET", "/marker?m=" + std::to_string(i) + "_&n=" + (i % 10 == 5 ? "3000000" : "3"));
        row += Request("POST", "/echo", "GET /marker?m=smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    row += "GET / HTTP/9.9\r\nHost: x\r\n\r\n" + Request("GET", "/marker?m=never");
    std::size_t sent = 0;
    for (int i = 0; i < 100; ++i) {
        sent += client.SendSome(std::string_view(row).substr(sent));
        const auto marked = client.ReceiveResponse();
        ASSERT_TRUE(marked.has_value()) << i;
        ASSERT_TRUE(marked->body.starts_with(std::to_string(i) + "_x")) << marked->body.substr(0, 40);
        const auto echoed = client.ReceiveResponse();
        ASSERT_TRUE(echoed.has_value());
        ASSERT_TRUE(echoed->body.starts_with("GET /marker?m=smuggled")) << echoed->body.substr(0, 40);
    }
    client.Send(std::string_view(row).substr(sent));
    ExpectRefusal(client, 505);
}

TEST_F(HttpdFaults, ManyConnectionsAtOnce) {
    server_.reset();
    HttpServerOptions options;
    options.max_connections = 20;
    StartServer(options);
    std::vector<RawSocket> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(ConnectTo(Port()));
        clients.back().Send(Request("GET", "/marker?m=" + std::to_string(i)));
        const auto response = clients.back().ReceiveResponse();
        ASSERT_TRUE(response.has_value());
        ASSERT_EQ(response->body, std::to_string(i));
    }
    for (int i = 0; i < 50; ++i) {
        RawSocket excess = ConnectTo(Port());
        EXPECT_TRUE(excess.IsClosed());
    }
    clients.front().Send(Request("GET", "/marker?m=still"));
    const auto response = clients.front().ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "still");

    clients.clear();  // and places become free again
    const auto until = std::chrono::steady_clock::now() + kPatience;
    bool admitted = false;
    while (!admitted && std::chrono::steady_clock::now() < until) {
        admitted = Exchange(Port(), Request("GET", "/marker?m=x")).has_value();
    }
    EXPECT_TRUE(admitted);
}

TEST_F(HttpdFaults, OutOfDescriptors) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    std::vector<RawSocket> hoard;  // of copies of one descriptor
    RawSocket client = ConnectTo(Port());
    client.Send(Request("GET", "/marker?m=before"));
    ASSERT_TRUE(client.ReceiveResponse().has_value());
    rlimit low = limit;
    low.rlim_cur = 256;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    for (int fd = ::dup(client.Fd()); fd >= 0; fd = ::dup(client.Fd())) {
        hoard.emplace_back(fd);
    }
    hoard.pop_back();
    RawSocket waiting = ConnectTo(Port());  // takes the last one; the server has none to accept it with
    waiting.Send(Request("GET", "/marker?m=waiting"));
    EXPECT_TRUE(AwaitReport("accepting connections"));
    client.Send(Request("GET", "/marker?m=meanwhile"));
    const auto meanwhile = client.ReceiveResponse();
    hoard.clear();
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ASSERT_TRUE(meanwhile.has_value());
    EXPECT_EQ(meanwhile->body, "meanwhile");
    const auto response = waiting.ReceiveResponse();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "waiting");
}

}  // namespace

}  // namespace wire_test
