// The parts of LintTracker and what they share. Internal to controller/tracker.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "controller/tracker/lint.hpp"
#include "platform/base/text.hpp"

namespace tracker {

inline constexpr std::size_t kMaxBreaches = 2'000;

/// What one command of a packet's tests came to, by what the packet says of it.
struct CommandRun {
    std::string command;
    bool ticked = false;
    std::vector<int> exit_codes;  // everything the packet records for it
    std::string trouble;          // "blocked": what says that it did not pass
    int line = 0;
};

enum class GateResult : std::uint8_t { kNone, kPass, kFail, kNotApplicable };

struct Gate {
    int number = 0;  // 0 to 2
    GateResult result = GateResult::kNone;
    bool has_reason = false;
    Tick tick = Tick::kOpen;
    int line = 0;
};

struct Verdict {
    std::optional<Review> review;
    Tick tick = Tick::kOpen;
    int line = 0;
};

/// A packet with its row of the board and what was read out of its boxes.
struct PacketFacts {
    const Packet* packet = nullptr;  // null: the board names it and nothing else does
    const BoardRow* row = nullptr;   // null: it is not on the board
    std::string id;
    int line = 0;  // of the row, else of the packet
    std::vector<const Box*> boxes;
    std::vector<CommandRun> commands;
    std::vector<const Box*> claims_without_command;  // in the tests, beside the commands
    const Box* exit_codes_claim = nullptr;           // the box that says that all exit codes are recorded
    std::vector<Gate> gates;
    std::vector<Verdict> verdicts;
    std::optional<std::string> checkpoint;

    bool ClaimsDone() const {
        return row != nullptr && row->status == Status::kDone;
    }
    bool ClaimsApproved() const {
        return (row != nullptr && row->review == Review::kApproved) ||
               std::any_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
                   return verdict.tick == Tick::kTicked && verdict.review == Review::kApproved;
               });
    }
    bool Closed() const {
        return ClaimsDone() || ClaimsApproved();
    }
};

/// "P1 PASS (reason)" at the beginning of a box.
std::optional<Gate> ReadGate(const Box& box);
std::optional<Verdict> ReadVerdict(const Box& box);
/// The box that says that all exit codes are recorded.
bool ClaimsExitCodes(const Box& box);

PacketFacts GatherFacts(const Document& document, const Packet* packet, const BoardRow* row);

struct BreachText {
    std::string message;
    std::string remedy;
};

class Report {
public:
    void Contradiction(std::string_view rule, std::string_view code, int line, const std::string& packet,
                       BreachText words) {
        Add(Severity::kContradiction, rule, code, line, packet, std::move(words));
    }
    void Doubt(std::string_view rule, std::string_view code, int line, const std::string& packet, BreachText words) {
        Add(Severity::kDoubt, rule, code, line, packet, std::move(words));
    }
    void Unreadable(std::string_view rule, std::string_view code, int line, const std::string& packet,
                    BreachText words) {
        Add(Severity::kUnreadable, rule, code, line, packet, std::move(words));
    }
    std::vector<Breach> Take() {
        std::stable_sort(breaches_.begin(), breaches_.end(), [](const Breach& a, const Breach& b) {
            return std::tie(a.line, a.rule, a.code) < std::tie(b.line, b.rule, b.code);
        });
        return std::move(breaches_);
    }
    std::size_t LeftOut() const {
        return left_out_;
    }

private:
    void Add(Severity severity, std::string_view rule, std::string_view code, int line, const std::string& packet,
             BreachText words) {
        if (breaches_.size() >= kMaxBreaches) {
            ++left_out_;
            return;
        }
        breaches_.push_back(
            {rule, code, std::max(line, 1), severity, packet, std::move(words.message), std::move(words.remedy)});
    }

    std::vector<Breach> breaches_;
    std::size_t left_out_ = 0;
};

inline std::string Quoted(std::string_view text) {
    return platform::QuoteForMessage(text);
}

// lint_board.cpp: the layout, the board against the checklists, what hand-overs and milestones say
void LintLayout(const Document& document, Report& report);
void LintBoard(const Document& document, const std::vector<PacketFacts>& packets, Report& report);
void LintClaims(const Document& document, const std::vector<PacketFacts>& packets, Report& report);
// lint_packets.cpp: boxes, gates, verdicts, people, checkpoints
void LintBoxes(const PacketFacts& facts, Report& report);
void LintReview(const PacketFacts& facts, Report& report);
void LintCheckpoint(const PacketFacts& facts, const std::vector<PacketFacts>& packets, Report& report);
// lint_tests.cpp: commands, their exit codes and what says that they did not pass
void LintTests(const PacketFacts& facts, Report& report);
// lint_dates.cpp
void LintDates(const Document& document, std::optional<platform::Date> today, Report& report);
// thresholds.cpp: limits whose unit is not what they limit
void LintThresholds(const Document& document, Report& report);

}  // namespace tracker
