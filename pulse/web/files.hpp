// The files of the console as they were when the program was built (embed.cmake). Static data; thread safe.
#pragma once

#include <span>
#include <string_view>

namespace pulse::web {

struct EmbeddedFile {
    std::string_view name;  // "console.js", "organizations/main.js"
    std::string_view bytes;
};

std::span<const EmbeddedFile> EmbeddedFiles();

}  // namespace pulse::web
