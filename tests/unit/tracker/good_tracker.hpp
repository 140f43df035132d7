// A tracker that keeps every rule, and ways to spoil it. The text is ours; the layout is that of any tracker.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/tracker/lint.hpp"

namespace tracker {

std::string GoodTracker();

/// The text with its first `from` replaced; the test fails when it is not there.
std::string Replaced(std::string text, std::string_view from, std::string_view to);

/// As an editor counts; 0 and a failed test when it is not there.
int LineOf(std::string_view text, std::string_view part);

/// "PKT-1 done_with_open_box 14 03": rule, code, line, packet of each breach.
std::vector<std::string> BreachesOf(std::string_view text);

/// The only breach of the text, in the same form; the test fails when there are more or none.
std::string OnlyBreachOf(std::string_view text);

}  // namespace tracker
