#include "controller/web/command.hpp"

#include "platform/json/json.hpp"

namespace web {
namespace {

constexpr int kIndent = 2;
constexpr std::size_t kMinutesLength = std::string_view("2025-01-29T09:00").size();

}  // namespace

struct Command::Fields {
    platform::Json json = platform::Json::object();
};

Command::Command() : fields_(std::make_unique<Fields>()) {}
Command::~Command() = default;

Command& Command::Text(std::string_view field, std::string_view value) {
    if (!value.empty()) {
        fields_->json[std::string(field)] = std::string(value);
    }
    return *this;
}

Command& Command::Flag(std::string_view field, bool value) {
    fields_->json[std::string(field)] = value;
    return *this;
}

Command& Command::Texts(std::string_view field, const std::vector<std::string>& values) {
    if (!values.empty()) {
        fields_->json[std::string(field)] = values;
    }
    return *this;
}

wire::Document Command::Document() const {
    return wire::Document(fields_->json);
}

std::string InstantOfField(std::string_view typed) {
    std::string text(typed);
    if (text.size() == kMinutesLength && text[10] == 'T') {
        text += ":00Z";
    } else if (text.size() == kMinutesLength + 3 && text[10] == 'T') {
        text += "Z";
    }
    return text;
}

std::string ReadableJson(std::string_view json) {
    const auto parsed = platform::Json::parse(json, nullptr, false);
    return parsed.is_discarded() ? std::string(json) : parsed.dump(kIndent);
}

}  // namespace web
