// A progress tracker as text in a known layout: a board of packets, a checklist for each, rules, a hand-over.
//
// Two views of the same thing. `entries` is every line in order, so that writing gives everything back; the packets,
// the board and the dates point into it. Reading never fails: what is there is kept with its line number, what could
// not be read stands in `problems`, and LintTracker (controller/tracker/lint.hpp) says what it means. Value types;
// pure; thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"

namespace tracker {

struct Limits {
    std::size_t max_bytes = std::size_t{1024} * 1024;
    std::size_t max_lines = 20'000;
    std::size_t max_packets = 500;
};

enum class Tick : std::uint8_t { kOpen, kTicked, kUnclear };

enum class EntryKind : std::uint8_t { kProse, kHeading, kBox, kTableRow, kTableRule };

struct Entry {
    EntryKind kind = EntryKind::kProse;
    int line = 0;                    // as an editor counts; 0: not read from a text
    int level = 0;                   // of a heading
    std::size_t indent = 0;          // of a box
    Tick tick = Tick::kOpen;         // of a box
    std::string mark;                // what stands between the brackets when it is unclear
    std::string bullet;              // of a box: "-", or "3."
    std::string text;                // of a heading or a box without its marks; a line of prose as it is
    std::vector<std::string> cells;  // of a row of the board
};

/// A box with everything that belongs to it: lines that go on below it are part of its text.
struct Box {
    Tick tick = Tick::kOpen;
    std::string text;
    std::size_t indent = 0;
    int line = 0;
    std::size_t entry = 0;  // in Document::entries
};

struct Line {
    std::string text;
    int line = 0;
};

enum class SectionKind : std::uint8_t { kWork, kTests, kEvidence, kGates, kResidual, kNotes };

/// What stands below one heading of a packet; the first has no heading.
struct Section {
    SectionKind kind = SectionKind::kWork;
    std::string heading;
    int line = 0;
    std::vector<Box> boxes;
    std::vector<Line> prose;  // without empty lines
};

struct Packet {
    std::string id;  // "03"
    std::string title;
    int line = 0;
    std::size_t first_entry = 0;  // its heading
    std::size_t end_entry = 0;    // one past its last line
    std::vector<Section> sections;
};

enum class Status : std::uint8_t { kNotStarted, kInProgress, kInReview, kChangesRequested, kBlocked, kDone };
enum class Review : std::uint8_t { kNone, kInReview, kApproved, kChangesRequested, kBlocked };

struct BoardRow {
    std::string id;
    std::string title;
    std::string status_text;
    std::optional<Status> status;  // none: a word that is not known
    std::string implementer;
    std::string reviewer;
    std::string review_text;
    std::optional<Review> review;
    std::string evidence;
    int line = 0;
    std::size_t entry = 0;
};

/// A date that the text states, impossible ones included.
struct StatedDate {
    std::optional<platform::Date> date;
    std::string text;
    int line = 0;
};

/// "Packets 00-07: DONE/APPROVED": what a hand-over or a milestone says of several packets.
struct GroupClaim {
    std::string label;             // "M1", or empty
    std::vector<std::string> ids;  // as written; a range is resolved when judged
    bool range = false;            // ids are its two ends
    std::optional<Status> status;
    std::optional<Review> review;
    bool ticked = false;  // of a milestone's box
    int line = 0;
};

/// What could not be read. `code` is a stable word.
struct Problem {
    std::string_view code;
    int line = 0;
    std::string text;
};

struct Document {
    std::vector<Entry> entries;
    std::string title;
    std::vector<BoardRow> board;
    int board_line = 0;  // 0: there is none
    std::vector<Packet> packets;
    std::vector<StatedDate> dates;         // "Date: ..."
    std::vector<StatedDate> last_updated;  // "Last updated: ..."
    std::vector<GroupClaim> claims;
    std::vector<GroupClaim> milestones;
    std::vector<Problem> problems;

    const BoardRow* FindRow(std::string_view id) const;
    const Packet* FindPacket(std::string_view id) const;
};

Document ReadTracker(std::string_view text, const Limits& limits = {});

/// The text of the layout. What ReadTracker does not understand comes out as it went in; line ends, trailing spaces and
/// the ways of writing a box or a table row are made one. WriteTracker(ReadTracker(WriteTracker(d))) is
/// WriteTracker(d).
std::string WriteTracker(const Document& document);

/// "IN_REVIEW", "In review", "in-review" are one; none when the word is no status.
std::optional<Status> ReadStatus(std::string_view text);
std::optional<Review> ReadReview(std::string_view text);

}  // namespace tracker

namespace platform {

template <>
struct EnumNames<tracker::Tick> {
    static constexpr std::array<EnumName<tracker::Tick>, 3> kNames{
        {{tracker::Tick::kOpen, "open"}, {tracker::Tick::kTicked, "ticked"}, {tracker::Tick::kUnclear, "unclear"}}};
};
template <>
struct EnumNames<tracker::SectionKind> {
    static constexpr std::array<EnumName<tracker::SectionKind>, 6> kNames{
        {{tracker::SectionKind::kWork, "work"},
         {tracker::SectionKind::kTests, "tests"},
         {tracker::SectionKind::kEvidence, "evidence"},
         {tracker::SectionKind::kGates, "gates"},
         {tracker::SectionKind::kResidual, "residual"},
         {tracker::SectionKind::kNotes, "notes"}}};
};
template <>
struct EnumNames<tracker::Status> {
    static constexpr std::array<EnumName<tracker::Status>, 6> kNames{
        {{tracker::Status::kNotStarted, "NOT_STARTED"},
         {tracker::Status::kInProgress, "IN_PROGRESS"},
         {tracker::Status::kInReview, "IN_REVIEW"},
         {tracker::Status::kChangesRequested, "CHANGES_REQUESTED"},
         {tracker::Status::kBlocked, "BLOCKED"},
         {tracker::Status::kDone, "DONE"}}};
};
template <>
struct EnumNames<tracker::Review> {
    static constexpr std::array<EnumName<tracker::Review>, 5> kNames{
        {{tracker::Review::kNone, "NONE"},
         {tracker::Review::kInReview, "IN_REVIEW"},
         {tracker::Review::kApproved, "APPROVED"},
         {tracker::Review::kChangesRequested, "CHANGES_REQUESTED"},
         {tracker::Review::kBlocked, "BLOCKED"}}};
};

}  // namespace platform
