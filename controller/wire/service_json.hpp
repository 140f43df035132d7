// What the server says about itself. Pure; thread safe.
#pragma once

#include <string>

#include "controller/wire/schema.hpp"

namespace wire {

struct VersionInfo {
    std::string version;
    int schema_version = 0;     // that this program needs
    int catalogue_version = 0;  // of the rules
};

/// `{"status": "alive"}`
std::string EncodeStatus(const std::string& status);
std::string EncodeVersion(const VersionInfo& info);

Schemas ServiceSchemas();

}  // namespace wire
