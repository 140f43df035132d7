#include <algorithm>
#include <map>
#include <utility>

#include "controller/tracker/lint_report.hpp"
#include "controller/tracker/programme.hpp"
#include "controller/tracker/read_parts.hpp"
#include "controller/tracker/words.hpp"

namespace tracker {
namespace {

Entry ProseEntry(std::string text) {
    Entry entry;
    entry.text = std::move(text);
    return entry;
}

const PacketState* FindState(const State& state, std::string_view id) {
    const auto found = std::find_if(state.packets.begin(), state.packets.end(),
                                    [&](const PacketState& packet) { return SameId(packet.id, id); });
    return found == state.packets.end() ? nullptr : &*found;
}

std::string VerdictText(Review review) {
    return review == Review::kNone || review == Review::kInReview
               ? std::string("Verdict recorded:")
               : "Verdict recorded: `" + std::string(platform::EnumText(review)) + "`";
}

std::string GateText(std::size_t number, const std::optional<std::array<GateState, 3>>& gates) {
    std::string text = "P" + std::to_string(number);
    if (gates) {
        text += " " + (*gates)[number].mark;
        text += (*gates)[number].reason.empty() ? "" : " (" + (*gates)[number].reason + ")";
    }
    return text;
}

void SetBox(Entry& entry, bool ticked, std::string text) {
    entry.tick = ticked ? Tick::kTicked : Tick::kOpen;
    entry.mark.clear();
    entry.text = std::move(text);
}

void UpdateBoard(Document& document, const State& state) {
    std::vector<Column> columns;
    for (Entry& entry : document.entries) {
        if (entry.kind != EntryKind::kTableRow) {
            columns = entry.kind == EntryKind::kTableRule ? columns : std::vector<Column>();
            continue;
        }
        if (columns.empty()) {
            columns = BoardHead(entry.cells);
            continue;
        }
        const BoardRow row = ReadRow(entry.cells, columns, entry.line, 0);
        const PacketState* packet = FindState(state, row.id);
        if (packet == nullptr) {
            continue;
        }
        entry.cells.resize(std::max(entry.cells.size(), columns.size()));
        for (std::size_t i = 0; i < columns.size(); ++i) {
            std::string& cell = entry.cells[i];
            switch (columns[i]) {
                case Column::kStatus:
                    cell = platform::EnumText(packet->status);
                    break;
                case Column::kReview:
                    cell = packet->review == Review::kNone ? "" : platform::EnumText(packet->review);
                    break;
                case Column::kImplementer:
                    cell = packet->implementer;
                    break;
                case Column::kReviewer:
                    cell = packet->reviewer;
                    break;
                case Column::kEvidence:
                    cell = packet->checkpoint ? "commit `" + *packet->checkpoint + "`" : "";
                    break;
                case Column::kPacket:
                case Column::kTitle:
                case Column::kOther:
                    break;
            }
        }
    }
}

/// Lines that went on with a box said something about what it was then.
void DropContinuation(Document& document, std::size_t box) {
    for (std::size_t i = box + 1; i < document.entries.size(); ++i) {
        Entry& entry = document.entries[i];
        std::string_view rest;
        const bool goes_on = entry.kind == EntryKind::kProse && !platform::Trim(entry.text).empty() &&
                             (TakeBullet(platform::Trim(entry.text), rest).empty() ||
                              IndentOf(entry.text) > document.entries[box].indent);
        if (!goes_on) {
            return;
        }
        entry.line = -1;  // taken out at the end
    }
}

/// What became of each planned box; null where nothing is known.
std::vector<const BoxState*> MatchBoxes(const PlannedPacket& plan, const PacketState& state) {
    std::vector<const BoxState*> matches;
    std::vector<bool> taken(state.boxes.size(), false);
    for (const PlannedBox& box : plan.boxes) {
        const BoxState* match = nullptr;
        for (std::size_t i = 0; i < state.boxes.size() && match == nullptr; ++i) {
            if (!taken[i] && state.boxes[i].text == box.text) {
                match = &state.boxes[i];
                taken[i] = true;
            }
        }
        matches.push_back(match);
    }
    return matches;
}

std::string TestText(const std::string& command, const BoxState& box) {
    const std::string text = "`" + command + "`";
    if (!box.exit_code) {
        return text + " passed.";
    }
    return text + (box.ticked ? " passed. (exit " : " does not count. (exit ") + std::to_string(*box.exit_code) + ")";
}

void UpdatePacket(Document& document, const Packet& packet, const PlannedPacket& plan, const PacketState& state) {
    const std::vector<const BoxState*> matches = MatchBoxes(plan, state);
    bool all_have_codes = true;
    for (std::size_t i = 0; i < plan.boxes.size(); ++i) {
        const bool is_test = plan.boxes[i].use == BoxUse::kTest;
        all_have_codes = all_have_codes && (!is_test || (matches[i] != nullptr && matches[i]->exit_code));
        if (matches[i] == nullptr) {
            continue;
        }
        Entry& entry = document.entries[plan.boxes[i].entry];
        if (is_test) {
            DropContinuation(document, plan.boxes[i].entry);
        }
        SetBox(entry, matches[i]->ticked, is_test ? TestText(plan.boxes[i].text, *matches[i]) : entry.text);
    }
    for (const Section& section : packet.sections) {
        for (const Box& box : section.boxes) {
            Entry& entry = document.entries[box.entry];
            if (const auto gate = ReadGate(box)) {
                const auto number = static_cast<std::size_t>(gate->number);
                const bool holds = state.gates && (*state.gates)[number].mark != "FAIL";
                SetBox(entry, holds, GateText(number, state.gates));
            } else if (ReadVerdict(box)) {
                SetBox(entry, state.gates.has_value(), VerdictText(state.gates ? state.review : Review::kNone));
            } else if (ClaimsExitCodes(box)) {
                SetBox(entry, all_have_codes, entry.text);
            }
        }
    }
}

void UpdateLines(Document& document, const State& state) {
    bool dated = false;
    std::map<int, const GroupClaim*> milestones;
    for (const GroupClaim& milestone : document.milestones) {
        milestones[milestone.line] = &milestone;
    }
    std::map<int, const GroupClaim*> claims;
    for (const GroupClaim& claim : document.claims) {
        claims[claim.line] = &claim;
    }
    const std::string today = platform::FormatDate(state.last_updated);
    for (Entry& entry : document.entries) {
        if (const auto milestone = milestones.find(entry.line);
            milestone != milestones.end() && entry.kind == EntryKind::kBox) {
            const bool reached =
                std::find(state.reached.begin(), state.reached.end(), milestone->second->label) != state.reached.end();
            SetBox(entry, reached, entry.text);
        } else if (entry.kind != EntryKind::kProse) {
            continue;
        } else if (AfterLabel(entry.text, "last updated")) {
            entry.text = entry.text.substr(0, entry.text.find(':')) + ": " + today;
            dated = true;
        } else if (claims.contains(entry.line)) {
            // The board says it; a second place would have to be kept in step by hand.
            entry.text = entry.text.substr(0, entry.text.find(':')) + ": see the board";
        }
    }
    if (!dated) {
        document.entries.push_back(ProseEntry(""));
        document.entries.push_back(ProseEntry("Last updated: " + today));
    }
}

/// Below the packet, because nothing in the layout has a place for them.
void AddFindings(Document& document, const Packet& packet, const PacketState& state) {
    if (state.findings.empty()) {
        return;
    }
    Entry heading;
    heading.kind = EntryKind::kHeading;
    heading.level = document.entries[packet.first_entry].level + 1;
    heading.text = "Findings";
    std::vector<Entry> added = {std::move(heading)};
    for (const std::string_view line : platform::Split(state.findings, '\n')) {
        if (!platform::Trim(line).empty()) {
            added.push_back(ProseEntry("- " + std::string(platform::Trim(line))));
        }
    }
    added.push_back(ProseEntry(""));
    document.entries.insert(document.entries.begin() + static_cast<std::ptrdiff_t>(packet.end_entry), added.begin(),
                            added.end());
}

}  // namespace

std::string BringUpToDate(const Document& document, const State& state) {
    Document copy = document;
    const Plan plan = PlanOf(document);
    for (const PlannedPacket& planned : plan.packets) {
        const PacketState* packet_state = FindState(state, planned.id);
        const Packet* packet = document.FindPacket(planned.id);
        if (packet_state != nullptr && packet != nullptr) {
            UpdatePacket(copy, *packet, planned, *packet_state);
        }
    }
    UpdateBoard(copy, state);
    UpdateLines(copy, state);
    // From the end, so that the places of the others stay.
    for (auto packet = document.packets.rbegin(); packet != document.packets.rend(); ++packet) {
        if (const PacketState* packet_state = FindState(state, packet->id)) {
            AddFindings(copy, *packet, *packet_state);
        }
    }
    std::erase_if(copy.entries, [](const Entry& entry) { return entry.line < 0; });
    return WriteTracker(copy);
}

}  // namespace tracker
