// The parts of a tracker's lines: bullets, boxes, headings, rows of the board. Internal to controller/tracker; pure;
// linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/tracker/document.hpp"

namespace tracker {

std::size_t IndentOf(std::string_view line);

/// The bullet at the beginning of `text`, "-" or "3."; `rest` is what follows it. Empty when there is none.
std::string TakeBullet(std::string_view text, std::string_view& rest);

/// Fills the entry; false when the line is no box.
bool ReadBox(std::string_view line, Entry& entry);
bool ReadHeading(std::string_view line, Entry& entry);

/// Cells of a table row; `\|` is a bar within one.
std::vector<std::string> CellsOf(std::string_view line);
bool IsRuleOfTable(const std::vector<std::string>& cells);

enum class Column : std::uint8_t { kPacket, kTitle, kStatus, kImplementer, kReviewer, kReview, kEvidence, kOther };

/// The columns when the row is the head of a board; empty when it is not.
std::vector<Column> BoardHead(const std::vector<std::string>& cells);
BoardRow ReadRow(const std::vector<std::string>& cells, const std::vector<Column>& columns, int line,
                 std::size_t entry);

/// "Packet 03 Checklist: Title"; false when the heading is none of a packet.
bool ReadPacketHeading(std::string_view heading, Packet& packet);
SectionKind KindOf(std::string_view heading);

/// "Packets 00-07: DONE", "M1 complete when Packets 00-02 are approved": goes to the document's claims or milestones.
void ReadClaim(std::string_view text, int line, std::optional<Tick> tick, Document& document);

}  // namespace tracker
