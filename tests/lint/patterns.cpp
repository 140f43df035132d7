#include "tests/lint/patterns.hpp"

#include <map>
#include <sstream>
#include <stdexcept>

#include <regex.h>

namespace lint {

namespace {

constexpr std::size_t kLinesForUnless = 5;

// POSIX matching: the patterns are our own, and it neither recurses nor allocates for each line.
class Expression {
public:
    explicit Expression(const std::string& text) {
        if (::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
            throw std::runtime_error("not an extended regular expression: " + text);
        }
    }
    ~Expression() {
        ::regfree(&compiled_);
    }
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;

    bool Matches(std::string_view line) const {
        return ::regexec(&compiled_, std::string(line).c_str(), 0, nullptr, 0) == 0;
    }

private:
    regex_t compiled_{};
};

std::vector<std::string> SplitWords(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

Scope ParseScope(const std::string& text) {
    if (text == "code") {
        return Scope::kCode;
    }
    if (text == "text") {
        return Scope::kText;
    }
    if (text == "all") {
        return Scope::kAll;
    }
    throw std::runtime_error("'in' is code, text or all, not '" + text + "'");
}

Pattern MakePattern(std::map<std::string, std::string> fields) {
    for (const char* needed : {"name", "files", "in", "match", "instead"}) {
        if (fields[needed].empty()) {
            throw std::runtime_error("the pattern '" + fields["name"] + "' has no '" + needed + "'");
        }
    }
    Pattern pattern;
    pattern.name = fields["name"];
    const std::string files = fields["files"];
    const auto bar = files.find('|');
    pattern.folders = SplitWords(files.substr(0, bar));
    if (bar != std::string::npos) {
        pattern.endings = SplitWords(files.substr(bar + 1));
    }
    pattern.except = SplitWords(fields["except"]);
    pattern.scope = ParseScope(fields["in"]);
    pattern.match = fields["match"];
    pattern.unless = fields["unless"];
    pattern.instead = fields["instead"];
    return pattern;
}

bool IsIn(std::string_view path, const std::vector<std::string>& places) {
    for (const auto& place : places) {
        if (path == place || StartsWith(path, place + "/")) {
            return true;
        }
    }
    return false;
}

bool Concerns(const Pattern& pattern, std::string_view path) {
    if (!IsIn(path, pattern.folders) || IsIn(path, pattern.except)) {
        return false;
    }
    if (pattern.endings.empty()) {
        return true;
    }
    for (const auto& ending : pattern.endings) {
        if (EndsWith(path, ending)) {
            return true;
        }
    }
    return false;
}

struct Views {
    std::string code;
    std::string text;
};

Views ViewsOf(const SourceFile& file) {
    if (!IsCpp(file.path)) {
        return {file.text, file.text};
    }
    return {WithoutParts(file.text, Blank::kCommentsAndStrings), WithoutParts(file.text, Blank::kComments)};
}

bool ExcusedBelow(const std::vector<std::string_view>& lines, std::size_t from, const Expression& unless) {
    for (std::size_t i = from; i < lines.size() && i < from + kLinesForUnless; ++i) {
        if (unless.Matches(lines[i])) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::vector<Pattern> ParsePatterns(std::string_view text) {
    std::vector<Pattern> patterns;
    std::map<std::string, std::string> fields;
    const auto finish = [&] {
        if (!fields.empty()) {
            patterns.push_back(MakePattern(std::move(fields)));
            fields = {};
        }
    };
    for (const auto line : Lines(text)) {
        if (line.empty()) {
            finish();
            continue;
        }
        if (line.front() == '#') {
            continue;
        }
        const auto colon = line.find(": ");
        const std::string key(line.substr(0, colon));
        if (colon == std::string_view::npos || (key != "name" && key != "files" && key != "except" && key != "in" &&
                                                key != "match" && key != "unless" && key != "instead")) {
            throw std::runtime_error("cannot read '" + std::string(line) + "'");
        }
        fields[key] = line.substr(colon + 2);
    }
    finish();
    return patterns;
}

Complaints CheckPatterns(const SourceTree& tree, const std::vector<Pattern>& patterns) {
    std::vector<Views> views;
    for (const auto& file : tree) {
        views.push_back(ViewsOf(file));
    }
    Complaints complaints;
    for (const auto& pattern : patterns) {
        const Expression match(pattern.match);
        const Expression unless(pattern.unless);
        for (std::size_t i = 0; i < tree.size(); ++i) {
            if (!Concerns(pattern, tree[i].path)) {
                continue;
            }
            const std::string& text = pattern.scope == Scope::kAll    ? tree[i].text
                                      : pattern.scope == Scope::kText ? views[i].text
                                                                      : views[i].code;
            const auto lines = Lines(text);
            for (std::size_t line = 0; line < lines.size(); ++line) {
                if (match.Matches(lines[line]) && (pattern.unless.empty() || !ExcusedBelow(lines, line, unless))) {
                    complaints.push_back(Complaint(tree[i], line + 1, pattern.name + ": " + pattern.instead));
                }
            }
        }
    }
    return complaints;
}

}  // namespace lint
