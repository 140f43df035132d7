// Outbound HTTP over libcurl, whose types never leave client.cpp. Every call is bounded: connect time, total time,
// response size. Redirects are not followed; only http and https are spoken; TLS certificates are checked.
//
// An HttpClient keeps its connections alive between calls. One client serves one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/expected.hpp"

namespace platform {

struct ClientRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds timeout{30'000};
    std::size_t max_response_bytes = 64 * 1024 * 1024;
    /// Whether this address ("192.0.2.7") may be connected to, asked for each that the name resolves to. With it no
    /// proxy is used, and no connection of an earlier call: the address spoken to is one that was asked about in this
    /// call.
    std::function<bool(const std::string& address)> allow_address;
    /// Asked about once a second, and while bytes come; true ends the call with an error.
    std::function<bool()> cancelled;
};

struct ClientResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;

    /// First header of that lower-case name; empty when there is none.
    std::string Header(const std::string& lower_case_name) const;
};

/// Why there is no response at all: refused, not resolved, timed out, too large, not HTTP. `message` is for people.
struct ClientError {
    std::string message;
    bool timed_out = false;
    bool too_large = false;  // there was an answer, of more than max_response_bytes
    int status = 0;          // of an answer that began; 0: there was none
};

class HttpClient {
public:
    HttpClient();
    ~HttpClient();
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;

    Expected<ClientResponse, ClientError> Send(const ClientRequest& request);

private:
    friend class HttpFetcher;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Percent-encodes everything but unreserved characters.
std::string PercentEncode(std::string_view text);

}  // namespace platform
