// A request's body as a parsed document, and the shape of every decoder: `Decoded<T> DecodeX(const Document&)`.
//
// Parsing (is it JSON at all?) and decoding (do its fields hold?) are two steps because they are two answers: 400 and
// 422. This header does not pull the JSON library in; decoders include controller/wire/reading.hpp.
// Value type, movable; thread safe as any value is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

enum class BodyFormat : std::uint8_t { kJson, kYaml };

template <typename T>
using Decoded = platform::Expected<T, platform::FieldErrors>;

class Document {
public:
    /// Strict about what the text is: UTF-8, one document, no duplicate keys, bounded depth and size.
    static Decoded<Document> Parse(std::string_view text, BodyFormat format, std::size_t max_bytes);

    explicit Document(nlohmann::json root);
    ~Document();
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;

    const nlohmann::json& Root() const {
        return *root_;
    }

private:
    std::unique_ptr<nlohmann::json> root_;
};

}  // namespace wire
