#include "tests/lint/source_tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace lint {

namespace fs = std::filesystem;

namespace {

// Folders at the top that hold nothing of ours.
bool IsForeign(const std::string& name) {
    return name == "build" || name == ".git" || name == ".dev" || name == ".cache" || name == ".vscode";
}

bool IsText(const std::string& text) {
    return text.find('\0') == std::string::npos;
}

// Walks C++ text once and blanks what is asked for.
class CppBlanker {
public:
    CppBlanker(std::string_view text, Blank parts) : out_(text), strings_(parts == Blank::kCommentsAndStrings) {}

    std::string Run() && {
        while (at_ < out_.size()) {
            Step();
        }
        return std::move(out_);
    }

private:
    bool Ahead(std::string_view text) const {
        return std::string_view(out_).substr(at_, text.size()) == text;
    }

    void Step() {
        if (Ahead("//")) {
            BlankTo(std::min(out_.find('\n', at_), out_.size()), true);
        } else if (Ahead("/*")) {
            const auto end = out_.find("*/", at_ + 2);
            BlankTo(end == std::string::npos ? out_.size() : end + 2, true);
        } else if (Ahead("R\"") && (at_ == 0 || !IsWordCharacter(out_[at_ - 1]))) {
            RawString();
        } else if (out_[at_] == '"') {
            Quoted('"');
        } else if (out_[at_] == '\'' && (at_ == 0 || !IsWordCharacter(out_[at_ - 1]))) {
            Quoted('\'');  // after a letter or digit it separates digits
        } else {
            ++at_;
        }
    }

    static bool IsWordCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    void RawString() {
        const auto open = out_.find('(', at_);
        if (open == std::string::npos) {
            ++at_;
            return;
        }
        const std::string close = ")" + out_.substr(at_ + 2, open - at_ - 2) + "\"";
        const auto end = out_.find(close, open);
        at_ = open + 1;
        BlankTo(end == std::string::npos ? out_.size() : end, strings_);
        at_ = std::min(at_ + close.size(), out_.size());
    }

    void Quoted(char quote) {
        auto end = at_ + 1;
        while (end < out_.size() && out_[end] != quote && out_[end] != '\n') {
            end += out_[end] == '\\' ? 2 : 1;
        }
        ++at_;
        BlankTo(std::min(end, out_.size()), strings_);
        at_ = std::min(at_ + 1, out_.size());
    }

    void BlankTo(std::size_t end, bool blank) {
        if (blank) {
            for (auto i = at_; i < end; ++i) {
                if (out_[i] != '\n') {
                    out_[i] = ' ';
                }
            }
        }
        at_ = std::max(at_, end);
    }

    std::string out_;
    bool strings_;
    std::size_t at_ = 0;
};

}  // namespace

SourceTree LoadRepository() {
    const fs::path root = PORTCULLIS_SOURCE_DIR;
    SourceTree tree;
    for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
        if (entry->is_directory() && entry.depth() == 0 && IsForeign(entry->path().filename().string())) {
            entry.disable_recursion_pending();
        }
        if (!entry->is_regular_file()) {
            continue;
        }
        std::ifstream file(entry->path(), std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        if (IsText(text)) {
            tree.push_back({entry->path().lexically_relative(root).string(), std::move(text)});
        }
    }
    std::sort(tree.begin(), tree.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    if (tree.empty()) {
        throw std::runtime_error("there are no sources in " + root.string());
    }
    return tree;
}

const SourceFile& FileAt(const SourceTree& tree, std::string_view path) {
    const auto found = std::find_if(tree.begin(), tree.end(), [&](const auto& file) { return file.path == path; });
    if (found == tree.end()) {
        throw std::runtime_error(std::string(path) + " is missing");
    }
    return *found;
}

bool StartsWith(std::string_view text, std::string_view beginning) {
    return text.substr(0, beginning.size()) == beginning;
}

bool EndsWith(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool IsCpp(std::string_view path) {
    return EndsWith(path, ".cpp") || EndsWith(path, ".hpp");
}

std::vector<std::string_view> Lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::string WithoutParts(std::string_view cpp, Blank parts) {
    return CppBlanker(cpp, parts).Run();
}

std::string Complaint(const SourceFile& file, std::size_t line, const std::string& text) {
    return file.path + ":" + std::to_string(line) + ": " + text;
}

std::string Listed(const Complaints& complaints) {
    std::string text;
    for (const auto& complaint : complaints) {
        text += complaint + "\n";
    }
    return text;
}

}  // namespace lint
