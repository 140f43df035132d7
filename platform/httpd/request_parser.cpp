#include "platform/httpd/request_parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/httpd/field_syntax.hpp"
#include "platform/httpd/request_target.hpp"

namespace platform {

namespace {

// What a request line holds besides its target: the longest method, the version, spaces, the line end.
constexpr std::size_t kRequestLineExtra = 64;
constexpr std::size_t kMaxChunkLine = 256;
constexpr std::size_t kMaxTrailerBytes = 4 * 1024;
constexpr std::size_t kKeptBodyCapacity = 64 * 1024;

constexpr std::array<std::string_view, 7> kKnownMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

}  // namespace

RequestParser::RequestParser(const RequestLimits& limits, std::string peer)
    : limits_(limits), line_budget_(limits.max_target_bytes + kRequestLineExtra) {
    request_.peer = std::move(peer);
}

RequestParser::Progress RequestParser::Where() const {
    switch (state_) {
        case State::kRequestLine:
            return started_ ? Progress::kHead : Progress::kNothing;
        case State::kHeaders:
            return Progress::kHead;
        case State::kFixedBody:
        case State::kChunkSize:
        case State::kChunkData:
        case State::kChunkEnd:
        case State::kTrailers:
            return Progress::kBody;
        case State::kComplete:
            return Progress::kComplete;
        case State::kRefused:
            return Progress::kRefused;
    }
    return Progress::kRefused;
}

bool RequestParser::TakeContinueWish() {
    return std::exchange(continue_wished_, false);
}

void RequestParser::Next() {
    request_.method.clear();
    request_.path.clear();
    request_.query.clear();
    request_.headers.clear();
    request_.body.clear();
    if (request_.body.capacity() > kKeptBodyCapacity) {
        request_.body.shrink_to_fit();  // an idle connection must not sit on the largest body it ever sent
    }
    state_ = State::kRequestLine;
    line_budget_ = limits_.max_target_bytes + kRequestLineExtra;
    started_ = false;
    blank_line_skipped_ = false;
    keep_alive_ = false;
    connection_close_ = false;
    connection_keep_alive_ = false;
    host_seen_ = false;
    authorization_seen_ = false;
    content_type_seen_ = false;
    chunked_ = false;
    transfer_encoding_seen_ = false;
    continue_wished_ = false;
    content_length_.reset();
    body_left_ = 0;
}

void RequestParser::Feed(std::string_view& input) {
    while (!input.empty() && state_ != State::kComplete && state_ != State::kRefused) {
        if (state_ == State::kFixedBody || state_ == State::kChunkData) {
            ReadBody(input);
            continue;
        }
        const std::optional<std::string_view> line = TakeLine(input);
        if (!line) {
            continue;  // refused, or the input is used up
        }
        switch (state_) {
            case State::kRequestLine:
                ReadRequestLine(*line);
                break;
            case State::kHeaders:
                ReadHeader(*line);
                break;
            case State::kChunkSize:
                ReadChunkSize(*line);
                break;
            case State::kChunkEnd:
                if (!line->empty()) {
                    RefuseSyntax("A chunk of the body is longer than its size says.");
                    break;
                }
                state_ = State::kChunkSize;
                line_budget_ = kMaxChunkLine;
                break;
            case State::kTrailers:
                // Trailers are dropped: merged into the headers they could change what was already judged.
                if (line->empty()) {
                    state_ = State::kComplete;
                }
                break;
            case State::kFixedBody:
            case State::kChunkData:
            case State::kComplete:
            case State::kRefused:
                break;
        }
    }
}

// A line without its CR LF, or nothing when its end has not arrived or the request was refused. The view is valid until
// the next call.
std::optional<std::string_view> RequestParser::TakeLine(std::string_view& input) {
    const std::size_t end = input.find('\n');
    const std::size_t taken = end == input.npos ? input.size() : end + 1;
    if (!started_) {
        started_ = true;
        // A client that speaks something else (TLS above all) would otherwise wait for its time-out.
        if (LowerTokenCharacter(input.front()) == 0 && input.front() != '\r') {
            RefuseSyntax("This is not an HTTP request. This port speaks plain HTTP/1.1, not TLS.");
            return std::nullopt;
        }
    }
    if (taken > line_budget_) {
        RefuseLine();
        return std::nullopt;
    }
    line_budget_ -= taken;
    std::string_view line = input.substr(0, taken);
    input.remove_prefix(taken);
    if (end == input.npos) {
        partial_.append(line);
        return std::nullopt;
    }
    if (!partial_.empty()) {
        partial_.append(line);
        line_.swap(partial_);
        partial_.clear();
        line = line_;
    }
    line.remove_suffix(1);
    if (!line.ends_with('\r')) {
        RefuseSyntax("A line does not end with CR LF.");
        return std::nullopt;
    }
    line.remove_suffix(1);
    return line;
}

void RequestParser::RefuseLine() {
    switch (state_) {
        case State::kRequestLine:
            return Refuse(414, kTargetTooLong,
                          "The address is longer than " + std::to_string(limits_.max_target_bytes) + " bytes.");
        case State::kHeaders:
            return Refuse(431, kHeadersTooLarge,
                          "The headers are longer than " + std::to_string(limits_.max_header_bytes) + " bytes.");
        case State::kTrailers:
            return Refuse(431, kHeadersTooLarge,
                          "The trailers are longer than " + std::to_string(kMaxTrailerBytes) + " bytes.");
        default:
            return RefuseSyntax("A chunk of the body does not end where its size says, or its size line is too long.");
    }
}

void RequestParser::ReadRequestLine(std::string_view line) {
    if (line.empty() && !blank_line_skipped_) {
        blank_line_skipped_ = true;  // RFC 9112, 2.2: some clients end a body with a line end that is not counted
        started_ = false;
        return;
    }
    const std::size_t first = line.find(' ');
    const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
    const std::string_view method = line.substr(0, first);
    if (!IsToken(method)) {
        return RefuseSyntax("The request line does not start with a method.");
    }
    if (second == line.npos) {
        return RefuseSyntax("The request line is not 'METHOD /path HTTP/1.1'.");
    }
    const std::string_view target = line.substr(first + 1, second - first - 1);
    const std::string_view version = line.substr(second + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        if (version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
            IsAllDigits(version.substr(5, 1)) && IsAllDigits(version.substr(7))) {
            return Refuse(505, kVersionUnknown, "HTTP/1.1 is spoken here, not " + QuoteForMessage(version) + ".");
        }
        return RefuseSyntax("The request line does not end with 'HTTP/1.1'.");
    }
    if (std::find(kKnownMethods.begin(), kKnownMethods.end(), method) == kKnownMethods.end()) {
        return Refuse(501, kMethodUnknown,
                      "The method " + QuoteForMessage(method) +
                          " is not known. Known are GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS.");
    }
    if (target.size() > limits_.max_target_bytes) {
        return RefuseLine();
    }
    request_.method = method;
    if (auto refusal = DecodeTarget(target, request_, limits_.odd_paths)) {
        return Refuse(refusal->status, refusal->code, std::move(refusal->detail));
    }
    http_1_1_ = version == "HTTP/1.1";
    request_.http_minor = http_1_1_ ? 1 : 0;
    state_ = State::kHeaders;
    line_budget_ = limits_.max_header_bytes;
}

void RequestParser::ReadHeader(std::string_view line) {
    if (line.empty()) {
        return FinishHead();
    }
    if (line.front() == ' ' || line.front() == '\t') {
        return RefuseSyntax("A header is folded over two lines. Write it on one.");
    }
    if (request_.headers.size() == limits_.max_headers) {
        return Refuse(431, kHeadersTooLarge,
                      "There are more than " + std::to_string(limits_.max_headers) + " headers.");
    }
    const std::size_t colon = line.find(':');
    if (colon == line.npos || !IsToken(line.substr(0, colon))) {
        return RefuseSyntax("The header line " + QuoteForMessage(line) + " is not 'Name: value'.");
    }
    const std::string_view value = TrimBlanks(line.substr(colon + 1));
    switch (CheckHeaderValue(value)) {
        case ValueFault::kNone:
            break;
        case ValueFault::kControl:
            return RefuseSyntax("The header " + QuoteForMessage(line.substr(0, colon)) +
                                " contains a control character.");
        case ValueFault::kEncoding:
            return RefuseSyntax("The header " + QuoteForMessage(line.substr(0, colon)) + " is not UTF-8.");
    }
    auto& [name, kept_value] = request_.headers.emplace_back();
    name.resize(colon);
    std::transform(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), name.begin(), LowerTokenCharacter);
    kept_value = value;
    ReadFramingHeader(name, kept_value);
}

