// Small readings of a tracker's sentences: words, exit codes, commit hashes, dates, what says that a test did not pass.
// Internal to controller/tracker; pure; thread safe; linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/tracker/document.hpp"

namespace tracker {

/// Runs of letters, digits and bytes above ASCII, lower case. Views would not do: they are lowered.
std::vector<std::string> WordsOf(std::string_view text);

bool HasWord(const std::vector<std::string>& words, std::string_view word);

/// `a`, `` b`c ``: the texts between code marks, in order.
std::vector<std::string> CodeSpans(std::string_view text);
/// The text with its code spans left out.
std::string WithoutCode(std::string_view text);
/// The command that a box is about: the code span it begins with. Empty when it begins otherwise.
std::string LeadingCommand(std::string_view text);

/// Every "exit 0", "exit code: 2", "exited with 1", "rc=0" of the text, outside of code.
std::vector<int> ExitCodes(std::string_view text);

/// The first word that says that something did not pass, was not run or was cut ("BLOCKED", "timed out"), unless it is
/// denied beside it ("no failures", "0 failed"). Empty when there is none.
std::string TroubleIn(std::string_view text);

/// A commit hash: 7 to 40 hex digits with a digit among them, in code, or after a word that announces one.
std::optional<std::string> CommitHash(std::string_view text);

/// 2026-02-08 anywhere in the text; impossible dates have no date.
std::optional<StatedDate> DateIn(std::string_view text, int line);

/// The rest of "Label: rest", whatever the case of the label and marks of emphasis or a list before it.
std::optional<std::string> AfterLabel(std::string_view text, std::string_view label);

/// Without bullets, emphasis and surrounding spaces.
std::string Bare(std::string_view text);

/// "00" and "0" are one packet, "A" and "a" too.
bool SameId(std::string_view a, std::string_view b);

}  // namespace tracker
