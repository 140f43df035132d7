#include "platform/httpd/response_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "platform/httpd/refusal.hpp"

namespace platform {

namespace {

struct ProblemTitle {
    std::string_view code;
    std::string_view title;
};

constexpr std::array<ProblemTitle, 10> kProblemTitles = {{
    {kMalformed, "The request is malformed"},
    {kBodyTooLarge, "The request body is too large"},
    {kTargetTooLong, "The address is too long"},
    {kHeadersTooLarge, "The request headers are too large"},
    {kTimedOut, "The request did not arrive in time"},
    {kMethodUnknown, "The method is not known"},
    {kEncodingUnknown, "The transfer encoding is not known"},
    {kVersionUnknown, "The HTTP version is not spoken"},
    {kExpectationUnknown, "The expectation cannot be met"},
    {kInternalError, "The server failed"},
}};

void AppendJsonText(std::string& out, std::string_view text) {
    out += '"';
    for (const char character : text) {
        if (character == '"' || character == '\\') {
            out += '\\';
        }
        out += character;  // callers pass printable text only
    }
    out += '"';
}

bool IsSafeHeaderName(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

bool IsSafeHeaderValue(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
    });
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower_case) {
    return text.size() == lower_case.size() &&
           std::equal(text.begin(), text.end(), lower_case.begin(), [](char left, char right) {
               return (left >= 'A' && left <= 'Z' ? static_cast<char>(left - 'A' + 'a') : left) == right;
           });
}

bool IsServersHeader(std::string_view name) {
    return EqualsIgnoringCase(name, "connection") || EqualsIgnoringCase(name, "content-length") ||
           EqualsIgnoringCase(name, "date") || EqualsIgnoringCase(name, "transfer-encoding");
}

// The Date header changes once a second and is made once a second, per thread. Names of days and months are our own:
// strftime would use the process's locale.
std::string_view DateHeader(std::time_t now) {
    static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    thread_local std::time_t made_for = -1;
    thread_local std::array<char, 64> text{};
    thread_local std::size_t length = 0;
    if (now != made_for) {
        std::tm utc{};
        gmtime_r(&now, &utc);
        const int written = std::snprintf(text.data(), text.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                                          kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                                          kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900,
                                          utc.tm_hour, utc.tm_min, utc.tm_sec);
        length = written > 0 ? static_cast<std::size_t>(written) : 0;
        made_for = now;
    }
    return {text.data(), length};
}

void AppendNumber(std::string& out, std::size_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace

HttpResponse ProblemResponse(const Refusal& refusal) {
    const auto known = std::find_if(kProblemTitles.begin(), kProblemTitles.end(),
                                    [&](const ProblemTitle& entry) { return entry.code == refusal.code; });
    HttpResponse response;
    response.status = refusal.status;
    response.headers.emplace_back("Content-Type", "application/problem+json");
    std::string& body = response.body;
    body = R"({"type":"urn:portcullis:problem:)";
    body += refusal.code;
    body += R"(","title":)";
    AppendJsonText(body, known == kProblemTitles.end() ? ReasonPhrase(refusal.status) : known->title);
    body += R"(,"status":)";
    body += std::to_string(refusal.status);
    body += R"(,"detail":)";
    AppendJsonText(body, refusal.detail);
    body += "}";
    return response;
}

bool MayHaveBody(int status) {
    return status != 204 && status != 304;
}

bool WriteResponseHead(const HttpResponse& response, ConnectionAfter after, std::time_t now, std::string& out) {
    if (response.status < 200 || response.status > 599) {
        return false;
    }
    out = "HTTP/1.1 ";
    AppendNumber(out, static_cast<std::size_t>(response.status));
    out += ' ';
    out += ReasonPhrase(response.status);
    out += "\r\n";
    for (const auto& [name, value] : response.headers) {
        if (!IsSafeHeaderName(name) || !IsSafeHeaderValue(value)) {
            return false;
        }
        if (IsServersHeader(name)) {
            continue;
        }
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    if (MayHaveBody(response.status)) {
        out += "Content-Length: ";
        AppendNumber(out, response.body.size());
        out += "\r\n";
    }
    out += DateHeader(now);
    out += after == ConnectionAfter::kKeepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return true;
}

std::string_view ReasonPhrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 402:
            return "Payment Required";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 423:
            return "Locked";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return status < 400 ? "Other" : "Error";
    }
}

}  // namespace platform
