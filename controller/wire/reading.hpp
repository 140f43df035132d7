// What decoders and encoders of this folder share. Pulls the JSON library in: include it in .cpp files only.
//
//     Decoded<RegisterTenant> DecodeRegisterTenant(const Document& document) {
//         return ReadObject<RegisterTenant>(document, [](platform::ObjectReader& in, RegisterTenant& out) {
//             out.id = ReadId<policy::TenantId>(in, "id");
//             out.name = ReadLine(in, "name", kNameRule);
//         });
//     }
//
// All errors of a document are collected in one pass; a field nobody asked for is one of them. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/wire/document.hpp"
#include "controller/wire/fields.hpp"
#include "platform/json/json.hpp"

namespace wire {

inline constexpr platform::TextRule kNameRule{.min = 1, .max = 200};
/// Reasons, notes, evidence: what a person writes.
inline constexpr platform::TextRule kProseRule{.min = 1, .max = 4000};

template <typename T, typename Read>
Decoded<T> ReadObject(const Document& document, Read&& read) {
    platform::FieldErrors errors;
    T value;
    platform::ObjectReader in(document.Root(), "", errors);
    read(in, value);
    in.Finish();
    return ValueOrErrors(std::move(value), std::move(errors));
}

/// Text of one line; prose may have line breaks. Neither may hide anything (see TextProblem).
std::string ReadLine(platform::ObjectReader& in, std::string_view field, platform::TextRule rule);
std::string ReadProse(platform::ObjectReader& in, std::string_view field, platform::TextRule rule = kProseRule);
std::optional<std::string> ReadOptionalLine(platform::ObjectReader& in, std::string_view field,
                                            platform::TextRule rule);
std::optional<std::string> ReadOptionalProse(platform::ObjectReader& in, std::string_view field,
                                             platform::TextRule rule = kProseRule);

/// An id of that type; its grammar is part of the error.
template <typename Id>
Id IdFrom(platform::ObjectReader& in, std::string_view field, const std::string& text) {
    auto id = Id::Parse(text);
    if (!id && !text.empty()) {
        in.Error(field,
                 "must be an id: letters, digits, '.', '_' and '-', starting with a letter or digit, without "
                 "'..' and not too long; not '" +
                     text.substr(0, 80) + "'");
    }
    return id.value_or(Id());
}

template <typename Id>
Id ReadId(platform::ObjectReader& in, std::string_view field) {
    return IdFrom<Id>(in, field, in.Text(field, {.min = 1, .max = 200}));
}

template <typename Id>
std::optional<Id> ReadOptionalId(platform::ObjectReader& in, std::string_view field) {
    const auto text = in.OptionalText(field, {.min = 1, .max = 200});
    return text ? std::optional(IdFrom<Id>(in, field, *text)) : std::nullopt;
}

template <typename E>
std::vector<std::string_view> EnumTexts(const std::vector<E>& values) {
    std::vector<std::string_view> texts;
    for (const E value : values) {
        texts.push_back(platform::EnumText(value));
    }
    return texts;
}

/// Adds `field` only when there is a value: an absent fact is an absent field, never null.
inline void PutOptional(platform::Json& json, const char* field, const std::optional<std::string>& value) {
    if (value) {
        json[field] = *value;
    }
}
inline void PutOptional(platform::Json& json, const char* field, const std::optional<platform::Time>& value) {
    if (value) {
        json[field] = platform::FormatTime(*value);
    }
}

}  // namespace wire
