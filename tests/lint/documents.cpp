#include "tests/lint/documents.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace lint {

namespace {

// `code` and fenced blocks hold no links.
std::string WithoutCode(std::string_view markdown) {
    std::string out;
    bool fenced = false;
    for (const auto line : Lines(markdown)) {
        const auto first = line.find_first_not_of(' ');
        if (first != std::string_view::npos && StartsWith(line.substr(first), "```")) {
            fenced = !fenced;
        } else if (!fenced) {
            bool quoted = false;
            for (const char c : line) {
                quoted = c == '`' ? !quoted : quoted;
                out += quoted || c == '`' ? ' ' : c;
            }
        }
        out += '\n';
    }
    return out;
}

bool LeadsOutside(std::string_view target) {
    return target.find("://") != std::string_view::npos || StartsWith(target, "mailto:");
}

// "docs" + "../README.md" -> "README.md"; nothing when it leaves the repository.
std::string Resolve(std::string_view from_file, std::string_view target) {
    std::vector<std::string> parts;
    const auto slash = from_file.rfind('/');
    std::string path = slash == std::string_view::npos ? "" : std::string(from_file.substr(0, slash)) + "/";
    path += target;
    std::size_t at = 0;
    while (at <= path.size()) {
        const auto end = std::min(path.find('/', at), path.size());
        const std::string part = path.substr(at, end - at);
        at = end + 1;
        if (part == "..") {
            if (parts.empty()) {
                return {};
            }
            parts.pop_back();
        } else if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
    }
    std::string joined;
    for (const auto& part : parts) {
        joined += (joined.empty() ? "" : "/") + part;
    }
    return joined;
}

bool HasFileOrFolder(const SourceTree& tree, const std::string& path) {
    return std::any_of(tree.begin(), tree.end(),
                       [&](const auto& file) { return file.path == path || StartsWith(file.path, path + "/"); });
}

const SourceFile* FindFile(const SourceTree& tree, const std::string& path) {
    const auto found = std::find_if(tree.begin(), tree.end(), [&](const auto& file) { return file.path == path; });
    return found == tree.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Link> LinksIn(std::string_view markdown) {
    std::vector<Link> links;
    const std::string text = WithoutCode(markdown);
    const auto lines = Lines(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (auto at = lines[i].find("]("); at != std::string_view::npos; at = lines[i].find("](", at + 1)) {
            const auto end = lines[i].find_first_of(") ", at + 2);
            if (end != std::string_view::npos) {
                links.push_back({i + 1, std::string(lines[i].substr(at + 2, end - at - 2))});
            }
        }
    }
    return links;
}

std::vector<std::string> AnchorsIn(std::string_view markdown) {
    std::vector<std::string> anchors;
    std::map<std::string, int> seen;
    bool fenced = false;
    for (const auto line : Lines(markdown)) {
        fenced = StartsWith(line, "```") ? !fenced : fenced;
        const auto text = line.find_first_not_of('#');
        if (fenced || text == 0 || text == std::string_view::npos || line[text] != ' ') {
            continue;
        }
        std::string anchor;
        for (const char c : line.substr(text + 1)) {
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c & 0x80) != 0) {
                anchor += c;
            } else if (c >= 'A' && c <= 'Z') {
                anchor += static_cast<char>(c - 'A' + 'a');
            } else if (c == ' ') {
                anchor += '-';
            }
        }
        const int count = seen[anchor]++;
        anchors.push_back(count == 0 ? anchor : anchor + "-" + std::to_string(count));
    }
    return anchors;
}

Complaints CheckLinks(const SourceTree& tree) {
    Complaints complaints;
    for (const auto& file : tree) {
        if (!EndsWith(file.path, ".md")) {
            continue;
        }
        for (const auto& link : LinksIn(file.text)) {
            if (LeadsOutside(link.target)) {
                continue;
            }
            const auto hash = link.target.find('#');
            const std::string target = link.target.substr(0, hash);
            const std::string path = target.empty() ? file.path : Resolve(file.path, target);
            if (path.empty() || !HasFileOrFolder(tree, path)) {
                complaints.push_back(Complaint(file, link.line, "the link to " + link.target + " leads nowhere"));
                continue;
            }
            const SourceFile* other = FindFile(tree, path);
            if (hash == std::string::npos || other == nullptr || !EndsWith(path, ".md")) {
                continue;
            }
            const auto anchors = AnchorsIn(other->text);
            if (std::find(anchors.begin(), anchors.end(), link.target.substr(hash + 1)) == anchors.end()) {
                complaints.push_back(
                    Complaint(file, link.line, path + " has no heading for " + link.target.substr(hash)));
            }
        }
    }
    return complaints;
}

Complaints CheckLengths(const SourceTree& tree, std::string_view list, std::size_t most) {
    std::set<std::string, std::less<>> listed;
    for (const auto line : Lines(list)) {
        if (!line.empty() && line.front() != '#') {
            listed.emplace(line.substr(0, line.find(' ')));
        }
    }
    Complaints complaints;
    for (const auto& file : tree) {
        if (!IsCpp(file.path) && !EndsWith(file.path, ".sql") && file.path.find('.') != std::string::npos) {
            continue;
        }
        const auto length = Lines(file.text).size();
        const auto found = listed.find(file.path);
        if (length > most && found == listed.end()) {
            complaints.push_back(Complaint(file, most + 1,
                                           std::to_string(length) + " lines, at most " + std::to_string(most) +
                                               ": two files are easier to find one's way in; where that is not so, "
                                               "give the reason in tests/lint/long_files.txt"));
        }
        if (found != listed.end()) {
            if (length <= most) {
                complaints.push_back(Complaint(file, 1, "short again: take it out of tests/lint/long_files.txt"));
            }
            listed.erase(found);
        }
    }
    for (const auto& path : listed) {
        complaints.push_back("tests/lint/long_files.txt: " + path + " is gone: take it out");
    }
    return complaints;
}

}  // namespace lint
