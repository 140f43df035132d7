// The HTTP/1.1 message grammar (RFC 9112), read strictly: from bytes as they come off a connection to an HttpRequest.
//
// Every byte belongs to exactly one request: `Feed` stops behind the end of one, so pipelined requests come out in
// order. Whatever could be read in two ways is refused and the connection has to end, because nobody can tell any more
// where the next request starts: bare line feeds, folded headers, space before a colon, a repeated or non-decimal
// Content-Length, Content-Length together with Transfer-Encoding, any transfer coding but a single `chunked`.
// Nothing is reserved on the word of a Content-Length: a body's memory grows with the bytes that arrived.
//
// Not thread safe: one parser belongs to one connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform/httpd/refusal.hpp"
#include "platform/httpd/server.hpp"

namespace platform {

struct RequestLimits {
    std::size_t max_target_bytes = 8 * 1024;
    std::size_t max_header_bytes = 32 * 1024;  // all header lines together
    std::size_t max_headers = 100;
    std::size_t max_body_bytes = 1024 * 1024;
    OddPaths odd_paths = OddPaths::kRefuse;
};

class RequestParser {
public:
    enum class Progress {
        kNothing,   // no byte of a request has been seen
        kHead,      // somewhere in the request line or the headers
        kBody,      // the headers are complete, the body is not
        kComplete,  // Request() is ready; Next() starts over
        kRefused,   // Why() says why; the connection must end
    };

    RequestParser(const RequestLimits& limits, std::string peer);

    /// Takes bytes off the front of `input` until it is empty or a request is complete or refused.
    void Feed(std::string_view& input);
    Progress Where() const;

    const HttpRequest& Request() const {
        return request_;
    }
    /// The complete request itself; the parser keeps none.
    HttpRequest TakeRequest() {
        return std::move(request_);
    }
    const Refusal& Why() const {
        return refusal_;
    }
    /// Whether the connection may carry another request after this one. Known once the headers are complete.
    bool KeepAlive() const {
        return keep_alive_;
    }
    /// True once per request: the client waits for `100 Continue` before it sends the body.
    bool TakeContinueWish();

    /// Forgets the request. Buffers are kept for the next one unless they are large.
    void Next();

private:
    enum class State {
        kRequestLine,
        kHeaders,
        kFixedBody,
        kChunkSize,
        kChunkData,
        kChunkEnd,
        kTrailers,
        kComplete,
        kRefused,
    };

    std::optional<std::string_view> TakeLine(std::string_view& input);
    void ReadRequestLine(std::string_view line);
    void ReadHeader(std::string_view line);
    void ReadFramingHeader(std::string_view name, std::string_view value);
    void ReadConnectionHeader(std::string_view value);
    void FinishHead();
    void ReadBody(std::string_view& input);
    void ReadChunkSize(std::string_view line);
    void RefuseLine();
    void Refuse(int status, std::string_view code, std::string detail);
    void RefuseSyntax(std::string detail);

    RequestLimits limits_;
    HttpRequest request_;
    Refusal refusal_;
    State state_ = State::kRequestLine;

    std::string partial_;  // the beginning of a line whose end has not arrived
    std::string line_;     // a line put together from pieces, while it is read
    std::size_t line_budget_;
    bool started_ = false;
    bool blank_line_skipped_ = false;

    bool http_1_1_ = true;
    bool keep_alive_ = false;
    bool connection_close_ = false;
    bool connection_keep_alive_ = false;
    bool host_seen_ = false;
    bool authorization_seen_ = false;
    bool content_type_seen_ = false;
    bool chunked_ = false;
    bool transfer_encoding_seen_ = false;
    bool continue_wished_ = false;
    std::optional<std::uint64_t> content_length_;
    std::uint64_t body_left_ = 0;  // of the fixed body, or of the current chunk
};

}  // namespace platform
