#include "platform/ws/upgrade.hpp"

#include <algorithm>
#include <string_view>

#include "platform/base/text.hpp"
#include "platform/httpd/field_syntax.hpp"

namespace platform {

namespace {

constexpr std::string_view kVersion = "13";

bool HasToken(const HttpRequest& request, std::string_view header, std::string_view lower_case_token) {
    for (const auto& [name, value] : request.headers) {
        if (name != header) {
            continue;
        }
        for (const std::string_view part : Split(value, ',')) {
            if (EqualsToken(TrimBlanks(part), lower_case_token)) {
                return true;
            }
        }
    }
    return false;
}

std::ptrdiff_t CountHeaders(const HttpRequest& request, std::string_view header) {
    return std::ranges::count_if(request.headers, [&](const auto& entry) { return entry.first == header; });
}

/// 16 bytes in base64: 22 digits and two signs of padding; the last digit has four bits to spare.
bool IsKey(std::string_view text) {
    constexpr std::size_t kDigits = 22;
    if (text.size() != kDigits + 2 || !text.ends_with("==")) {
        return false;
    }
    const auto is_digit = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    const std::string_view digits = text.substr(0, kDigits);
    return std::ranges::all_of(digits, is_digit) && std::string_view("AQgw").find(digits.back()) != text.npos;
}

UpgradeRefusal UpgradeNeeded(std::string detail) {
    return {.status = 426,
            .detail = std::move(detail),
            .headers = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", std::string(kVersion)}}};
}

}  // namespace

bool AsksForWebSocket(const HttpRequest& request) {
    return HasToken(request, "upgrade", "websocket");
}

std::optional<UpgradeRefusal> CheckUpgrade(const HttpRequest& request) {
    if (!AsksForWebSocket(request) || !HasToken(request, "connection", "upgrade")) {
        return UpgradeNeeded(
            "Only WebSocket is spoken here: send 'Connection: Upgrade' and 'Upgrade: websocket'. A proxy in between "
            "must "
            "be told to pass both on.");
    }
    if (request.method != "GET") {
        return UpgradeRefusal{.detail = "A WebSocket begins with GET, not with " + request.method + "."};
    }
    if (request.http_minor < 1) {
        return UpgradeRefusal{.detail = "A WebSocket begins with HTTP/1.1; HTTP/1.0 has no upgrade."};
    }
    if (!request.body.empty()) {
        return UpgradeRefusal{.detail = "A request for a WebSocket has no body."};
    }
    if (CountHeaders(request, "sec-websocket-version") != 1 || request.Header("sec-websocket-version") != kVersion) {
        return UpgradeNeeded("The header Sec-WebSocket-Version must be given once, as 13.");
    }
    if (CountHeaders(request, "sec-websocket-key") != 1 || !IsKey(request.Header("sec-websocket-key"))) {
        return UpgradeRefusal{.detail = "The header Sec-WebSocket-Key must be given once: 16 random bytes in base64."};
    }
    return std::nullopt;
}

}  // namespace platform
