// What demo/run printed, cut into steps: each command line as somebody gave it, and what it answered.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

struct Step {
    std::string who;
    std::string command;  // without "portcullis"
    std::vector<std::string> answer;

    /// How often each finding is named, as "CLS-4 (pending)", "EXP-7", "doubt EXP-6".
    std::map<std::string, int> Findings() const;
    /// The same of `memo lint`, as "line 14: CHN-2 (contradiction)".
    std::map<std::string, int> LintFindings() const;
    bool Says(std::string_view text) const;
    /// The rows of the table in the answer that has a column `key`, by what stands there: the cells by their titles. A
    /// table's further columns are no business of who reads some of them. Empty when there is no such table.
    std::map<std::string, std::map<std::string, std::string>> Rows(std::string_view key) const;
};

std::vector<Step> ReadTranscript(const std::string& output);

/// The first step of `who` whose command begins so; throws std::runtime_error when there is none.
const Step& Find(const std::vector<Step>& steps, std::string_view who, std::string_view command);

}  // namespace e2e
