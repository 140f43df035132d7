#include "controller/wire/reading.hpp"

namespace wire {
namespace {

void CheckShape(platform::ObjectReader& in, std::string_view field, std::string_view text, TextShape shape) {
    if (!text.empty()) {
        if (std::string problem = TextProblem(text, shape); !problem.empty()) {
            in.Error(field, std::move(problem));
        }
    }
}

}  // namespace

std::string ReadLine(platform::ObjectReader& in, std::string_view field, platform::TextRule rule) {
    std::string text = in.Text(field, rule);
    CheckShape(in, field, text, TextShape::kLine);
    return text;
}

std::string ReadProse(platform::ObjectReader& in, std::string_view field, platform::TextRule rule) {
    std::string text = in.Text(field, rule);
    CheckShape(in, field, text, TextShape::kProse);
    return text;
}

std::optional<std::string> ReadOptionalLine(platform::ObjectReader& in, std::string_view field,
                                            platform::TextRule rule) {
    auto text = in.OptionalText(field, rule);
    CheckShape(in, field, text.value_or(""), TextShape::kLine);
    return text;
}

std::optional<std::string> ReadOptionalProse(platform::ObjectReader& in, std::string_view field,
                                             platform::TextRule rule) {
    auto text = in.OptionalText(field, rule);
    CheckShape(in, field, text.value_or(""), TextShape::kProse);
    return text;
}

}  // namespace wire
