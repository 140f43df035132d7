#include "controller/tracker/lint.hpp"

#include "controller/tracker/lint_report.hpp"

namespace tracker {
namespace {

std::vector<PacketFacts> GatherAll(const Document& document) {
    std::vector<PacketFacts> all;
    for (const BoardRow& row : document.board) {
        all.push_back(GatherFacts(document, document.FindPacket(row.id), &row));
    }
    for (const Packet& packet : document.packets) {
        if (document.FindRow(packet.id) == nullptr) {
            all.push_back(GatherFacts(document, &packet, nullptr));
        }
    }
    return all;
}

/// A packet is what its own checklist and evidence show, never more than it claims.
Status StandsAt(const PacketFacts& facts, std::size_t contradictions) {
    const Status claimed = facts.row != nullptr ? facts.row->status.value_or(Status::kNotStarted) : Status::kNotStarted;
    const bool blocked = std::any_of(facts.commands.begin(), facts.commands.end(),
                                     [](const CommandRun& run) { return run.trouble == "blocked"; });
    if (claimed == Status::kDone) {
        if (contradictions == 0 && facts.ClaimsApproved()) {
            return Status::kDone;
        }
        return blocked ? Status::kBlocked : Status::kChangesRequested;
    }
    if (claimed == Status::kNotStarted && std::any_of(facts.boxes.begin(), facts.boxes.end(),
                                                      [](const Box* box) { return box->tick == Tick::kTicked; })) {
        return Status::kInProgress;
    }
    return claimed;
}

StandingRow StandOf(const PacketFacts& facts, const std::vector<Breach>& breaches) {
    StandingRow row;
    row.id = facts.id;
    row.line = facts.line;
    row.title = facts.row != nullptr && !facts.row->title.empty() ? facts.row->title
                : facts.packet != nullptr                         ? facts.packet->title
                                                                  : std::string();
    if (facts.row != nullptr) {
        row.claimed = facts.row->status;
        row.claimed_review = facts.row->review;
    }
    row.boxes = facts.boxes.size();
    row.ticked = static_cast<std::size_t>(std::count_if(facts.boxes.begin(), facts.boxes.end(),
                                                        [](const Box* box) { return box->tick == Tick::kTicked; }));
    row.commands = facts.commands.size();
    for (const CommandRun& run : facts.commands) {
        const bool zero = !run.exit_codes.empty() &&
                          std::all_of(run.exit_codes.begin(), run.exit_codes.end(), [](int code) { return code == 0; });
        row.commands_with_exit_zero += zero && run.ticked ? 1 : 0;
    }
    row.checkpoint = facts.checkpoint;
    row.contradictions = static_cast<std::size_t>(std::count_if(breaches.begin(), breaches.end(), [&](const Breach& b) {
        return b.packet == facts.id && b.severity != Severity::kDoubt;
    }));
    row.stands = StandsAt(facts, row.contradictions);
    return row;
}

}  // namespace

Judgement LintTracker(const Document& document, std::optional<platform::Date> today) {
    Report report;
    LintLayout(document, report);
    Judgement judgement;
    if (document.entries.empty()) {
        judgement.breaches = report.Take();
        return judgement;
    }
    const std::vector<PacketFacts> packets = GatherAll(document);
    LintBoard(document, packets, report);
    for (const PacketFacts& facts : packets) {
        LintBoxes(facts, report);
        LintTests(facts, report);
        LintReview(facts, report);
        LintCheckpoint(facts, packets, report);
    }
    LintClaims(document, packets, report);
    LintDates(document, today, report);
    LintThresholds(document, report);
    judgement.left_out = report.LeftOut();
    judgement.breaches = report.Take();
    for (const PacketFacts& facts : packets) {
        judgement.board.push_back(StandOf(facts, judgement.breaches));
    }
    return judgement;
}

bool HasContradictions(const Judgement& judgement) {
    return std::any_of(judgement.breaches.begin(), judgement.breaches.end(),
                       [](const Breach& breach) { return breach.severity != Severity::kDoubt; });
}

}  // namespace tracker
