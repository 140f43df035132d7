// Why the server itself turned a request away, before any handler saw it, and the answer that says so.
//
// `code` ends the problem's type (`urn:portcullis:problem:<code>`) and is stable; `detail` is for people and never
// carries more of the request than a short excerpt. Value type; thread safe as any value is.
#pragma once

#include <string>
#include <string_view>

#include "platform/httpd/server.hpp"

namespace platform {

struct Refusal {
    int status = 400;
    std::string_view code;
    std::string detail;
};

inline constexpr std::string_view kMalformed = "input.malformed";
inline constexpr std::string_view kBodyTooLarge = "input.too_large";
inline constexpr std::string_view kTargetTooLong = "input.target_too_long";
inline constexpr std::string_view kHeadersTooLarge = "input.headers_too_large";
inline constexpr std::string_view kTimedOut = "input.timeout";
inline constexpr std::string_view kMethodUnknown = "input.method_unknown";
inline constexpr std::string_view kEncodingUnknown = "input.transfer_encoding";
inline constexpr std::string_view kVersionUnknown = "input.http_version";
inline constexpr std::string_view kExpectationUnknown = "input.expectation";
inline constexpr std::string_view kInternalError = "internal.error";

/// The application/problem+json answer (RFC 9457): type, title, status, detail. The detail must be printable UTF-8.
HttpResponse ProblemResponse(const Refusal& refusal);

}  // namespace platform
