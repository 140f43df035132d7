// Content-Type headers of requests. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/http/route.hpp"

namespace http {

enum class MediaType : std::uint8_t { kJson, kYaml, kText };

/// Empty for anything a route never takes, and for a charset other than UTF-8.
std::optional<MediaType> ReadMediaType(std::string_view content_type);
bool Accepts(BodyKind kind, MediaType type);
/// Which of `offered` (comma separated, the default first) an Accept header prefers; the default when it names none of
/// them, and when it prefers several alike the one that is offered first.
std::string_view PreferredType(std::string_view accept, std::string_view offered);
/// "application/json or application/yaml"; empty for BodyKind::kNone.
std::string_view AcceptedTypes(BodyKind kind);

}  // namespace http
