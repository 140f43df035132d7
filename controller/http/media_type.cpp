#include "controller/http/media_type.hpp"

#include "platform/base/text.hpp"

namespace http {

std::optional<MediaType> ReadMediaType(std::string_view content_type) {
    const std::string_view essence = platform::Trim(content_type.substr(0, content_type.find(';')));
    if (const auto semicolon = content_type.find(';'); semicolon != std::string_view::npos) {
        const std::string parameter = platform::ToLowerAscii(platform::Trim(content_type.substr(semicolon + 1)));
        if (!parameter.empty() && parameter != "charset=utf-8" && parameter != "charset=\"utf-8\"") {
            return std::nullopt;
        }
    }
    const std::string type = platform::ToLowerAscii(essence);
    if (type == "application/json") {
        return MediaType::kJson;
    }
    if (type == "application/yaml" || type == "application/x-yaml" || type == "text/yaml") {
        return MediaType::kYaml;
    }
    if (type == "text/markdown" || type == "text/plain") {
        return MediaType::kText;
    }
    return std::nullopt;
}

bool Accepts(BodyKind kind, MediaType type) {
    switch (kind) {
        case BodyKind::kNone:
            return false;
        case BodyKind::kJson:
        case BodyKind::kOptionalJson:
            return type == MediaType::kJson;
        case BodyKind::kJsonOrYaml:
            return type == MediaType::kJson || type == MediaType::kYaml;
        case BodyKind::kText:
            return type == MediaType::kText;
    }
    return false;
}

std::string_view AcceptedTypes(BodyKind kind) {
    switch (kind) {
        case BodyKind::kNone:
            return "";
        case BodyKind::kJson:
        case BodyKind::kOptionalJson:
            return "application/json";
        case BodyKind::kJsonOrYaml:
            return "application/json or application/yaml";
        case BodyKind::kText:
            return "text/markdown or text/plain";
    }
    return "";
}

}  // namespace http
