#include "controller/tracker/lint_report.hpp"
#include "controller/tracker/words.hpp"

namespace tracker {
namespace {

constexpr int kGates = 3;

bool TestsHold(const PacketFacts& facts) {
    return std::all_of(facts.commands.begin(), facts.commands.end(), [](const CommandRun& run) {
        return run.ticked && run.trouble.empty() &&
               std::all_of(run.exit_codes.begin(), run.exit_codes.end(), [](int code) { return code == 0; });
    });
}

void LintGates(const PacketFacts& facts, Report& report) {
    std::vector<int> seen(kGates, 0);
    for (const Gate& gate : facts.gates) {
        const std::string name = "P" + std::to_string(gate.number);
        if (++seen[static_cast<std::size_t>(gate.number)] == 2) {
            report.Contradiction("PKT-2", "gate_twice", gate.line, facts.id,
                                 {"The gate " + name + " of packet " + facts.id + " is there more than once.",
                                  "Keep the line that holds."});
        }
        if (gate.tick == Tick::kTicked && gate.result == GateResult::kNone) {
            report.Contradiction("PKT-2", "gate_without_result", gate.line, facts.id,
                                 {"The gate " + name + " is ticked without saying PASS or FAIL.",
                                  "Write the result behind the gate: " + name + " PASS."});
        }
        if (gate.result == GateResult::kNotApplicable && gate.number != 1) {
            report.Contradiction(
                "PKT-2", "gate_always_applies", gate.line, facts.id,
                {"The gate " + name + " is said not to apply; only P1 may be N/A.", "Judge it: PASS or FAIL."});
        } else if (gate.result == GateResult::kNotApplicable && !gate.has_reason) {
            report.Contradiction("PKT-2", "gate_without_reason", gate.line, facts.id,
                                 {"P1 is said not to apply, without a reason.", "Write why: P1 N/A (reason)."});
        }
        if (gate.result == GateResult::kFail && facts.Closed()) {
            report.Contradiction("PKT-4", "closed_over_gate", gate.line, facts.id,
                                 {"Packet " + facts.id + " is closed although its gate " + name + " says FAIL.",
                                  "A failed review is CHANGES_REQUESTED, with findings."});
        }
        if (gate.number == 0 && gate.result == GateResult::kPass && gate.tick == Tick::kTicked && !TestsHold(facts)) {
            report.Contradiction("PKT-3", "gate_passed_over_test", gate.line, facts.id,
                                 {"P0 says PASS although a required test of packet " + facts.id + " has not passed.",
                                  "P0 passes when every command has run to its end, with output and exit code 0."});
        }
    }
    if (facts.ClaimsApproved() && facts.packet != nullptr) {
        for (int number = 0; number < kGates; ++number) {
            if (seen[static_cast<std::size_t>(number)] == 0) {
                report.Contradiction(
                    "PKT-2", "gate_missing", facts.packet->line, facts.id,
                    {"Packet " + facts.id + " is approved without a result for P" + std::to_string(number) + ".",
                     "The reviewer records P0, P1 and P2."});
            }
        }
    }
}

bool SamePerson(std::string_view a, std::string_view b) {
    return WordsOf(a) == WordsOf(b) && !WordsOf(a).empty();
}

void LintPeople(const PacketFacts& facts, Report& report) {
    if (facts.row == nullptr) {
        return;
    }
    const bool nobody = WordsOf(facts.row->reviewer).empty();
    if (facts.ClaimsApproved() && nobody) {
        report.Contradiction("PKT-2", "no_reviewer", facts.row->line, facts.id,
                             {"Packet " + facts.id + " is approved, but the board names no reviewer.",
                              "Name the person who reviewed it."});
    }
    if (SamePerson(facts.row->reviewer, facts.row->implementer)) {
        report.Contradiction(
            "PKT-2", "reviewer_is_implementer", facts.row->line, facts.id,
            {Quoted(facts.row->reviewer) + " is both implementer and reviewer of packet " + facts.id + ".",
             "Somebody else reviews it."});
    }
}

void LintVerdicts(const PacketFacts& facts, Report& report) {
    for (const Verdict& verdict : facts.verdicts) {
        if (verdict.tick == Tick::kTicked && !verdict.review) {
            report.Contradiction(
                "PKT-2", "verdict_without_word", verdict.line, facts.id,
                {"A verdict is said to be recorded, but none of APPROVED, CHANGES_REQUESTED and BLOCKED "
                 "stands there.",
                 "Write the verdict: `APPROVED`."});
        }
        if (verdict.tick == Tick::kTicked && verdict.review && facts.row != nullptr && facts.row->review &&
            facts.row->review != verdict.review) {
            report.Contradiction("PKT-4", "verdict_against_board", verdict.line, facts.id,
                                 {"The checklist says " + std::string(platform::EnumText(*verdict.review)) +
                                      ", the board says " + std::string(platform::EnumText(*facts.row->review)) + ".",
                                  "Write the reviewer's last verdict in both places."});
        }
        const bool gate_open = std::any_of(facts.gates.begin(), facts.gates.end(),
                                           [](const Gate& gate) { return gate.tick != Tick::kTicked; });
        if (verdict.tick == Tick::kTicked && verdict.review == Review::kApproved && gate_open) {
            report.Contradiction("PKT-4", "verdict_over_open_gate", verdict.line, facts.id,
                                 {"The verdict is APPROVED while a review gate of packet " + facts.id + " is open.",
                                  "Judge every gate first."});
        }
    }
    const bool recorded = std::any_of(facts.verdicts.begin(), facts.verdicts.end(),
                                      [](const Verdict& verdict) { return verdict.tick == Tick::kTicked; });
    if (facts.row != nullptr && facts.row->review == Review::kApproved && facts.packet != nullptr && !recorded) {
        report.Contradiction(
            "PKT-2", "verdict_not_recorded", facts.row->line, facts.id,
            {"The board says that packet " + facts.id + " is approved; its checklist records no verdict.",
             "Tick the verdict in the review gates, or take the approval back."});
    }
}

bool HasFindings(const PacketFacts& facts) {
    for (const Section& section : facts.packet->sections) {
        if (HasWord(WordsOf(section.heading), "findings") && (!section.prose.empty() || !section.boxes.empty())) {
            return true;
        }
        for (const Line& line : section.prose) {
            const std::vector<std::string> words = WordsOf(line.text);
            if (HasWord(words, "finding") || HasWord(words, "findings")) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

void LintBoxes(const PacketFacts& facts, Report& report) {
    for (std::size_t i = 0; i < facts.boxes.size(); ++i) {
        const Box& box = *facts.boxes[i];
        if (box.tick == Tick::kUnclear) {
            report.Contradiction("PKT-1", "box_unclear", box.line, facts.id,
                                 {"A box is neither open nor ticked: " + Quoted(box.text) + ".", "Write [ ] or [x]."});
        } else if (box.tick == Tick::kOpen && facts.ClaimsDone()) {
            report.Contradiction("PKT-1", "done_with_open_box", box.line, facts.id,
                                 {"Packet " + facts.id + " is called done with an open box: " + Quoted(box.text) + ".",
                                  "Do what the box says and tick it, or take DONE back."});
        } else if (box.tick == Tick::kTicked) {
            for (std::size_t j = i + 1; j < facts.boxes.size() && facts.boxes[j]->indent > box.indent; ++j) {
                if (facts.boxes[j]->tick != Tick::kTicked) {
                    report.Contradiction("PKT-1", "ticked_over_open_box", box.line, facts.id,
                                         {"A box is ticked while one below it, in line " +
                                              std::to_string(facts.boxes[j]->line) + ", is open.",
                                          "Tick it when everything that belongs to it is done."});
                    break;
                }
            }
        }
    }
    if (facts.ClaimsDone() && facts.boxes.empty()) {
        report.Contradiction("PKT-1", "done_without_checklist", facts.line, facts.id,
                             {"Packet " + facts.id + " is called done and has no checklist.",
                              "Write the packet's boxes down and tick what is done."});
    }
}

void LintReview(const PacketFacts& facts, Report& report) {
    LintGates(facts, report);
    LintVerdicts(facts, report);
    LintPeople(facts, report);
    if (facts.row == nullptr) {
        return;
    }
    if (facts.ClaimsDone() && facts.row->review && facts.row->review != Review::kApproved) {
        report.Contradiction("PKT-2", "done_not_approved", facts.row->line, facts.id,
                             {"Packet " + facts.id + " is called done, but its review says " +
                                  std::string(platform::EnumText(*facts.row->review)) + ".",
                              "A packet is done when its reviewer has approved it."});
    }
    if (facts.row->review == Review::kApproved && facts.row->status && facts.row->status != Status::kDone) {
        report.Doubt("PKT-1", "approved_not_done", facts.row->line, facts.id,
                     {"Packet " + facts.id + " is approved, but its status is " +
                          std::string(platform::EnumText(*facts.row->status)) + ".",
                      "Say what is still missing, or move it to DONE."});
    }
    const bool sent_back =
        facts.row->review == Review::kChangesRequested || facts.row->status == Status::kChangesRequested;
    if (!sent_back || facts.packet == nullptr) {
        return;
    }
    if (!HasFindings(facts)) {
        report.Contradiction("PKT-4", "changes_without_findings", facts.row->line, facts.id,
                             {"Changes were requested for packet " + facts.id + ", but no findings are written down.",
                              "Add the findings to the packet."});
    }
    const bool all_ticked = !facts.boxes.empty() && std::all_of(facts.boxes.begin(), facts.boxes.end(),
                                                                [](const Box* b) { return b->tick == Tick::kTicked; });
    if (all_ticked) {
        report.Contradiction("PKT-4", "changes_with_closed_checklist", facts.row->line, facts.id,
                             {"Changes were requested for packet " + facts.id + ", but every box of it is ticked.",
                              "Keep the checklist open until the findings are put right."});
    }
}

void LintCheckpoint(const PacketFacts& facts, const std::vector<PacketFacts>& packets, Report& report) {
    if (!facts.ClaimsApproved() || facts.checkpoint) {
        return;
    }
    std::string next;
    bool after = false;
    for (const PacketFacts& other : packets) {
        if (after && other.row != nullptr && other.row->status && other.row->status != Status::kNotStarted) {
            next = other.id;
            break;
        }
        after = after || &other == &facts;
    }
    report.Contradiction("PKT-6", "checkpoint_missing", facts.line, facts.id,
                         {"Packet " + facts.id + " is approved without the hash of a checkpoint commit" +
                              (next.empty() ? std::string(".") : ", and packet " + next + " was begun after it."),
                          "Make the commit and record its hash in the packet's evidence."});
}

}  // namespace tracker
