#include "platform/base/ids.hpp"

#include <algorithm>

namespace platform {
namespace {

// Not <cctype>: what an id may contain must not depend on the process's locale.
bool IsIdAlphanumeric(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

bool IsIdText(std::string_view text, std::size_t max_length) {
    if (text.empty() || text.size() > max_length || !IsIdAlphanumeric(text.front())) {
        return false;
    }
    // Ids become path segments and file names; `..` would climb out of a folder.
    if (text.find("..") != std::string_view::npos) {
        return false;
    }
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return IsIdAlphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace platform
