// Single items of a memo's lists: a box, a risk, "None". Internal to controller/render; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/render/memo_lines.hpp"
#include "controller/render/memo_parse.hpp"

namespace render {

/// "None", "N/A", "no known risks".
bool SaysNone(std::string_view text);

/// "Risk: Rationale", "Risk - Rationale", table cells.
ParsedRisk SplitRisk(std::string_view text, int line);

/// What stands beside the template's words: the bracket, or what follows the title.
std::string BoxDetail(const std::string& text, std::optional<BoxKey> key);

/// "All channel durations met: yes", for those who have no boxes.
std::optional<Tick> TickInWords(std::string_view text);

/// A table's first row: "Name | Role | Date".
bool IsTableHead(const MemoLine& line);

}  // namespace render
