#include <map>

#include "controller/tracker/lint_report.hpp"
#include "controller/tracker/words.hpp"

namespace tracker {
namespace {

std::string ProblemText(const Problem& problem) {
    if (problem.code == "too_long") {
        return "The tracker is too long to be read: " + problem.text + ".";
    }
    if (problem.code == "not_text") {
        return "This is no UTF-8 text.";
    }
    if (problem.code == "too_many_lines") {
        return "The tracker has too many lines; what follows was not read.";
    }
    if (problem.code == "too_many_packets") {
        return "The tracker has too many packets; what follows was not read.";
    }
    return "The line is too long to be read.";
}

/// The packets that a claim is about, in the order of the board; `missing` gets ids that nothing has.
std::vector<const PacketFacts*> Resolve(const GroupClaim& claim, const std::vector<PacketFacts>& packets,
                                        std::vector<std::string>& missing) {
    std::vector<const PacketFacts*> found;
    if (claim.range && claim.ids.size() == 2) {
        bool inside = false;
        bool ended = false;
        for (const PacketFacts& packet : packets) {
            inside = inside || SameId(packet.id, claim.ids[0]);
            if (inside && !ended) {
                found.push_back(&packet);
            }
            ended = ended || SameId(packet.id, claim.ids[1]);
        }
        if (!inside || !ended) {
            missing.push_back(claim.ids[0] + "-" + claim.ids[1]);
        }
        return found;
    }
    for (const std::string& id : claim.ids) {
        const auto packet =
            std::find_if(packets.begin(), packets.end(), [&](const PacketFacts& at) { return SameId(at.id, id); });
        if (packet == packets.end()) {
            missing.push_back(id);
        } else {
            found.push_back(&*packet);
        }
    }
    return found;
}

template <typename T>
std::string TextOr(const std::optional<T>& value, const char* otherwise) {
    return value ? std::string(platform::EnumText(*value)) : std::string(otherwise);
}

void LintRow(const BoardRow& row, Report& report) {
    if (row.id.empty()) {
        report.Unreadable("PKT-5", "row_without_packet", row.line, {},
                          {"A row of the board names no packet.", "Fill the column of the packet."});
    }
    if (!row.status) {
        report.Unreadable("PKT-5", "status_unknown", row.line, row.id,
                          {"The status " + Quoted(row.status_text) + " of packet " + row.id + " is not known.",
                           "Write one of " + platform::EnumChoices<Status>() + "."});
    }
    if (!row.review) {
        report.Unreadable("PKT-5", "review_unknown", row.line, row.id,
                          {"The review state " + Quoted(row.review_text) + " of packet " + row.id + " is not known.",
                           "Write one of " + platform::EnumChoices<Review>() + ", or nothing."});
    }
}

}  // namespace

void LintLayout(const Document& document, Report& report) {
    for (const Problem& problem : document.problems) {
        report.Unreadable("PKT-5", problem.code, problem.line, {},
                          {ProblemText(problem), "Save it as UTF-8 text with shorter lines, or split it."});
    }
    if (!document.problems.empty() && document.entries.empty()) {
        return;
    }
    if (document.board_line == 0) {
        report.Contradiction("PKT-5", "board_missing", 1, {},
                             {"There is no board: no table with the columns Packet and Status.",
                              "Add the board with a row for each packet."});
    }
    std::map<std::string, int> seen;
    for (const Packet& packet : document.packets) {
        const auto [first, is_new] = seen.emplace(platform::ToLowerAscii(packet.id), packet.line);
        if (!is_new) {
            report.Contradiction(
                "PKT-5", "packet_twice", packet.line, packet.id,
                {"Packet " + packet.id + " has a checklist already, in line " + std::to_string(first->second) + ".",
                 "Give each packet one checklist."});
        }
    }
    seen.clear();
    for (const BoardRow& row : document.board) {
        const auto [first, is_new] = seen.emplace(platform::ToLowerAscii(row.id), row.line);
        if (!is_new && !row.id.empty()) {
            report.Contradiction(
                "PKT-5", "row_twice", row.line, row.id,
                {"Packet " + row.id + " is on the board already, in line " + std::to_string(first->second) + ".",
                 "Keep one row for each packet."});
        }
    }
}

void LintBoard(const Document& document, const std::vector<PacketFacts>& packets, Report& report) {
    for (const BoardRow& row : document.board) {
        LintRow(row, report);
    }
    for (const PacketFacts& facts : packets) {
        if (facts.packet == nullptr && !facts.ClaimsDone()) {
            report.Doubt("PKT-1", "row_without_checklist", facts.line, facts.id,
                         {"Packet " + facts.id + " is on the board and has no checklist.", "Write its checklist."});
        }
        if (facts.row == nullptr && document.board_line != 0) {
            report.Contradiction(
                "PKT-5", "packet_not_on_board", facts.line, facts.id,
                {"Packet " + facts.id + " has a checklist, but no row on the board.", "Add its row to the board."});
        }
        if (facts.row != nullptr && facts.packet != nullptr && !facts.row->title.empty() &&
            !facts.packet->title.empty() && WordsOf(facts.row->title) != WordsOf(facts.packet->title)) {
            report.Doubt("PKT-5", "titles_differ", facts.packet->line, facts.id,
                         {"The board calls packet " + facts.id + " " + Quoted(facts.row->title) + ", its checklist " +
                              Quoted(facts.packet->title) + ".",
                          "Give it one title."});
        }
    }
}

void LintClaims(const Document& document, const std::vector<PacketFacts>& packets, Report& report) {
    const auto unknown = [&](const GroupClaim& claim, const std::vector<std::string>& ids) {
        for (const std::string& id : ids) {
            report.Contradiction(
                "PKT-5", "claim_of_unknown_packet", claim.line, {},
                {"Packet " + Quoted(id) + " is spoken of, but there is none.", "Name packets as the board does."});
        }
    };
    for (const GroupClaim& claim : document.claims) {
        std::vector<std::string> missing;
        for (const PacketFacts* packet : Resolve(claim, packets, missing)) {
            const auto status = packet->row != nullptr ? packet->row->status : std::nullopt;
            const auto review = packet->row != nullptr ? packet->row->review : std::nullopt;
            // "CHANGES_REQUESTED" and "BLOCKED" are words of both; the status is the one that was meant.
            const bool other_status = claim.status && status && claim.status != status;
            const bool other_review = claim.review && review && claim.review != review;
            if (other_status || other_review) {
                report.Contradiction(
                    "PKT-5", "claim_against_board", claim.line, packet->id,
                    {"Packet " + packet->id + " is said to be " +
                         (other_status ? TextOr(claim.status, "") : TextOr(claim.review, "")) + "; the board says " +
                         (other_status ? TextOr(status, "nothing") : TextOr(review, "nothing")) + ".",
                     "Write the same state in both places."});
            }
        }
        unknown(claim, missing);
    }
    for (const GroupClaim& milestone : document.milestones) {
        std::vector<std::string> missing;
        std::vector<std::string> open;
        for (const PacketFacts* packet : Resolve(milestone, packets, missing)) {
            if (!packet->ClaimsApproved()) {
                open.push_back(packet->id);
            }
        }
        unknown(milestone, missing);
        if (milestone.ticked && !open.empty()) {
            report.Contradiction("PKT-7", "milestone_over_packets", milestone.line, {},
                                 {"Milestone " + milestone.label + " is called reached, but not approved: packet " +
                                      platform::Join(open, ", ") + ".",
                                  "A milestone follows its packets."});
        }
    }
}

}  // namespace tracker
