// One name table per enum: its text on the wire, in the database and in messages.
//
// Specialise `EnumNames<E>` beside the enum with a constexpr array `kNames` of {enumerator, text}, every enumerator
// once. `EnumText` and `ParseEnum` read it; tests/unit holds a round-trip test over each table.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace platform {

template <typename E>
struct EnumName {
    E value;
    std::string_view text;
};

template <typename E>
struct EnumNames;  // static constexpr std::array<EnumName<E>, N> kNames

template <typename E>
constexpr std::string_view EnumText(E value) {
    for (const auto& name : EnumNames<E>::kNames) {
        if (name.value == value) {
            return name.text;
        }
    }
    return "?";
}

template <typename E>
constexpr std::optional<E> ParseEnum(std::string_view text) {
    for (const auto& name : EnumNames<E>::kNames) {
        if (name.text == text) {
            return name.value;
        }
    }
    return std::nullopt;
}

/// "dev, experimental, candidate, stable": for error messages that name what would have been accepted.
template <typename E>
std::string EnumChoices() {
    std::string choices;
    for (const auto& name : EnumNames<E>::kNames) {
        if (!choices.empty()) {
            choices += ", ";
        }
        choices += name.text;
    }
    return choices;
}

}  // namespace platform
