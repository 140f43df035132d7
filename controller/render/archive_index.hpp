// The README.md of a release's archive bundle: what it is, what each file holds, how to check it without the server.
// Markdown only: it is opened in a folder. Deterministic; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/render/templates.hpp"

namespace render {

struct ArchiveFile {
    std::string path;  // within the bundle: "memos/1.md"
    std::string what;  // "decision memo 1, GO, as Markdown"
    std::uint64_t bytes = 0;
    std::string sha256;  // hex
};

struct ArchiveIndex {
    policy::ReleaseId release;
    std::string title;
    std::optional<policy::ReleaseClass> classification;
    std::string state;  // "stable since 2025-02-12 09:00 UTC"
    std::string exported_by;
    policy::Time exported_at{};
    std::string product_version;
    std::vector<ArchiveFile> files;         // in the order they are listed
    std::vector<std::string> verification;  // commands, one a line: "sha256sum -c SHA256SUMS"
    bool simulated_clock = false;
};

std::string RenderArchiveIndex(const ArchiveIndex& index, const Templates& templates = Templates::BuiltIn());

}  // namespace render
