// The HTTP/1.1 server: the only door to Pistache, whose types never leave server.cpp.
//
// One handler gets every request, on one of `threads` threads, and answers at once: nothing is parked, nothing is
// streamed, an answer is written by the thread that got the request. Paths and queries arrive percent-decoded and
// checked (no NUL, no control characters, valid UTF-8, no dot segments); what does not decode is answered 400 here, as
// problem+json, like every other protocol refusal (413, 414, 431, 408, 501). A handler that throws is answered 500
// with a fixed text; the exception goes to `on_error` only.
//
// Thread safety: Start, Port, Drain and Stop belong to one owner thread; the handler runs on many.
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

namespace platform {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method;                                      // upper case, a known method
    std::string path;                                        // decoded, starts with '/', never empty
    std::vector<std::pair<std::string, std::string>> query;  // decoded, in order of appearance
    HeaderList headers;                                      // names in lower case
    std::string body;
    std::string peer;  // address of the connection's other end, without port

    /// First header of that lower-case name; empty when there is none.
    std::string_view Header(std::string_view lower_case_name) const;
    /// First query parameter of that name.
    std::optional<std::string> Query(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    HeaderList headers;  // Content-Type among them; Connection, Content-Length and Date are the server's
    std::string body;
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

struct HttpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0 takes a free one
    int threads = 4;
    std::size_t max_body_bytes = 1024 * 1024;
    std::size_t max_connections = 1024;  // above it, new connections are closed at once
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{30'000};
    std::function<void(std::string_view)> on_error;  // internal text, for the log
};

class HttpServer {
public:
    HttpServer(HttpServerOptions options, HttpHandler handler);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Binds and listens. Throws std::runtime_error that names the address when it cannot.
    void Start();
    std::uint16_t Port() const;
    /// Stops accepting, waits until no request is in flight or the deadline has passed, then closes everything.
    /// True when nothing was cut off.
    bool Drain(std::chrono::milliseconds deadline);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platform
