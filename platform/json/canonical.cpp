#include <cstdint>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/json/canonical_text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"

namespace platform {

void AppendCanonicalText(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    PORTCULLIS_INVARIANT(IsValidUtf8(text), "text in a document is UTF-8");
    out += '"';
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<std::uint8_t>(text[at]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        out.append(text, done, at - done);
        done = at + 1;
        out += '\\';
        switch (byte) {
            case '"':
            case '\\':
                out += text[at];
                break;
            case '\b':
                out += 'b';
                break;
            case '\f':
                out += 'f';
                break;
            case '\n':
                out += 'n';
                break;
            case '\r':
                out += 'r';
                break;
            case '\t':
                out += 't';
                break;
            default:
                out += "u00";
                out += kHex[byte >> 4];
                out += kHex[byte & 15];
        }
    }
    out.append(text, done);
    out += '"';
}

namespace {

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
