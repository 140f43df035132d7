// Values to statement parameters: everything goes as text, PostgreSQL knows the types. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/ids.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/time.hpp"

namespace platform {

using Bound = std::optional<std::string>;

inline Bound Bind(std::string text) {
    // libpq takes parameters to their first NUL: what follows would be lost without a word.
    PORTCULLIS_INVARIANT(text.find('\0') == std::string::npos, "text for the database holds no NUL");
    return text;
}
inline Bound Bind(std::string_view text) {
    return Bind(std::string(text));
}
inline Bound Bind(const char* text) {
    return Bind(std::string(text));
}
inline Bound Bind(std::nullopt_t) {
    return std::nullopt;
}
inline Bound Bind(Time time) {
    return FormatTime(time);
}
inline Bound Bind(Date date) {
    return FormatDate(date);
}
inline Bound Bind(Duration span) {
    return std::to_string(span.count()) + " microseconds";
}
template <typename Tag>
Bound Bind(const StrongId<Tag>& id) {
    return Bind(id.Text());
}
template <typename T>
requires std::is_same_v<T, bool> Bound Bind(T flag) {
    return flag ? "t" : "f";
}
template <typename T>
requires std::is_integral_v<T> &&(!std::is_same_v<T, bool>)Bound Bind(T number) {
    return std::to_string(number);
}
template <typename E>
requires std::is_enum_v<E> Bound Bind(E value) {
    return std::string(EnumText(value));
}
template <typename T>
Bound Bind(const std::optional<T>& value) {
    return value ? Bind(*value) : Bound();
}
/// A text array; what is absent is NULL.
template <typename T>
Bound Bind(const std::vector<T>& values) {
    std::string array = "{";
    for (const T& value : values) {
        array += array.size() > 1 ? "," : "";
        const Bound text = Bind(value);
        if (!text) {
            array += "NULL";
            continue;
        }
        array += '"';
        for (const char c : *text) {
            if (c == '"' || c == '\\') {
                array += '\\';
            }
            array += c;
        }
        array += '"';
    }
    return array + "}";
}

/// A pattern for LIKE that finds `text` anywhere; empty finds everything.
std::string LikePattern(std::string_view text);

}  // namespace platform
