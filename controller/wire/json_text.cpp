#include "controller/wire/json_text.hpp"

#include <cmath>

#include "controller/wire/fields.hpp"
#include "platform/base/text.hpp"
#include "platform/json/number.hpp"

namespace wire {
namespace {

/// What canonical JSON escapes: the short forms where there are any.
void AppendEscaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += kHex[static_cast<unsigned char>(c) >> 4];
            out += kHex[static_cast<unsigned char>(c) & 15];
    }
}

bool IsPlainAscii(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

}  // namespace

void JsonText::Text(std::string_view value) {
    std::size_t plain = 0;
    while (plain < value.size() && IsPlainAscii(value[plain])) {
        ++plain;
    }
    if (plain == value.size()) {
        PlainText(value);
        return;
    }
    std::string cleaned;
    if (!platform::IsValidUtf8(value) || value.find('\0') != std::string_view::npos) {
        cleaned = CleanUtf8(value);
        value = cleaned;
    }
    Separate();
    out_ += '"';
    for (const char c : value) {
        if (IsPlainAscii(c) || static_cast<unsigned char>(c) >= 0x80 || c == '\x7F') {
            out_ += c;
        } else {
            AppendEscaped(out_, c);
        }
    }
    out_ += '"';
    separate_ = true;
}

void JsonText::Integer(std::int64_t value) {
    Separate();
    out_ += std::to_string(value);
    separate_ = true;
}

void JsonText::Number(double value) {
    if (!std::isfinite(value)) {
        PlainText(std::to_string(value));
        return;
    }
    Separate();
    out_ += platform::FormatDouble(value);
    separate_ = true;
}

void JsonText::Boolean(bool value) {
    Separate();
    out_ += value ? "true" : "false";
    separate_ = true;
}

void JsonText::Null() {
    Separate();
    out_ += "null";
    separate_ = true;
}

}  // namespace wire
