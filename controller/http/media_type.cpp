#include "controller/http/media_type.hpp"

#include "platform/base/text.hpp"

namespace http {
namespace {

constexpr int kFullQuality = 1000;

/// Thousandths of the `q` of one media range; what cannot be read is full.
int QualityOf(std::string_view range) {
    for (const std::string_view part : platform::Split(range, ';')) {
        const std::string parameter = platform::ToLowerAscii(platform::Trim(part));
        if (!parameter.starts_with("q=") || parameter.size() < 3) {
            continue;
        }
        if (parameter[2] != '0') {
            return kFullQuality;
        }
        int quality = 0;
        int weight = kFullQuality / 10;
        for (std::size_t i = 4; i < parameter.size() && weight > 0; ++i, weight /= 10) {
            if (parameter[i] < '0' || parameter[i] > '9') {
                break;
            }
            quality += (parameter[i] - '0') * weight;
        }
        return quality;
    }
    return kFullQuality;
}

}  // namespace

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

std::string_view PreferredType(std::string_view accept, std::string_view offered) {
    const std::string_view fallback = offered.substr(0, offered.find(','));
    std::string_view best = fallback;
    int best_quality = 0;
    for (const std::string_view type : platform::Split(offered, ',')) {
        const std::string any = std::string(type.substr(0, type.find('/'))) + "/*";
        int exactness = 0;  // what names the type itself counts before what names a family of them
        int quality = 0;
        for (const std::string_view range : platform::Split(accept, ',')) {
            const std::string name = platform::ToLowerAscii(platform::Trim(range.substr(0, range.find(';'))));
            const int fits = name == type ? 3 : name == any ? 2 : name == "*/*" ? 1 : 0;
            if (fits > exactness) {
                exactness = fits;
                quality = QualityOf(range);
            }
        }
        if (quality > best_quality) {
            best = type;
            best_quality = quality;
        }
    }
    return best;
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
