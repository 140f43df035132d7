// Between a tracker's text and a programme that is kept elsewhere: what the text plans, the text of a plan, and the
// text brought to the state that was reached. Value types; pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/tracker/document.hpp"

namespace tracker {

enum class BoxUse : std::uint8_t { kWork, kTest, kEvidence };

/// A box that somebody has to tick or a command that has to run. Gates, verdicts and statements about exit codes are
/// the review's and are none.
struct PlannedBox {
    BoxUse use = BoxUse::kWork;
    std::string heading;
    std::string text;  // of a test: the command
    bool ticked = false;
    std::size_t entry = 0;
};

struct PlannedPacket {
    std::string id;
    std::string title;
    int line = 0;
    std::vector<PlannedBox> boxes;
};

struct PlannedMilestone {
    std::string label;
    std::vector<std::string> packets;
    int line = 0;
};

struct Plan {
    std::string title;
    std::vector<PlannedPacket> packets;  // in the order of the board, those without a row after it
    std::vector<PlannedMilestone> milestones;
    std::vector<std::string> definition_of_done;  // the list below a heading of that name
};

Plan PlanOf(const Document& document);

/// A tracker for the plan in which nothing has been done yet. PlanOf(ReadTracker(...)) is the plan again.
std::string ComposeTracker(const Plan& plan);

struct BoxState {
    std::string text;  // as in PlanOf; of several with one text, the first goes with the first
    bool ticked = false;
    std::optional<std::int64_t> exit_code;  // of a test's last run
};

struct GateState {
    std::string mark;  // "PASS"
    std::string reason;
};

struct PacketState {
    std::string id;
    Status status = Status::kNotStarted;
    Review review = Review::kNone;
    std::string implementer;
    std::string reviewer;
    std::optional<std::string> checkpoint;
    std::vector<BoxState> boxes;
    std::optional<std::array<GateState, 3>> gates;  // of the last review
    std::string findings;                           // of a review that asked for changes
};

struct State {
    platform::Date last_updated{};
    std::vector<PacketState> packets;
    std::vector<std::string> reached;  // labels of milestones
};

/// The same layout, brought to this state: board, boxes, exit codes, gates, verdicts, checkpoints, milestones and the
/// day of the last update. What people wrote beside that stays as it is.
std::string BringUpToDate(const Document& document, const State& state);

}  // namespace tracker
