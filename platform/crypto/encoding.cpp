#include <array>

#include "platform/crypto/crypto.hpp"

namespace platform {
namespace {

constexpr std::string_view kUrlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kStandardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string EncodeBase64With(std::string_view alphabet, std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int available = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<std::uint8_t>(byte);
        available += 8;
        while (available >= 6) {
            available -= 6;
            out += alphabet[(bits >> available) & 63];
        }
    }
    if (available > 0) {
        out += alphabet[(bits << (6 - available)) & 63];
    }
    return out;
}

constexpr std::array<std::int8_t, 256> MakeUrlValues() {
    std::array<std::int8_t, 256> values{};
    for (auto& value : values) {
        value = -1;
    }
    for (std::size_t i = 0; i < kUrlAlphabet.size(); ++i) {
        values[static_cast<std::uint8_t>(kUrlAlphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}

constexpr std::array<std::int8_t, 256> kUrlValues = MakeUrlValues();

int HexValue(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

}  // namespace

std::string HexEncode(std::string_view bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

std::optional<std::string> HexDecode(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = HexValue(text[i]);
        const int low = HexValue(text[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::string Base64UrlEncode(std::string_view bytes) {
    return EncodeBase64With(kUrlAlphabet, bytes);
}

std::optional<std::string> Base64UrlDecode(std::string_view text) {
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int available = 0;
    for (const char c : text) {
        const int value = kUrlValues[static_cast<std::uint8_t>(c)];
        if (value < 0) {
            return std::nullopt;
        }
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        available += 6;
        if (available >= 8) {
            available -= 8;
            bytes += static_cast<char>((bits >> available) & 255);
        }
    }
    // Otherwise one signature or token would have several spellings.
    if ((bits & ((1U << available) - 1)) != 0) {
        return std::nullopt;
    }
    return bytes;
}

std::string Base64Encode(std::string_view bytes) {
    std::string out = EncodeBase64With(kStandardAlphabet, bytes);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

}  // namespace platform
