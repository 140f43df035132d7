#include "controller/wire/fields.hpp"

#include <utility>

#include "platform/base/text.hpp"

namespace wire {
namespace {

constexpr std::size_t kMostErrors = 100;

struct TextFlaws {
    bool control = false;
    bool direction = false;
};

/// `text` is UTF-8: the parser has seen to that.
TextFlaws FindTextFlaws(std::string_view text, TextShape shape) {
    TextFlaws flaws;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const auto third = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0U;
        if (byte < 0x20 || byte == 0x7F) {
            flaws.control |= shape == TextShape::kLine || (byte != '\n' && byte != '\t');
        } else if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {  // U+0080..U+009F
            flaws.control = true;
        } else if (byte == 0xE2) {  // U+2028..U+202E and U+2066..U+2069
            flaws.direction |= next == 0x80 && third >= 0xA8 && third <= 0xAE;
            flaws.direction |= next == 0x81 && third >= 0xA6 && third <= 0xA9;
        }
    }
    return flaws;
}

}  // namespace

std::string TextProblem(std::string_view text, TextShape shape) {
    if (platform::Trim(text).empty()) {
        return "must not be blank";
    }
    const TextFlaws flaws = FindTextFlaws(text, shape);
    if (flaws.control) {
        return shape == TextShape::kLine
                   ? "must be one line without control characters, not " + platform::QuoteForMessage(text)
                   : "must not contain control characters other than line breaks and tabs";
    }
    if (flaws.direction) {
        return "must not contain characters that change the direction of text or separate lines (U+2028..U+202E, "
               "U+2066..U+2069)";
    }
    return {};
}

std::string DocumentReader::Checked(std::string_view field, std::string text, TextShape shape) {
    if (!text.empty()) {
        if (std::string problem = TextProblem(text, shape); !problem.empty()) {
            in_.Error(field, std::move(problem));
        }
    }
    return text;
}

std::vector<std::string> DocumentReader::CheckedList(std::string_view field, std::size_t max_items,
                                                     platform::TextRule rule, TextShape shape) {
    std::vector<std::string> texts = in_.OptionalTextList(field, max_items, rule);
    // The reader leaves out items it has reported, so positions are those of the document, not of `texts`.
    const platform::Json* const list = in_.Any(field);
    if (list == nullptr || !list->is_array() || list->size() > max_items) {
        return texts;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const platform::Json& item = (*list)[i];
        if (!item.is_string() || item.get_ref<const std::string&>().empty()) {
            continue;
        }
        if (std::string problem = TextProblem(item.get_ref<const std::string&>(), shape); !problem.empty()) {
            ErrorAt(in_.PointerTo(field) + "/" + std::to_string(i), std::move(problem));
        }
    }
    return texts;
}

std::string DocumentReader::Line(std::string_view field, platform::TextRule rule) {
    return Checked(field, in_.Text(field, rule), TextShape::kLine);
}

std::string DocumentReader::OptionalLine(std::string_view field, platform::TextRule rule) {
    return Checked(field, in_.OptionalText(field, rule).value_or(std::string()), TextShape::kLine);
}

std::string DocumentReader::Prose(std::string_view field, platform::TextRule rule) {
    return Checked(field, in_.Text(field, rule), TextShape::kProse);
}

std::string DocumentReader::OptionalProse(std::string_view field, platform::TextRule rule) {
    return Checked(field, in_.OptionalText(field, rule).value_or(std::string()), TextShape::kProse);
}

std::vector<std::string> DocumentReader::OptionalLines(std::string_view field, std::size_t max_items,
                                                       platform::TextRule rule) {
    return CheckedList(field, max_items, rule, TextShape::kLine);
}

std::vector<std::string> DocumentReader::OptionalProses(std::string_view field, std::size_t max_items,
                                                        platform::TextRule rule) {
    return CheckedList(field, max_items, rule, TextShape::kProse);
}

std::string DocumentReader::CheckedPrincipal(std::string_view field, std::string text) {
    if (!text.empty() && !policy::PrincipalId::Parse(text)) {
        in_.Error(field, "must be the id of a person, such as jane.doe: letters, digits, '.', '_' and '-', at most " +
                             std::to_string(policy::PrincipalTag::kMaxLength) + " characters; not " +
                             platform::QuoteForMessage(text));
    }
    return text;
}

std::string DocumentReader::OptionalPrincipal(std::string_view field) {
    return CheckedPrincipal(field, in_.OptionalText(field, {.min = 1, .max = 200}).value_or(std::string()));
}

std::string DocumentReader::Principal(std::string_view field) {
    return CheckedPrincipal(field, in_.Text(field, {.min = 1, .max = 200}));
}

void DocumentReader::EachOf(std::string_view field, std::size_t max_items,
                            const std::function<void(const platform::Json&, const std::string&)>& read) {
    const platform::Json* const list = in_.OptionalArray(field, max_items);
    if (list == nullptr) {
        return;
    }
    std::size_t i = 0;
    for (const platform::Json& item : *list) {
        read(item, in_.PointerTo(field) + "/" + std::to_string(i++));
    }
}

policy::Limit ReadLimitFields(DocumentReader& in) {
    policy::Limit limit;
    limit.metric = in.Line("metric", {.min = 1, .max = 200});
    limit.comparison = in.In().Enum<policy::Comparison>("comparison");
    limit.threshold = in.In().Number("threshold");
    limit.unit = in.Line("unit", {.min = 1, .max = 40});
    return limit;
}

std::optional<policy::Limit> DocumentReader::OptionalLimit(std::string_view field) {
    const platform::Json* const json = in_.OptionalObject(field);
    if (json == nullptr) {
        return std::nullopt;
    }
    DocumentReader in(*json, in_.PointerTo(field), errors_);
    policy::Limit limit = ReadLimitFields(in);
    in.Finish();
    return limit;
}

platform::Json LimitToJson(const policy::Limit& limit) {
    return {{"metric", limit.metric},
            {"comparison", platform::EnumText(limit.comparison)},
            {"threshold", limit.threshold},
            {"unit", limit.unit}};
}

void CapErrors(platform::FieldErrors& errors) {
    if (errors.size() <= kMostErrors) {
        return;
    }
    const std::size_t more = errors.size() - kMostErrors;
    errors.resize(kMostErrors);
    errors.push_back({"", "there are " + std::to_string(more) + " more errors; the first " +
                              std::to_string(kMostErrors) + " are listed"});
}

std::string CleanUtf8(std::string_view bytes) {
    if (platform::IsValidUtf8(bytes) && bytes.find('\0') == std::string_view::npos) {
        return std::string(bytes);
    }
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    std::string out;
    for (std::size_t i = 0; i < bytes.size();) {
        std::size_t length = 1;
        while (length <= 4 && i + length <= bytes.size() && !platform::IsValidUtf8(bytes.substr(i, length))) {
            ++length;
        }
        if (length > 4 || i + length > bytes.size() || bytes[i] == '\0') {
            out += kReplacement;
            ++i;
        } else {
            out += bytes.substr(i, length);
            i += length;
        }
    }
    return out;
}

}  // namespace wire
