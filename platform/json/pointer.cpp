#include "platform/json/pointer.hpp"

namespace platform {

std::string PointerStep(std::string pointer, std::string_view name) {
    pointer += '/';
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

std::string PointerStep(std::string pointer, std::size_t index) {
    pointer += '/';
    pointer += std::to_string(index);
    return pointer;
}

}  // namespace platform
