// JSON and YAML from outside, made safe, and the one canonical form that content hashes are taken over.
//
// Includes nlohmann/json: include this only in platform/json, controller/wire, controller/cli and other code that
// really handles documents, never in a widely included header.
//
// All functions are pure and thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "platform/base/text.hpp"
#include "platform/base/time.hpp"

// Compiled once, in instances.cpp: every file that handles documents would otherwise compile them again.
extern template class nlohmann::basic_json<>;
extern template class nlohmann::detail::serializer<nlohmann::json>;
extern template class std::vector<nlohmann::json>;
extern template class std::map<std::string, nlohmann::json, std::less<>>;

namespace platform {

using Json = nlohmann::json;

struct DocumentLimits {
    std::size_t max_bytes = 1024 * 1024;
    int max_depth = 32;
    std::size_t max_nodes = 100'000;  // every scalar, array and object counts; aliases count at each use
};

/// Strict: one document, valid UTF-8, no NUL in any text, no duplicate keys, no NaN, bounded depth and size. Numbers
/// are within 2^53 - 1 either way, however they are written; a whole one (`3.0`) is an integer. One error: the first.
Expected<Json, FieldErrors> ParseJson(std::string_view text, const DocumentLimits& limits = {});

/// YAML 1.2 core schema scalars (true/false/null, numbers; `no`, `on`, dates and the like stay text); one document,
/// text keys, no duplicate keys, no tags, no merge keys, anchors and aliases only within `max_nodes` and `max_bytes` of
/// what they expand to. Quoted scalars are text. Numbers as in ParseJson. One error: the first, syntax errors with line
/// and column.
Expected<Json, FieldErrors> ParseYaml(std::string_view text, const DocumentLimits& limits = {});

/// Keys sorted bytewise, no white space, shortest numbers, UTF-8 unescaped (RFC 8785 for what we accept: integers
/// within 2^53 and finite doubles; only the order of names beyond U+FFFF may differ). Two equal documents have one
/// canonical text. What a parsed document cannot hold (NaN, integers beyond 2^53, text that is no UTF-8) is a bug of
/// the caller and throws InvariantViolation.
std::string CanonicalJson(const Json& document);

/// Block-style YAML that ParseYaml reads back to the same document. For the same documents as CanonicalJson.
std::string ToYaml(const Json& document);

/// Lengths in Unicode code points. Control characters other than line feed and tab are never allowed.
struct TextRule {
    std::size_t min = 1;
    std::size_t max = 2000;
};

/// Reads one object: takes its fields by name, collects every error with its JSON pointer, and reports the fields
/// nobody asked for. A missing or wrong field is an error plus a default value, so that one pass lists all of them.
/// A field that is null counts as missing. The document and the list of errors must outlive the reader.
///
///     ObjectReader in(json, "", errors);
///     command.reason = in.Text("reason", {.min = 10});
///     command.note = in.OptionalText("note");
///     in.Finish();
class ObjectReader {
public:
    ObjectReader(const Json& json, std::string pointer, FieldErrors& errors);

    bool Has(std::string_view field) const;
    std::string Text(std::string_view field, TextRule rule = {});
    std::optional<std::string> OptionalText(std::string_view field, TextRule rule = {});
    std::int64_t Integer(std::string_view field, std::int64_t min, std::int64_t max);
    std::optional<std::int64_t> OptionalInteger(std::string_view field, std::int64_t min, std::int64_t max);
    double Number(std::string_view field);
    std::optional<double> OptionalNumber(std::string_view field);
    bool Boolean(std::string_view field);
    std::optional<bool> OptionalBoolean(std::string_view field);
    Time Instant(std::string_view field);
    std::optional<Time> OptionalInstant(std::string_view field);
    std::optional<Date> OptionalDate(std::string_view field);
    std::vector<std::string> TextList(std::string_view field, std::size_t max_items, TextRule rule = {});
    /// Empty when absent.
    std::vector<std::string> OptionalTextList(std::string_view field, std::size_t max_items, TextRule rule = {});
    /// The object under `field`, or null with an error; pointer for its reader is PointerTo(field).
    const Json* Object(std::string_view field);
    const Json* OptionalObject(std::string_view field);
    /// The array under `field`, or null (with an error when it is there and is no array or has too many items).
    const Json* OptionalArray(std::string_view field, std::size_t max_items);
    const Json* Array(std::string_view field, std::size_t max_items);
    /// Whatever is under `field`, unread; null when absent. For documents that are kept as they are.
    const Json* Any(std::string_view field);

    template <typename E>
    E Enum(std::string_view field) {
        return OptionalEnumOr<E>(field, true).value_or(EnumNames<E>::kNames[0].value);
    }
    template <typename E>
    std::optional<E> OptionalEnum(std::string_view field) {
        return OptionalEnumOr<E>(field, false);
    }

    std::string PointerTo(std::string_view field) const;
    void Error(std::string_view field, std::string message);
    /// Reports every field that was never asked for. Call once, at the end.
    void Finish();

private:
    template <typename E>
    std::optional<E> OptionalEnumOr(std::string_view field, bool required) {
        const std::optional<std::string> text = required ? std::optional(Text(field)) : OptionalText(field);
        if (!text || (required && text->empty())) {
            return std::nullopt;
        }
        const std::optional<E> value = ParseEnum<E>(*text);
        if (!value) {
            Error(field, "must be one of " + EnumChoices<E>() + ", not " + QuoteForMessage(*text));
        }
        return value;
    }

    const Json* Find(std::string_view field, bool required);
    std::optional<std::string> TextOf(std::string_view field, bool required, TextRule rule);
    std::optional<std::int64_t> IntegerOf(std::string_view field, bool required, std::int64_t min, std::int64_t max);
    std::optional<double> NumberOf(std::string_view field, bool required);
    std::optional<bool> BooleanOf(std::string_view field, bool required);
    std::optional<Time> InstantOf(std::string_view field, bool required);
    const Json* ObjectOf(std::string_view field, bool required);
    const Json* ArrayOf(std::string_view field, bool required, std::size_t max_items);
    std::vector<std::string> TextsIn(const Json* list, std::string_view field, TextRule rule);

    const Json* json_;  // null when the document is no object: then every field is silently missing
    std::string pointer_;
    FieldErrors& errors_;
    std::vector<std::string> seen_;
};

}  // namespace platform
