#include <algorithm>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/pointer.hpp"

namespace platform {
namespace {

std::string KindOf(const Json& value) {
    switch (value.type()) {
        case Json::value_t::null:
            return "null";
        case Json::value_t::boolean:
            return value.get<bool>() ? "true" : "false";
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float:
            return "the number " + value.dump();
        case Json::value_t::string:
            return QuoteForMessage(value.get_ref<const std::string&>());
        case Json::value_t::array:
            return "a list";
        case Json::value_t::object:
            return "an object";
        case Json::value_t::binary:
        case Json::value_t::discarded:
            break;
    }
    return "something else";
}

std::string NotA(std::string_view wanted, const Json& value) {
    return "must be " + std::string(wanted) + ", not " + KindOf(value);
}

/// What is wrong with `value` as a text under `rule`; empty when nothing is.
std::string TextComplaint(const Json& value, TextRule rule) {
    if (!value.is_string()) {
        // `version: 1.10` in YAML is a number: the person meant text, and has to say so.
        const bool quotes_help = value.is_number() || value.is_boolean();
        return NotA("text", value) + (quotes_help ? "; write it in quotes if it is text" : "");
    }
    const auto& text = value.get_ref<const std::string&>();
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == '\x7F') {
            return "must not contain control characters other than line feed and tab: " + QuoteForMessage(text);
        }
    }
    const std::size_t length = CountCodePoints(text);
    if (length < rule.min) {
        if (length == 0) {
            return "must not be empty";
        }
        return "must have at least " + Plural(static_cast<long long>(rule.min), "character") + ", has " +
               std::to_string(length);
    }
    if (length > rule.max) {
        return "must have at most " + Plural(static_cast<long long>(rule.max), "character") + ", has " +
               std::to_string(length);
    }
    return {};
}

std::string RangeText(std::int64_t min, std::int64_t max) {
    return "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
}

}  // namespace

ObjectReader::ObjectReader(const Json& json, std::string pointer, FieldErrors& errors)
    : json_(json.is_object() ? &json : nullptr), pointer_(std::move(pointer)), errors_(errors) {
    // One error for the whole object; nothing about its fields, which it cannot have.
    if (json_ == nullptr) {
        errors_.push_back({pointer_, NotA("an object", json)});
    }
}

const Json* ObjectReader::Find(std::string_view field, bool required) {
    if (json_ == nullptr) {
        return nullptr;
    }
    std::string name(field);
    const auto found = json_->find(name);
    seen_.push_back(std::move(name));
    if (found == json_->end() || found->is_null()) {
        if (required) {
            Error(field, "is required");
        }
        return nullptr;
    }
    return &*found;
}

bool ObjectReader::Has(std::string_view field) const {
    if (json_ == nullptr) {
        return false;
    }
    const auto found = json_->find(std::string(field));
    return found != json_->end() && !found->is_null();
}

std::string ObjectReader::PointerTo(std::string_view field) const {
    return PointerStep(pointer_, field);
}

void ObjectReader::Error(std::string_view field, std::string message) {
    errors_.push_back({PointerTo(field), std::move(message)});
}

std::optional<std::string> ObjectReader::TextOf(std::string_view field, bool required, TextRule rule) {
    const Json* const value = Find(field, required);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (std::string complaint = TextComplaint(*value, rule); !complaint.empty()) {
        Error(field, std::move(complaint));
        return std::nullopt;
    }
    return value->get<std::string>();
}

std::string ObjectReader::Text(std::string_view field, TextRule rule) {
    return TextOf(field, true, rule).value_or("");
}

std::optional<std::string> ObjectReader::OptionalText(std::string_view field, TextRule rule) {
    return TextOf(field, false, rule);
}

std::optional<std::int64_t> ObjectReader::IntegerOf(std::string_view field, bool required, std::int64_t min,
                                                    std::int64_t max) {
    const Json* const value = Find(field, required);
    if (value == nullptr) {
        return std::nullopt;
    }
    // Documents that were parsed here hold nothing beyond 2^53; one that was built by hand might.
    const bool fits = value->is_number_integer() &&
                      (!value->is_number_unsigned() || value->get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
    if (!fits || value->get<std::int64_t>() < min || value->get<std::int64_t>() > max) {
        Error(field, NotA(RangeText(min, max), *value));
        return std::nullopt;
    }
    return value->get<std::int64_t>();
}

std::int64_t ObjectReader::Integer(std::string_view field, std::int64_t min, std::int64_t max) {
    return IntegerOf(field, true, min, max).value_or(min);
}

std::optional<std::int64_t> ObjectReader::OptionalInteger(std::string_view field, std::int64_t min, std::int64_t max) {
    return IntegerOf(field, false, min, max);
}

std::optional<double> ObjectReader::NumberOf(std::string_view field, bool required) {
    const Json* const value = Find(field, required);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_number()) {
        Error(field, NotA("a number", *value));
        return std::nullopt;
    }
    return value->get<double>();
}

