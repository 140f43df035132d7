// Other people's words inside our documents: made visible, kept in their place, never markup.
//
// CleanText is what every format needs first: valid UTF-8 (a broken byte becomes U+FFFD), and every character that
// could hide or reorder text (controls, bidirectional overrides, invisible separators) shown as `[U+202E]`. Joiners
// that scripts and emoji need stay. Pure; thread safe; linear in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace render {

/// One line: line ends and tabs become single spaces, spaces at both ends go.
std::string CleanLine(std::string_view text);

/// Paragraphs of lines; blank lines separate, trailing spaces go, tabs become four spaces. Empty for blank text.
std::vector<std::vector<std::string>> CleanParagraphs(std::string_view text);

/// For CommonMark with GitHub's extensions, at the start of a block or inside a line: shows exactly `line`, with no
/// emphasis, code, link, image, list, heading, table cell, HTML or entity in it. Takes what CleanLine returned.
std::string EscapeMarkdown(std::string_view line);

/// Spaces at the start become no-break spaces, which neither HTML nor Markdown swallows.
std::string KeepIndent(std::string_view line);

}  // namespace render
