// Checks on documents: links lead somewhere, files stay short enough to read.
#pragma once

#include "tests/lint/source_tree.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lint {

/// Every relative link in a Markdown file names a file of the tree, and its #heading one of that file's headings.
Complaints CheckLinks(const SourceTree& tree);

/// `[text](target)` outside of code; the line starts at 1.
struct Link {
    std::size_t line = 0;
    std::string target;
};
std::vector<Link> LinksIn(std::string_view markdown);
/// As GitHub names the anchors of headings.
std::vector<std::string> AnchorsIn(std::string_view markdown);

/// C++, SQL and shell files beyond `most` lines that are not in the list. A listed file that has become short is a
/// complaint, too. A line of the list is a path, a space and the reason.
Complaints CheckLengths(const SourceTree& tree, std::string_view list, std::size_t most);

}  // namespace lint
