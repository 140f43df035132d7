// What somebody typed into a form: application/x-www-form-urlencoded, bounded. Value type; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/expected.hpp"

namespace web {

class Form {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    Form() = default;
    explicit Form(Fields fields) : fields_(std::move(fields)) {}
    /// What is wrong with it, as a sentence.
    static platform::Expected<Form, std::string> Parse(std::string_view body);

    /// As typed; empty when it was not sent. Line ends are "\n".
    std::string_view Text(std::string_view name) const;
    bool Has(std::string_view name) const;
    /// Of fields that may be there several times, such as boxes to tick.
    std::vector<std::string> All(std::string_view name) const;
    /// None for anything but a whole number.
    std::optional<std::int64_t> Number(std::string_view name) const;
    template <typename E>
    std::optional<E> Choice(std::string_view name) const {
        return platform::ParseEnum<E>(Text(name));
    }
    const Fields& All() const {
        return fields_;
    }
    /// As it would be sent again, but for what was typed as a password.
    std::string EncodeWithoutSecrets() const;
    bool Empty() const {
        return fields_.empty();
    }

private:
    Fields fields_;
};

/// Percent-encoded for a path segment, a query or a cookie.
std::string PercentEncode(std::string_view text);
/// `+` is a space; nothing for what does not decode.
std::optional<std::string> PercentDecode(std::string_view text);

}  // namespace web
