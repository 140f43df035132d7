// Names that a statement joined by spaces. Those of organizations have none: the fleet channel takes no others. Pure.
#pragma once

#include <string>
#include <vector>

#include "platform/base/text.hpp"

namespace store {

inline std::vector<std::string> NamesIn(const std::string& joined) {
    std::vector<std::string> names;
    if (!joined.empty()) {
        for (const std::string_view name : platform::Split(joined, ' ')) {
            names.emplace_back(name);
        }
    }
    return names;
}

}  // namespace store
