// What writing and reading an export share. Includes nlohmann/json. Pure; thread safe.
#pragma once

#include <string>

#include "platform/json/json.hpp"
#include "tenancy/wire/export_document.hpp"

namespace tenancy::wire {

/// Rows of data are counted, not nodes of JSON: a large tenant is no attack, and only administrators restore.
inline constexpr platform::DocumentLimits kExportLimits{kMaxExportBytes, 32, 50'000'000};
inline constexpr platform::DocumentLimits kRowLimits{16 * 1024 * 1024, 24, 1'000'000};

/// The document without its digest.
platform::Json ExportBody(const ExportDocument& document);

/// SHA-256 over the canonical text of the document without the field `digest`.
std::string ExportDigest(const platform::Json& body);

}  // namespace tenancy::wire