// Headers that say where a message ends or whom it is for may stand there once: two readers that pick different ones
// of two would disagree about the request.
void RequestParser::ReadFramingHeader(std::string_view name, std::string_view value) {
    const auto once = [&](bool& seen) {
        if (seen) {
            RefuseSyntax("The header " + QuoteForMessage(name) + " is given more than once.");
        }
        return !std::exchange(seen, true);
    };
    if (name == "host") {
        once(host_seen_);
    } else if (name == "authorization") {
        once(authorization_seen_);
    } else if (name == "content-type") {
        once(content_type_seen_);
    } else if (name == "content-length") {
        bool seen = content_length_.has_value();
        if (!once(seen)) {
            return;
        }
        content_length_ = ParseContentLength(value);
        if (content_length_) {
            return;
        }
        if (IsAllDigits(value)) {
            return Refuse(413, kBodyTooLarge,
                          "The body would be larger than " + std::to_string(limits_.max_body_bytes) + " bytes.");
        }
        RefuseSyntax("The header Content-Length is " + QuoteForMessage(value) + "; it must be a decimal number.");
    } else if (name == "transfer-encoding") {
        if (once(transfer_encoding_seen_)) {
            chunked_ = EqualsToken(value, "chunked");
        }
    } else if (name == "connection") {
        ReadConnectionHeader(value);
    } else if (name == "expect") {
        if (!EqualsToken(value, "100-continue")) {
            return Refuse(417, kExpectationUnknown,
                          "The expectation " + QuoteForMessage(value) + " cannot be met; only 100-continue can.");
        }
        continue_wished_ = true;
    }
}

