// What a reader's Markdown program makes of a text: cmark-gfm with GitHub's extensions.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace render_test {

struct MarkdownTree {
    std::vector<std::string> headings;
    std::map<std::string, int> nodes;  // by type name, text and document left out; links that write a mail left out
};

MarkdownTree ReadMarkdown(const std::string& markdown);
/// The words of the first block, and nothing else; a message when it holds anything but text.
std::string TextOfMarkdown(const std::string& markdown);

}  // namespace render_test
