// One release's flag as JSON, the same in what an instance is ordered and in what it says. Includes nlohmann/json.
// Pure; thread safe.
#pragma once

#include <map>
#include <string>

#include "platform/json/canonical_scanner.hpp"
#include "platform/json/json.hpp"
#include "tenancy/wire/control_document.hpp"

namespace tenancy::wire {

platform::Json FlagsJson(const std::map<std::string, FlagOrder>& flags);
/// Strict; errors are added with pointers.
std::map<std::string, FlagOrder> ReadFlags(const platform::Json& json, const std::string& pointer,
                                           platform::FieldErrors& errors);
/// As they are written in a document; what does not look like that makes `in` fail.
std::map<std::string, FlagOrder> ScanFlags(platform::CanonicalScanner& in);

}  // namespace tenancy::wire
