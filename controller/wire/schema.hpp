// The schemas of the OpenAPI document, each kept beside the decoder or encoder it describes.
//
// `json` is JSON Schema (2020-12, the part it shares with draft 7), with two shorthands that http/openapi.cpp expands:
// {"$ref":"Id"} is {"$ref":"#/components/schemas/Id"}, and an object with `properties` is closed
// (`additionalProperties: false`) unless it says otherwise, because our decoders refuse unknown fields.
// tests/api holds them to it: every example request is accepted, every answer is valid against its schema.
// Value types; pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"

namespace wire {

struct Schema {
    std::string name;     // "RegisterTenant"
    std::string json;     // the schema
    std::string example;  // a document that is valid against it; may be empty for a part of others
};

using Schemas = std::vector<Schema>;

/// Texts everyone uses (Id, Instant, Day, Span, Role, Channel ...), problems and findings.
Schemas CommonSchemas();

/// {"type":"string","enum":[...]} from the enum's one name table.
template <typename E>
std::string EnumSchema(std::string_view description = {}) {
    std::string json = R"({"type":"string","enum":[)";
    for (const auto& name : platform::EnumNames<E>::kNames) {
        json.append(json.back() == '[' ? "\"" : ",\"").append(name.text).append("\"");
    }
    json += "]";
    if (!description.empty()) {
        json.append(R"(,"description":")").append(description).append("\"");
    }
    return json + "}";
}

/// The body of every list of `item`.
std::string PageSchema(std::string_view item);

}  // namespace wire
