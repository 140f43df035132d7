// Compares every #include of ours with tests/lint/include_table.txt.
#pragma once

#include "tests/lint/source_tree.hpp"

#include <map>
#include <string>
#include <vector>

namespace lint {

struct IncludeTable {
    std::map<std::string, std::vector<std::string>> folders;    // folder -> what it may include
    std::map<std::string, std::vector<std::string>> libraries;  // beginning of an include -> where it may stand
    std::map<std::string, std::vector<std::string>> headers;  // the same, of headers alone: who includes them pays, too
};

/// Throws std::runtime_error with the line that cannot be read; every row needs its reason on the lines below it.
IncludeTable ParseIncludeTable(std::string_view text);

Complaints CheckIncludes(const SourceTree& tree, const IncludeTable& table);

}  // namespace lint