void RequestParser::ReadConnectionHeader(std::string_view value) {
    while (!value.empty()) {
        const std::size_t comma = value.find(',');
        const std::string_view option = TrimBlanks(value.substr(0, comma));
        value.remove_prefix(comma == value.npos ? value.size() : comma + 1);
        connection_close_ = connection_close_ || EqualsToken(option, "close");
        connection_keep_alive_ = connection_keep_alive_ || EqualsToken(option, "keep-alive");
    }
}

void RequestParser::FinishHead() {
    if (http_1_1_ && !host_seen_) {
        return RefuseSyntax("The header Host is missing.");
    }
    if (transfer_encoding_seen_) {
        if (content_length_) {
            return RefuseSyntax("Content-Length and Transfer-Encoding are both given.");
        }
        if (!http_1_1_) {
            return RefuseSyntax("Transfer-Encoding is given, which HTTP/1.0 does not have.");
        }
        if (!chunked_) {
            return Refuse(501, kEncodingUnknown, "The only transfer encoding known is 'chunked'.");
        }
    }
    if (content_length_.value_or(0) > limits_.max_body_bytes) {
        return Refuse(413, kBodyTooLarge,
                      "The body is " + std::to_string(*content_length_) + " bytes long; at most " +
                          std::to_string(limits_.max_body_bytes) + " are accepted.");
    }
    keep_alive_ = !connection_close_ && (http_1_1_ || connection_keep_alive_);
    body_left_ = content_length_.value_or(0);
    if (chunked_) {
        state_ = State::kChunkSize;
        line_budget_ = kMaxChunkLine;
    } else {
        state_ = body_left_ > 0 ? State::kFixedBody : State::kComplete;
    }
    continue_wished_ = continue_wished_ && http_1_1_ && state_ != State::kComplete;
}

void RequestParser::ReadBody(std::string_view& input) {
    continue_wished_ = false;  // the client did not wait
    const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, input.size()));
    request_.body.append(input.substr(0, taken));
    input.remove_prefix(taken);
    body_left_ -= taken;
    if (body_left_ > 0) {
        return;
    }
    if (state_ == State::kFixedBody) {
        state_ = State::kComplete;
        return;
    }
    state_ = State::kChunkEnd;
    line_budget_ = 2;
}

void RequestParser::ReadChunkSize(std::string_view line) {
    continue_wished_ = false;
    const std::string_view digits = TrimBlanks(line.substr(0, line.find(';')));  // extensions mean nothing to us
    if (digits.empty() || digits.size() > 8) {
        return RefuseSyntax("The chunk size " + QuoteForMessage(line) + " is not one to eight hexadecimal digits.");
    }
    std::uint64_t size = 0;
    for (const char digit : digits) {
        const char lower = LowerTokenCharacter(digit);
        if (lower >= '0' && lower <= '9') {
            size = size * 16 + static_cast<std::uint64_t>(lower - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            size = size * 16 + static_cast<std::uint64_t>(lower - 'a' + 10);
        } else {
            return RefuseSyntax("The chunk size " + QuoteForMessage(line) + " is not a hexadecimal number.");
        }
    }
    if (size > limits_.max_body_bytes - request_.body.size()) {
        return Refuse(
            413, kBodyTooLarge,
            "The body is longer than the " + std::to_string(limits_.max_body_bytes) + " bytes that are accepted.");
    }
    body_left_ = size;
    state_ = size == 0 ? State::kTrailers : State::kChunkData;
    line_budget_ = kMaxTrailerBytes;
}

void RequestParser::Refuse(int status, std::string_view code, std::string detail) {
    refusal_ = Refusal{.status = status, .code = code, .detail = std::move(detail)};
    state_ = State::kRefused;
    keep_alive_ = false;
}

void RequestParser::RefuseSyntax(std::string detail) {
    Refuse(400, kMalformed, std::move(detail));
}

}  // namespace platform
