// Holds a tracker to its own rules (PKT-1 to PKT-7) and shows the board as it really stands.
//
// A contradiction is something that cannot be true as written, or that a rule forbids; a doubt is something a reader
// should ask about; unreadable is what could not be judged. A tracker that keeps its rules gives an empty list. Nothing
// about a tracker ever throws. Pure; thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/tracker/document.hpp"
#include "platform/base/enum_text.hpp"

namespace tracker {

enum class Severity : std::uint8_t { kContradiction, kDoubt, kUnreadable };

struct Breach {
    std::string_view rule;  // "PKT-3", "OBS-5": static storage
    std::string_view code;  // stable word for this kind of breach; static storage
    int line = 0;           // of the tracker; of something missing: where it would be looked for
    Severity severity = Severity::kContradiction;
    std::string packet;  // empty: about the whole
    std::string message;
    std::string remedy;
};

/// What a packet's row of the board would be if it were written from the packet.
struct StandingRow {
    std::string id;
    std::string title;
    std::optional<Status> claimed;
    std::optional<Review> claimed_review;
    Status stands = Status::kNotStarted;
    std::size_t boxes = 0;
    std::size_t ticked = 0;
    std::size_t commands = 0;
    std::size_t commands_with_exit_zero = 0;
    std::optional<std::string> checkpoint;
    std::size_t contradictions = 0;
    int line = 0;
};

struct Judgement {
    std::vector<Breach> breaches;    // by line, then rule and code
    std::vector<StandingRow> board;  // in the order of the board, packets without a row after it
    std::size_t left_out = 0;        // breaches beyond what is listed
};

/// `today`: dates after it are breaches; without it no date is too late.
Judgement LintTracker(const Document& document, std::optional<platform::Date> today = std::nullopt);

/// Whether something in it must be put right before the board can be believed; doubts alone do not count.
bool HasContradictions(const Judgement& judgement);

}  // namespace tracker

namespace platform {

template <>
struct EnumNames<tracker::Severity> {
    static constexpr std::array<EnumName<tracker::Severity>, 3> kNames{
        {{tracker::Severity::kContradiction, "contradiction"},
         {tracker::Severity::kDoubt, "doubt"},
         {tracker::Severity::kUnreadable, "unreadable"}}};
};

}  // namespace platform