double ObjectReader::Number(std::string_view field) {
    return NumberOf(field, true).value_or(0);
}

std::optional<double> ObjectReader::OptionalNumber(std::string_view field) {
    return NumberOf(field, false);
}

std::optional<bool> ObjectReader::BooleanOf(std::string_view field, bool required) {
    const Json* const value = Find(field, required);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_boolean()) {
        Error(field, NotA("true or false", *value));
        return std::nullopt;
    }
    return value->get<bool>();
}

bool ObjectReader::Boolean(std::string_view field) {
    return BooleanOf(field, true).value_or(false);
}

std::optional<bool> ObjectReader::OptionalBoolean(std::string_view field) {
    return BooleanOf(field, false);
}

std::optional<Time> ObjectReader::InstantOf(std::string_view field, bool required) {
    const Json* const value = Find(field, required);
    if (value == nullptr) {
        return std::nullopt;
    }
    const std::optional<Time> time =
        value->is_string() ? ParseTime(value->get_ref<const std::string&>()) : std::nullopt;
    if (!time) {
        Error(field, NotA("a time with its zone such as 2025-01-29T09:00:00Z", *value));
    }
    return time;
}

Time ObjectReader::Instant(std::string_view field) {
    return InstantOf(field, true).value_or(Time{});
}

std::optional<Time> ObjectReader::OptionalInstant(std::string_view field) {
    return InstantOf(field, false);
}

std::optional<Date> ObjectReader::OptionalDate(std::string_view field) {
    const Json* const value = Find(field, false);
    if (value == nullptr) {
        return std::nullopt;
    }
    const std::optional<Date> date =
        value->is_string() ? ParseDate(value->get_ref<const std::string&>()) : std::nullopt;
    if (!date) {
        Error(field, NotA("a date such as 2025-01-29", *value));
    }
    return date;
}

std::vector<std::string> ObjectReader::TextsIn(const Json* list, std::string_view field, TextRule rule) {
    std::vector<std::string> texts;
    if (list == nullptr) {
        return texts;
    }
    texts.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Json& item = (*list)[i];
        if (std::string complaint = TextComplaint(item, rule); !complaint.empty()) {
            errors_.push_back({PointerStep(PointerTo(field), i), std::move(complaint)});
        } else {
            texts.push_back(item.get<std::string>());
        }
    }
    return texts;
}

std::vector<std::string> ObjectReader::TextList(std::string_view field, std::size_t max_items, TextRule rule) {
    return TextsIn(Array(field, max_items), field, rule);
}

std::vector<std::string> ObjectReader::OptionalTextList(std::string_view field, std::size_t max_items, TextRule rule) {
    return TextsIn(OptionalArray(field, max_items), field, rule);
}

const Json* ObjectReader::ObjectOf(std::string_view field, bool required) {
    const Json* const value = Find(field, required);
    if (value != nullptr && !value->is_object()) {
        Error(field, NotA("an object", *value));
        return nullptr;
    }
    return value;
}

const Json* ObjectReader::Object(std::string_view field) {
    return ObjectOf(field, true);
}

const Json* ObjectReader::OptionalObject(std::string_view field) {
    return ObjectOf(field, false);
}

const Json* ObjectReader::ArrayOf(std::string_view field, bool required, std::size_t max_items) {
    const Json* const value = Find(field, required);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_array()) {
        Error(field, NotA("a list", *value));
        return nullptr;
    }
    if (value->size() > max_items) {
        Error(field, "must have at most " + Plural(static_cast<long long>(max_items), "item") + ", has " +
                         std::to_string(value->size()));
        return nullptr;
    }
    return value;
}

const Json* ObjectReader::Array(std::string_view field, std::size_t max_items) {
    return ArrayOf(field, true, max_items);
}

const Json* ObjectReader::OptionalArray(std::string_view field, std::size_t max_items) {
    return ArrayOf(field, false, max_items);
}

const Json* ObjectReader::Any(std::string_view field) {
    return Find(field, false);
}

void ObjectReader::Finish() {
    if (json_ == nullptr) {
        return;
    }
    std::vector<std::string> known;
    for (const std::string& field : seen_) {
        if (std::find(known.begin(), known.end(), field) == known.end()) {
            known.push_back(field);
        }
    }
    for (const auto& item : json_->items()) {
        if (std::find(known.begin(), known.end(), item.key()) != known.end()) {
            continue;
        }
        std::string message = "unknown field";
        if (const std::optional<std::string> meant = NearMiss(item.key(), known)) {
            message += "; did you mean '" + *meant + "'?";
        }
        message += known.empty() ? "; no fields are known here" : "; known here: " + Join(known, ", ");
        Error(item.key(), std::move(message));
    }
}

}  // namespace platform
