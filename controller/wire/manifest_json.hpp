// The release manifest as a JSON value, for those who hold a parsed document already: http and cli, and the bundle.
// Pulls the JSON library in; see controller/wire/manifest.hpp for what decoding means. Pure; thread safe.
#pragma once

#include "controller/policy/manifest.hpp"
#include "platform/json/json.hpp"

namespace wire {

/// Of a manifest's text, JSON or YAML: room for the largest list of files, and not much more.
inline constexpr platform::DocumentLimits kManifestLimits{
    .max_bytes = 4 * 1024 * 1024, .max_depth = 12, .max_nodes = 20'000};

platform::Expected<policy::Manifest, platform::FieldErrors> DecodeManifestJson(const platform::Json& document);
platform::Json ManifestToJson(const policy::Manifest& manifest);

}  // namespace wire
