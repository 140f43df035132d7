// Looks for the patterns of tests/lint/patterns.txt in every file they concern.
#pragma once

#include "tests/lint/source_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lint {

enum class Scope { kCode, kText, kAll };

struct Pattern {
    std::string name;
    std::vector<std::string> folders;  // or single files
    std::vector<std::string> endings;  // of paths; empty: all
    std::vector<std::string> except;
    Scope scope = Scope::kCode;
    std::string match;
    std::string unless;
    std::string instead;
};

/// Throws std::runtime_error that names the entry when a field is missing or unknown.
std::vector<Pattern> ParsePatterns(std::string_view text);

Complaints CheckPatterns(const SourceTree& tree, const std::vector<Pattern>& patterns);

}  // namespace lint
