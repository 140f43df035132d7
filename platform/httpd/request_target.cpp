#include "platform/httpd/request_target.hpp"

#include <string>
#include <utility>
#include <vector>

#include "platform/base/text.hpp"

namespace platform {

namespace {

Refusal RefuseTarget(std::string detail) {
    return Refusal{.status = 400, .code = kMalformed, .detail = std::move(detail)};
}

int TargetHexDigit(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

// C0, DEL or C1, in well-formed UTF-8.
bool HasControlCharacter(std::string_view text) {
    unsigned previous = 0;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte <= 0x9F)) {  // C2 80 to C2 9F are C1
            return true;
        }
        previous = byte;
    }
    return false;
}

enum class PlusSign { kItself, kSpace };

// Decodes `text` to the end of `out`. The decoded text is checked as a whole, because a character may be half encoded
// and half literal only by mistake, and its bytes are only judged together.
std::optional<Refusal> DecodePercent(std::string_view text, PlusSign plus, std::string_view what, std::string& out) {
    bool decoded_any = false;
    out.reserve(out.size() + text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == PlusSign::kSpace) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const int high = i + 2 < text.size() ? TargetHexDigit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? TargetHexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return RefuseTarget("In the " + std::string(what) + ", " + QuoteForMessage(text.substr(i, 3)) +
                                    " is not a percent-encoded byte. Write '%' as %25.");
            }
            out += static_cast<char>(high * 16 + low);
            i += 2;
            decoded_any = true;
        }
    }
    if (!decoded_any) {
        return std::nullopt;  // printable ASCII, checked by the caller
    }
    if (!IsValidUtf8(out)) {
        return RefuseTarget("The " + std::string(what) + " does not decode to UTF-8.");
    }
    if (HasControlCharacter(out)) {
        return RefuseTarget("The " + std::string(what) + " contains an encoded control character.");
    }
    return std::nullopt;
}

std::optional<Refusal> CheckSegments(std::string_view path) {
    std::size_t begin = 1;  // behind the leading slash
    for (;;) {
        const std::size_t end = path.find('/', begin);
        const std::string_view segment = path.substr(begin, end == path.npos ? path.npos : end - begin);
        if (segment == "." || segment == "..") {
            return RefuseTarget("The path contains a '.' or '..' segment. Send the path it stands for.");
        }
        if (end == path.npos) {
            return std::nullopt;
        }
        if (segment.empty()) {
            return RefuseTarget("The path contains an empty segment ('//').");
        }
        begin = end + 1;
    }
}

/// `raw` with each encoded slash as text that decodes to itself.
std::string KeepEncodedSlashes(std::string_view raw) {
    std::string kept;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const bool slash = raw.substr(i, 3) == "%2F" || raw.substr(i, 3) == "%2f";
        kept.append(slash ? "%25" : raw.substr(i, 1));
    }
    return kept;
}

std::optional<Refusal> DecodePath(std::string_view raw, std::string& path, OddPaths odd_paths) {
    if (odd_paths == OddPaths::kHandler) {
        path.clear();
        return DecodePercent(KeepEncodedSlashes(raw), PlusSign::kItself, "path", path);
    }
    if (raw.find("%2F") != raw.npos || raw.find("%2f") != raw.npos) {
        return RefuseTarget("The path contains an encoded slash (%2F). No part of an address here contains a slash.");
    }
    path.clear();
    if (auto refusal = DecodePercent(raw, PlusSign::kItself, "path", path)) {
        return refusal;
    }
    if (path.find('\\') != path.npos) {
        return RefuseTarget("The path contains a backslash.");
    }
    return CheckSegments(path);
}

std::optional<Refusal> DecodeQuery(std::string_view raw, std::vector<std::pair<std::string, std::string>>& query) {
    query.clear();
    while (!raw.empty()) {
        const std::size_t end = raw.find('&');
        const std::string_view parameter = raw.substr(0, end);
        raw.remove_prefix(end == raw.npos ? raw.size() : end + 1);
        if (parameter.empty()) {
            continue;
        }
        const std::size_t equals = parameter.find('=');
        auto& [name, value] = query.emplace_back();
        if (auto refusal = DecodePercent(parameter.substr(0, equals), PlusSign::kSpace, "query", name)) {
            return refusal;
        }
        if (equals == parameter.npos) {
            continue;
        }
        if (auto refusal = DecodePercent(parameter.substr(equals + 1), PlusSign::kSpace, "query", value)) {
            return refusal;
        }
    }
    return std::nullopt;
}

// `http://host:port/path?query` to `/path?query`; anything else unchanged.
std::string_view OriginForm(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.starts_with(scheme)) {
            const std::size_t begin = target.find_first_of("/?", scheme.size());
            if (begin == scheme.size()) {
                return target;  // no authority
            }
            return begin == target.npos ? std::string_view("/") : target.substr(begin);
        }
    }
    return target;
}

}  // namespace

std::optional<Refusal> DecodeTarget(std::string_view target, HttpRequest& request, OddPaths odd_paths) {
    for (const char character : target) {
        if (const auto byte = static_cast<unsigned char>(character); byte <= ' ' || byte >= 0x7F) {
            return RefuseTarget("The address contains a byte that is not printable ASCII. Percent-encode it.");
        }
        if (character == '#') {
            return RefuseTarget("The address contains a fragment ('#'). Write '#' as %23.");
        }
    }
    target = OriginForm(target);
    if (!target.starts_with('/')) {
        return RefuseTarget("The address " + QuoteForMessage(target) + " does not start with '/'.");
    }
    const std::size_t question = target.find('?');
    if (auto refusal = DecodePath(target.substr(0, question), request.path, odd_paths)) {
        return refusal;
    }
    return DecodeQuery(question == target.npos ? std::string_view() : target.substr(question + 1), request.query);
}

}  // namespace platform
