// What the decoders of documents that people write share: texts of a known shape, limits on metrics, lists. Only for
// .cpp files of this folder; pulls the JSON library in. All errors go to one list. Pure; thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/manifest.hpp"
#include "platform/json/json.hpp"

namespace wire {

/// A line has no line break; prose may have line breaks and tabs. Neither has control characters, nor the characters
/// that turn the direction of text round, with which one path can be shown as another.
enum class TextShape : std::uint8_t { kLine, kProse };

/// What is wrong with a text of that shape; empty when nothing is.
std::string TextProblem(std::string_view text, TextShape shape);

/// Reads texts, lists and objects of one object, with their shape checked. A thin layer over ObjectReader that also
/// names items of lists.
class DocumentReader {
public:
    DocumentReader(const platform::Json& json, std::string pointer, platform::FieldErrors& errors)
        : in_(json, std::move(pointer), errors), errors_(errors) {}

    std::string Line(std::string_view field, platform::TextRule rule);
    std::string OptionalLine(std::string_view field, platform::TextRule rule);
    std::string Prose(std::string_view field, platform::TextRule rule);
    std::string OptionalProse(std::string_view field, platform::TextRule rule);
    /// Empty when absent.
    std::vector<std::string> OptionalLines(std::string_view field, std::size_t max_items, platform::TextRule rule);
    std::vector<std::string> OptionalProses(std::string_view field, std::size_t max_items, platform::TextRule rule);

    /// The id of a principal; `required` says whether it may be left out.
    std::string OptionalPrincipal(std::string_view field);
    std::string Principal(std::string_view field);

    std::optional<policy::Limit> OptionalLimit(std::string_view field);

    /// Calls `read(item, pointer)` for each item of the list, when there is one.
    void EachOf(std::string_view field, std::size_t max_items,
                const std::function<void(const platform::Json&, const std::string&)>& read);

    platform::ObjectReader& In() {
        return in_;
    }
    platform::FieldErrors& Errors() {
        return errors_;
    }
    void ErrorAt(std::string pointer, std::string message) {
        errors_.push_back({std::move(pointer), std::move(message)});
    }
    void Finish() {
        in_.Finish();
    }

private:
    std::string Checked(std::string_view field, std::string text, TextShape shape);
    std::vector<std::string> CheckedList(std::string_view field, std::size_t max_items, platform::TextRule rule,
                                         TextShape shape);
    std::string CheckedPrincipal(std::string_view field, std::string text);

    platform::ObjectReader in_;
    platform::FieldErrors& errors_;
};

/// The fields of a limit, read from an object that may have more: a criterion's metric has its query beside them.
policy::Limit ReadLimitFields(DocumentReader& in);
platform::Json LimitToJson(const policy::Limit& limit);

/// An answer with thousands of errors helps nobody and costs the server: the first hundred, and how many more.
void CapErrors(platform::FieldErrors& errors);

/// `value`, or the errors when there are any.
template <typename T>
platform::Expected<T, platform::FieldErrors> ValueOrErrors(T value, platform::FieldErrors errors) {
    if (!errors.empty()) {
        CapErrors(errors);
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    return value;
}

/// UTF-8 whatever the bytes were: what is none, and NUL, becomes U+FFFD.
std::string CleanUtf8(std::string_view bytes);

}  // namespace wire
