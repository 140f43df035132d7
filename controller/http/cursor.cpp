#include "controller/http/cursor.hpp"

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

// Names the layout, so that a later one can tell old cursors apart.
constexpr char kCursorLayout = '1';
constexpr std::size_t kMaxCursor = 600;

}  // namespace

std::string EncodeCursor(std::string_view key) {
    return platform::Base64UrlEncode(kCursorLayout + std::string(key));
}

std::optional<std::string> DecodeCursor(std::string_view cursor) {
    if (cursor.empty() || cursor.size() > kMaxCursor) {
        return std::nullopt;
    }
    auto key = platform::Base64UrlDecode(cursor);
    if (!key || key->size() < 2 || key->front() != kCursorLayout || !platform::IsValidUtf8(*key) ||
        key->find('\0') != std::string::npos) {
        return std::nullopt;
    }
    return key->substr(1);
}

}  // namespace http
