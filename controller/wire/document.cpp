#include "controller/wire/document.hpp"

#include <utility>

#include "platform/json/json.hpp"

namespace wire {

Decoded<Document> Document::Parse(std::string_view text, BodyFormat format, std::size_t max_bytes) {
    const platform::DocumentLimits limits{.max_bytes = max_bytes};
    auto parsed = format == BodyFormat::kYaml ? platform::ParseYaml(text, limits) : platform::ParseJson(text, limits);
    if (!parsed) {
        return platform::Unexpected<platform::FieldErrors>(std::move(parsed.error()));
    }
    return Document(std::move(*parsed));
}

Document::Document(nlohmann::json root) : root_(std::make_unique<nlohmann::json>(std::move(root))) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

}  // namespace wire
