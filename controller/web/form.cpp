#include "controller/web/form.hpp"

#include <charconv>

#include "platform/base/ids.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace web {
namespace {

constexpr std::size_t kMostFields = 500;

std::string WithPlainLineEnds(std::string text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r') {
            plain += '\n';
            i += i + 1 < text.size() && text[i + 1] == '\n' ? 1 : 0;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

}  // namespace

platform::Expected<Form, std::string> Form::Parse(std::string_view body) {
    Fields fields;
    for (const std::string_view pair : platform::Split(body, '&')) {
        if (pair.empty()) {
            continue;
        }
        const auto split = pair.find('=');
        auto name = PercentDecode(pair.substr(0, split));
        auto value = PercentDecode(split == pair.npos ? std::string_view() : pair.substr(split + 1));
        if (!name || !value || !platform::IsValidUtf8(*name) || !platform::IsValidUtf8(*value) ||
            value->find('\0') != std::string::npos) {
            return platform::Unexpected<std::string>("The form cannot be read: it is not text in UTF-8.");
        }
        if (fields.size() >= kMostFields) {
            return platform::Unexpected<std::string>("The form has more than " + std::to_string(kMostFields) +
                                                     " fields.");
        }
        fields.emplace_back(std::move(*name), WithPlainLineEnds(std::move(*value)));
    }
    return Form(std::move(fields));
}

std::string_view Form::Text(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (field == name) {
            return value;
        }
    }
    return {};
}

bool Form::Has(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (field == name) {
            return true;
        }
    }
    return false;
}

std::vector<std::string> Form::All(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field, value] : fields_) {
        if (field == name) {
            values.push_back(value);
        }
    }
    return values;
}

std::string Form::EncodeWithoutSecrets() const {
    std::string text;
    for (const auto& [name, value] : fields_) {
        if (name.find("password") == std::string::npos && name != "csrf") {
            text.append(text.empty() ? "" : "&").append(PercentEncode(name)).append("=").append(PercentEncode(value));
        }
    }
    return text;
}

std::optional<std::int64_t> Form::Number(std::string_view name) const {
    const std::string_view text = platform::Trim(Text(name));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string PercentEncode(std::string_view text) {
    constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    std::string encoded;
    for (const char character : text) {
        if (kPlain.find(character) != kPlain.npos) {
            encoded += character;
        } else {
            encoded.append("%").append(platform::ToUpperAscii(platform::HexEncode({&character, 1})));
        }
    }
    return encoded;
}

std::optional<std::string> PercentDecode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            decoded += ' ';
        } else if (text[i] == '%') {
            const auto byte = platform::HexDecode(text.substr(i + 1, 2));
            if (!byte || byte->size() != 1) {
                return std::nullopt;
            }
            decoded += *byte;
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

}  // namespace web
