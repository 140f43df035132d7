// The HTTP/1.1 server: the only door to Pistache, whose types never leave server.cpp and worker.hpp.
//
// One handler gets every request, on one of `threads` threads, and answers at once: nothing is parked, nothing is
// streamed, an answer is written by the thread that ran the handler, to the connection it came from. Requests that are
// `urgent` have threads of their own: however many handlers wait for something, they are handled (docs/adr/0076). Paths
// and queries arrive percent-decoded and checked (no NUL, no control characters, valid UTF-8, no dot segments); what
// does not decode is answered 400 here, as problem+json, like every other protocol refusal (408, 413, 414, 417, 431,
// 501, 505). After a refusal the connection is closed. A handler that throws is answered 500 with a fixed text; the
// exception goes to `on_error` only. HEAD reaches the handler as HEAD; the body of its answer is not sent.
//
// Requests on one connection are answered in order, pipelined ones too. `Expect: 100-continue` is answered as soon as
// the headers are accepted. Chunked bodies are put together; their trailers are dropped.
//
// A handler that agrees to another protocol (RFC 9110, section 7.8) gives its answer a `take_over`. The server then
// writes nothing: it lets go of the connection, which is from now on the business of that function alone, and Drain
// neither waits for it nor closes it. All earlier answers of the connection have been sent by then.
//
// Thread safety: Start, Port and Drain belong to one owner thread; handler and `on_error` are called on many.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/httpd/file_descriptor.hpp"

namespace platform {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method;                                      // upper case, a known method
    std::string path;                                        // decoded, starts with '/', never empty
    std::vector<std::pair<std::string, std::string>> query;  // decoded, in order of appearance
    HeaderList headers;                                      // names in lower case
    std::string body;
    std::string peer;    // address of the connection's other end, without port
    int http_minor = 1;  // the version is HTTP/1.<this>; 1.0 knows no upgrade

    /// First header of that lower-case name; empty when there is none.
    std::string_view Header(std::string_view lower_case_name) const;
    /// First query parameter of that name.
    std::optional<std::string> Query(std::string_view name) const;
};

/// A connection that has left the server. Nobody else reads, writes or closes it any more.
struct UpgradedConnection {
    FileDescriptor socket;  // not blocking, no delay, not inherited
    HttpRequest request;    // as the handler saw it
    std::string input;      // what had already arrived behind the request
    /// The connection counts towards `max_connections` as long as this lives. Whoever has a limit of its own lets go of
    /// it at once. It may outlive the server.
    std::shared_ptr<void> slot;
};

/// Called once, on the thread that ran the handler, which serves others behind it: hand the connection on and return.
/// What it throws goes to `on_error`, and the connection is closed.
using TakeOver = std::function<void(UpgradedConnection)>;

struct HttpResponse {
    int status = 200;
    HeaderList headers;  // Content-Type among them; Connection, Content-Length and Date are the server's
    std::string body;
    TakeOver take_over;  // when set, the rest is not sent
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

/// A request that the server turned away by itself.
struct RefusedRequest {
    const HttpRequest& request;  // as far as it was understood: the path is empty before its line was read
    int status;
    std::string_view code;    // ends the problem's type: "input.too_large"
    std::string_view detail;  // for people
};

/// What becomes of a path with `.`, `..` or empty segments, a backslash or an encoded slash.
enum class OddPaths {
    kRefuse,  // 400 by the server
    kHandler  // the handler sees it; an encoded slash stays "%2F" in its path, so it separates nothing
};

struct HttpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0 takes a free one
    int threads = 4;
    std::size_t max_body_bytes = 1024 * 1024;
    std::size_t max_header_bytes = 32 * 1024;
    std::size_t max_headers = 100;
    std::size_t max_connections = 1024;                // above it, new connections are closed at once
    std::chrono::milliseconds header_timeout{10'000};  // from a request's first byte to the end of its headers
    std::chrono::milliseconds body_timeout{30'000};    // for the whole body; for each step of a slow reader's answer
    std::chrono::milliseconds idle_timeout{75'000};    // between two requests of a connection
    OddPaths odd_paths = OddPaths::kRefuse;
    std::function<void(std::string_view)> on_error;  // internal text, for the log
    /// Whether a complete request must not wait for others. Must not wait itself: the one thread that reads what comes
    /// in asks it. Without it all requests are alike.
    std::function<bool(const HttpRequest&)> urgent;
    int urgent_threads = 4;  // on top of `threads`
    /// How a protocol refusal is answered, when not as problem+json: from its status and its text for people.
    std::function<HttpResponse(int status, std::string_view detail)> refusal_answer;
    /// Sees every protocol refusal before its answer is sent, to count it, and to add to the answer or replace it.
    std::function<void(const RefusedRequest& refused, HttpResponse& answer)> on_refusal;
};

class HttpServer {
public:
    HttpServer(HttpServerOptions options, HttpHandler handler);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Binds, listens and serves; once per object. Throws std::runtime_error that names the address when it cannot.
    /// Ignores SIGPIPE for the process, and raises its limit of open files when it is too low for `max_connections`.
    void Start();
    std::uint16_t Port() const;
    /// Stops accepting, waits until no request is in flight or the deadline has passed, then closes everything.
    /// True when nothing was cut off. A handler that is running is always waited for: give handlers time-outs.
    bool Drain(std::chrono::milliseconds deadline);
    /// How many connections have been handed over so far. After Drain it does not grow any more.
    std::size_t HandedOver() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platform
