// The repository as the lint tests see it: every file of ours as text, and C++ with comments or strings taken out.
//
// The checks are functions over such a tree, so each is also tried on a tree that breaks it: a check that finds nothing
// must be known to be able to. Value types; no state.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lint {

struct SourceFile {
    std::string path;  // from the repository's root
    std::string text;
};

using SourceTree = std::vector<SourceFile>;

/// A finding, as a compiler prints it: "path:line: what is wrong; what to do".
using Complaints = std::vector<std::string>;

/// All text files of the repository but what is built, sorted by path. Throws when there is none.
SourceTree LoadRepository();
/// The file of that path; throws when there is none.
const SourceFile& FileAt(const SourceTree& tree, std::string_view path);

bool StartsWith(std::string_view text, std::string_view beginning);
bool EndsWith(std::string_view text, std::string_view end);
/// C++ sources and headers.
bool IsCpp(std::string_view path);

std::vector<std::string_view> Lines(std::string_view text);

enum class Blank { kComments, kCommentsAndStrings };
/// `text` with those parts replaced by spaces, line by line as long as before. Knows raw strings and digit separators.
std::string WithoutParts(std::string_view cpp, Blank parts);

/// "a.cpp:12: text".
std::string Complaint(const SourceFile& file, std::size_t line, const std::string& text);
/// For a test's message: one complaint a line.
std::string Listed(const Complaints& complaints);

}  // namespace lint
