#include "tests/e2e/transcript.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace e2e {
namespace {

bool IsRuleId(std::string_view word) {
    const std::size_t dash = word.find('-');
    return dash == 3 && std::all_of(word.begin(), word.begin() + 3, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
           word.size() > 4 && std::all_of(word.begin() + 4, word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The head of a finding's line, up to its colon: "doubt EXP-6", "CLS-4 (pending)"; empty when it is no finding.
std::string FindingHead(std::string_view line) {
    const std::size_t end = line.find(": ");
    if (!line.starts_with("      ") || line.starts_with("       ") || end == std::string_view::npos) {
        return {};
    }
    const std::string_view head = line.substr(6, end - 6);
    const std::string_view rule = head.starts_with("doubt ") ? head.substr(6) : head;
    return IsRuleId(rule.substr(0, rule.find(' '))) ? std::string(head) : std::string();
}

/// "line 14: CHN-2 (contradiction)"; empty when it is no finding of the lint.
std::string LintHead(std::string_view line) {
    constexpr std::string_view kBegin = "    line ";
    if (!line.starts_with(kBegin)) {
        return {};
    }
    const std::size_t rule = line.find(": ");
    const std::size_t end = rule == std::string_view::npos ? rule : line.find("): ", rule);
    if (end == std::string_view::npos || !IsRuleId(line.substr(rule + 2, line.find(' ', rule + 2) - rule - 2))) {
        return {};
    }
    return std::string(line.substr(4, end + 1 - 4));
}

/// The cells of a line of a table: two spaces or more are between them, one at most within.
std::vector<std::string> CellsOf(const std::string& line) {
    std::vector<std::string> cells;
    for (std::size_t at = line.find_first_not_of(' '); at != std::string::npos;) {
        const std::size_t end = std::min(line.find("  ", at), line.find_last_not_of(' ') + 1);
        cells.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(' ', end);
    }
    return cells;
}

template <typename HeadOf>
std::map<std::string, int> CountHeads(const std::vector<std::string>& lines, HeadOf&& head_of) {
    std::map<std::string, int> counts;
    for (const std::string& line : lines) {
        if (const std::string head = head_of(line); !head.empty()) {
            ++counts[head];
        }
    }
    return counts;
}

}  // namespace

std::map<std::string, int> Step::Findings() const {
    return CountHeads(answer, FindingHead);
}

std::map<std::string, int> Step::LintFindings() const {
    return CountHeads(answer, LintHead);
}

bool Step::Says(std::string_view text) const {
    return std::any_of(answer.begin(), answer.end(),
                       [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

std::map<std::string, std::map<std::string, std::string>> Step::Rows(std::string_view key) const {
    std::map<std::string, std::map<std::string, std::string>> rows;
    std::vector<std::string> titles;
    std::ptrdiff_t key_at = 0;
    for (const std::string& line : answer) {
        const std::vector<std::string> cells = CellsOf(line);
        if (titles.empty()) {
            key_at = std::find(cells.begin(), cells.end(), key) - cells.begin();
            titles = key_at == static_cast<std::ptrdiff_t>(cells.size()) ? titles : cells;
            continue;
        }
        if (cells.size() != titles.size()) {
            break;
        }
        std::map<std::string, std::string>& row = rows[cells[static_cast<std::size_t>(key_at)]];
        for (std::size_t column = 0; column < cells.size(); ++column) {
            row[titles[column]] = cells[column];
        }
    }
    return rows;
}

std::vector<Step> ReadTranscript(const std::string& output) {
    constexpr std::string_view kCommand = "] $ portcullis ";
    std::vector<Step> steps;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t at = line.find(kCommand);
        if (line.starts_with('[') && at != std::string::npos) {
            steps.push_back({line.substr(1, at - 1), line.substr(at + kCommand.size()), {}});
        } else if (!steps.empty() && line.starts_with("    ")) {
            steps.back().answer.push_back(line);
        }
    }
    return steps;
}

const Step& Find(const std::vector<Step>& steps, std::string_view who, std::string_view command) {
    const auto found = std::find_if(steps.begin(), steps.end(), [&](const Step& step) {
        return step.who == who && step.command.starts_with(command);
    });
    if (found == steps.end()) {
        throw std::runtime_error("no step of " + std::string(who) + " begins with: " + std::string(command));
    }
    return *found;
}

}  // namespace e2e
