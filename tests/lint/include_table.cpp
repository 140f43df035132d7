#include "tests/lint/include_table.hpp"

#include <optional>
#include <sstream>
#include <stdexcept>

namespace lint {

namespace {

bool LiesIn(std::string_view path, std::string_view place) {
    return path == place || (StartsWith(path, place) && path.size() > place.size() && path[place.size()] == '/');
}

std::vector<std::string> Words(std::string_view text) {
    std::istringstream stream{std::string(text)};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

struct Include {
    std::string_view what;
    bool ours = false;  // in quotes
};

std::optional<Include> ParseInclude(std::string_view line) {
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos || line[start] != '#') {
        return std::nullopt;
    }
    line.remove_prefix(start + 1);
    const auto word = line.find_first_not_of(" \t");
    if (word == std::string_view::npos || !StartsWith(line.substr(word), "include")) {
        return std::nullopt;
    }
    const auto open = line.find_first_of("\"<");
    if (open == std::string_view::npos) {
        return std::nullopt;
    }
    const auto close = line.find(line[open] == '<' ? '>' : '"', open + 1);
    return Include{line.substr(open + 1, close - open - 1), line[open] == '"'};
}

const std::vector<std::string>* RowFor(const IncludeTable& table, std::string_view path, std::string& folder) {
    const std::vector<std::string>* row = nullptr;
    for (const auto& [name, allowed] : table.folders) {
        if (LiesIn(path, name) && name.size() >= folder.size()) {
            folder = name;
            row = &allowed;
        }
    }
    return row;
}

bool AnyHolds(const std::vector<std::string>& places, std::string_view path) {
    for (const auto& place : places) {
        if (LiesIn(path, place)) {
            return true;
        }
    }
    return false;
}

std::string AllOf(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text.empty() ? "nothing else" : text;
}

void CheckLibrary(const SourceFile& file, std::size_t line, std::string_view what, const IncludeTable& table,
                  Complaints& complaints) {
    for (const auto& [beginning, places] : table.libraries) {
        if (StartsWith(what, beginning) && !AnyHolds(places, file.path)) {
            complaints.push_back(Complaint(
                file, line,
                "<" + std::string(what) + "> may be included in " + AllOf(places) + " only; call what that offers"));
        }
    }
    for (const auto& [beginning, places] : table.headers) {
        if (EndsWith(file.path, ".hpp") && StartsWith(what, beginning) && !AnyHolds(places, file.path)) {
            complaints.push_back(Complaint(file, line,
                                           std::string(what) + " may be included by headers in " + AllOf(places) +
                                               " only; include it in the .cpp, and give texts and structs here"));
        }
    }
}

}  // namespace

IncludeTable ParseIncludeTable(std::string_view text) {
    IncludeTable table;
    bool reason_missing = false;
    const auto lines = Lines(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto fail = [&](const std::string& why) {
            throw std::runtime_error("line " + std::to_string(i + 1) + ": " + why);
        };
        const auto line = lines[i];
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (line.front() == ' ') {
            reason_missing = false;
            continue;
        }
        if (reason_missing) {
            fail("the row before has no reason");
        }
        reason_missing = true;
        const auto words = Words(line);
        if (words.size() >= 2 && words[1] == "->") {
            table.folders[words[0]] = {words.begin() + 2, words.end()};
        } else if (words.size() >= 4 && (words[0] == "library" || words[0] == "header") && words[2] == "in") {
            (words[0] == "library" ? table.libraries : table.headers)[words[1]] = {words.begin() + 3, words.end()};
        } else {
            fail("neither 'folder -> folders' nor 'library (or header) prefix in places'");
        }
    }
    if (reason_missing) {
        throw std::runtime_error("the last row has no reason");
    }
    return table;
}

Complaints CheckIncludes(const SourceTree& tree, const IncludeTable& table) {
    Complaints complaints;
    for (const auto& file : tree) {
        if (!IsCpp(file.path)) {
            continue;
        }
        std::string folder;
        const auto* allowed = RowFor(table, file.path, folder);
        if (allowed == nullptr) {
            complaints.push_back(Complaint(file, 1, "its folder has no row in tests/lint/include_table.txt; add one"));
            continue;
        }
        const std::string code = WithoutParts(file.text, Blank::kComments);
        const auto lines = Lines(code);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const auto include = ParseInclude(lines[i]);
            if (!include) {
                continue;
            }
            CheckLibrary(file, i + 1, include->what, table, complaints);
            if (!include->ours || LiesIn(include->what, folder)) {
                continue;
            }
            if (include->what.find('/') == std::string_view::npos) {
                complaints.push_back(Complaint(file, i + 1,
                                               "\"" + std::string(include->what) +
                                                   "\" is not a path from the repository's root; write it in full"));
            } else if (!AnyHolds(*allowed, include->what)) {
                complaints.push_back(Complaint(file, i + 1,
                                               folder + " may include " + AllOf(*allowed) + ", not \"" +
                                                   std::string(include->what) +
                                                   "\"; see docs/architecture.md for where the code belongs"));
            }
        }
    }
    return complaints;
}

}  // namespace lint
