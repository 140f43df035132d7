// The keys that sign orders, as the API and the command line see them. Value types; pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/wire/schema.hpp"
#include "platform/base/time.hpp"

namespace wire {

struct KeyHandover {
    std::string id;
    std::string from_key;
    std::string to_key;
    std::string reason;
    platform::Time created_at{};
    std::string created_by;
    std::optional<platform::Time> completed_at;
    std::int64_t behind = 0;
};

struct SigningKeys {
    std::string key;      // of orders: the newest
    std::string summary;  // a sentence
    std::vector<KeyHandover> handovers;
};

std::string EncodeSigningKeys(const SigningKeys& keys);
Schemas KeySchemas();

}  // namespace wire
