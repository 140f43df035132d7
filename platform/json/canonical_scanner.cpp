#include "platform/json/canonical_scanner.hpp"

#include <charconv>

#include "platform/json/number.hpp"

namespace platform {

std::string CanonicalScanner::Text(TextRule rule) {
    std::string value;
    if (!Accept("\"")) {
        ok_ = false;
        return value;
    }
    std::size_t done = 0;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
        const auto byte = static_cast<std::uint8_t>(rest_[at]);
        if (byte >= 0x80) {
            ascii_ = false;
        } else if (byte == '"') {
            value.append(rest_, done, at - done);
            rest_.remove_prefix(at + 1);
            // As many bytes are at least so many characters; whether fewer are too few is not looked at here.
            ok_ = !(value.size() < rule.min || value.size() > rule.max || (rule.min > 1 && !ascii_));
            return ok_ ? value : std::string();
        } else if (byte == '\\') {
            const char next = at + 1 < rest_.size() ? rest_[at + 1] : '\0';
            if (next != '"' && next != '\\') {
                break;
            }
            value.append(rest_, done, at - done);
            done = ++at;
        } else if (byte < 0x20 || byte == 0x7F) {
            break;
        }
    }
    ok_ = false;
    return {};
}

std::int64_t CanonicalScanner::Integer(std::int64_t min, std::int64_t max) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    const auto digits = static_cast<std::size_t>(end - rest_.data());
    const bool plain = ok_ && error == std::errc() && (digits == 1 || rest_.front() != '0') && rest_.front() != '-';
    if (!plain || value < min || value > max || value > kLargestInteger) {
        ok_ = false;
        return 0;
    }
    rest_.remove_prefix(digits);
    return value;
}

bool CanonicalScanner::Boolean() {
    if (Accept("true")) {
        return true;
    }
    Expect("false");
    return false;
}

Time CanonicalScanner::Instant() {
    const auto time = ParseTime(Text());
    ok_ = ok_ && time.has_value();
    return time.value_or(Time());
}

bool CanonicalScanner::AtEnd() const {
    return ok_ && rest_.empty() && (ascii_ || IsValidUtf8(text_));
}

}  // namespace platform
