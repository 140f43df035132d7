#include <cstdint>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"

namespace platform {
namespace {

void AppendCanonicalText(std::string& out, const std::string& text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    PORTCULLIS_INVARIANT(IsValidUtf8(text), "text in a document is UTF-8");
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (const auto byte = static_cast<std::uint8_t>(c); byte < 0x20) {
                    out += "\\u00";
                    out += kHex[byte >> 4];
                    out += kHex[byte & 15];
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

void AppendCanonical(std::string& out, const Json& value) {
    switch (value.type()) {
        case Json::value_t::null:
            out += "null";
            return;
        case Json::value_t::boolean:
            out += value.get<bool>() ? "true" : "false";
            return;
        case Json::value_t::number_integer: {
            const auto integer = value.get<std::int64_t>();
            PORTCULLIS_INVARIANT(integer >= -kLargestInteger && integer <= kLargestInteger,
                                 "integers in a document are within 2^53");
            out += std::to_string(integer);
            return;
        }
        case Json::value_t::number_unsigned: {
            const auto integer = value.get<std::uint64_t>();
            PORTCULLIS_INVARIANT(integer <= static_cast<std::uint64_t>(kLargestInteger),
                                 "integers in a document are within 2^53");
            out += std::to_string(integer);
            return;
        }
        case Json::value_t::number_float:
            out += FormatDouble(value.get<double>());
            return;
        case Json::value_t::string:
            AppendCanonicalText(out, value.get_ref<const std::string&>());
            return;
        case Json::value_t::array: {
            char separator = '[';
            for (const Json& item : value) {
                out += separator;
                AppendCanonical(out, item);
                separator = ',';
            }
            out += value.empty() ? "[]" : "]";
            return;
        }
        case Json::value_t::object: {
            // nlohmann::json keeps its keys in a std::map of std::string, whose order is the order of the bytes.
            char separator = '{';
            for (const auto& [key, item] : value.get_ref<const Json::object_t&>()) {
                out += separator;
                AppendCanonicalText(out, key);
                out += ':';
                AppendCanonical(out, item);
                separator = ',';
            }
            out += value.empty() ? "{}" : "}";
            return;
        }
        case Json::value_t::binary:
        case Json::value_t::discarded:
            break;
    }
    PORTCULLIS_INVARIANT(false, "a document holds JSON values only");
}

}  // namespace

std::string CanonicalJson(const Json& document) {
    std::string out;
    AppendCanonical(out, document);
    return out;
}

}  // namespace platform
