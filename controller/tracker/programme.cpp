#include "controller/tracker/programme.hpp"

#include <algorithm>
#include <utility>

#include "controller/tracker/lint_report.hpp"
#include "controller/tracker/read_parts.hpp"
#include "controller/tracker/words.hpp"

namespace tracker {
namespace {

BoxUse UseOf(const Section& section, const Box& box) {
    if (section.kind == SectionKind::kTests && !LeadingCommand(box.text).empty()) {
        return BoxUse::kTest;
    }
    return section.kind == SectionKind::kEvidence || section.kind == SectionKind::kTests ? BoxUse::kEvidence
                                                                                         : BoxUse::kWork;
}

bool BelongsToReview(const Section& section, const Box& box) {
    return section.kind == SectionKind::kGates || ReadGate(box) || ReadVerdict(box) || ClaimsExitCodes(box);
}

PlannedPacket PlanPacket(const std::string& id, const std::string& title, int line, const Packet* packet) {
    PlannedPacket planned{id, title, line, {}};
    if (packet == nullptr) {
        return planned;
    }
    for (const Section& section : packet->sections) {
        for (const Box& box : section.boxes) {
            if (BelongsToReview(section, box) || box.text.empty()) {
                continue;
            }
            PlannedBox out;
            out.use = UseOf(section, box);
            out.heading = section.heading;
            out.text = out.use == BoxUse::kTest ? LeadingCommand(box.text) : box.text;
            out.ticked = box.tick == Tick::kTicked;
            out.entry = box.entry;
            planned.boxes.push_back(std::move(out));
        }
    }
    return planned;
}

std::vector<std::string> ResolveIds(const GroupClaim& claim, const std::vector<PlannedPacket>& packets) {
    std::vector<std::string> ids;
    bool inside = false;
    for (const PlannedPacket& packet : packets) {
        if (claim.range) {
            inside = inside || SameId(packet.id, claim.ids.front());
            if (inside) {
                ids.push_back(packet.id);
            }
            inside = inside && !SameId(packet.id, claim.ids.back());
        } else if (std::any_of(claim.ids.begin(), claim.ids.end(),
                               [&](const std::string& id) { return SameId(id, packet.id); })) {
            ids.push_back(packet.id);
        }
    }
    return ids;
}

/// The items of the list below the heading "Definition of Done".
std::vector<std::string> DefinitionOfDone(const Document& document) {
    std::vector<std::string> items;
    int level = 0;
    for (const Entry& entry : document.entries) {
        if (entry.kind == EntryKind::kHeading) {
            if (level > 0 && entry.level <= level) {
                return items;
            }
            if (level == 0 && WordsOf(entry.text) == std::vector<std::string>{"definition", "of", "done"}) {
                level = entry.level;
            }
        } else if (level > 0 && entry.kind == EntryKind::kBox) {
            items.push_back(entry.text);
        } else if (level > 0 && entry.kind == EntryKind::kProse) {
            std::string_view rest;
            if (!TakeBullet(platform::Trim(entry.text), rest).empty()) {
                items.emplace_back(rest);
            }
        }
    }
    return items;
}

void ComposeBoxes(const PlannedPacket& packet, std::string& out) {
    std::string heading;
    for (const PlannedBox& box : packet.boxes) {
        const std::string wanted = box.use == BoxUse::kTest       ? "Required Tests"
                                   : !box.heading.empty()         ? box.heading
                                   : box.use == BoxUse::kEvidence ? "Evidence"
                                                                  : "Work";
        if (wanted != heading) {
            heading = wanted;
            out += (out.ends_with("\n\n") ? "### " : "\n### ") + heading + "\n";
        }
        out += box.use == BoxUse::kTest ? "- [ ] `" + box.text + "` passed.\n" : "- [ ] " + box.text + "\n";
    }
    out += "\n### Review Gates\n- [ ] P0\n- [ ] P1\n- [ ] P2\n- [ ] Verdict recorded:\n\n";
}

}  // namespace

Plan PlanOf(const Document& document) {
    Plan plan;
    plan.title = document.title;
    for (const BoardRow& row : document.board) {
        if (!row.id.empty()) {
            const Packet* packet = document.FindPacket(row.id);
            plan.packets.push_back(PlanPacket(
                row.id, row.title.empty() && packet != nullptr ? packet->title : row.title, row.line, packet));
        }
    }
    for (const Packet& packet : document.packets) {
        if (document.FindRow(packet.id) == nullptr) {
            plan.packets.push_back(PlanPacket(packet.id, packet.title, packet.line, &packet));
        }
    }
    for (const GroupClaim& claim : document.milestones) {
        plan.milestones.push_back({claim.label, ResolveIds(claim, plan.packets), claim.line});
    }
    plan.definition_of_done = DefinitionOfDone(document);
    return plan;
}

std::string ComposeTracker(const Plan& plan) {
    std::string out = "# " + plan.title + "\n\n## Packet Board\n\n";
    Document board;
    const auto add = [&board](EntryKind kind, std::vector<std::string> cells) {
        Entry entry;
        entry.kind = kind;
        entry.cells = std::move(cells);
        board.entries.push_back(std::move(entry));
    };
    add(EntryKind::kTableRow,
        {"Packet", "Title", "Status", "Implementer", "Reviewer", "Review State", "Evidence Link"});
    add(EntryKind::kTableRule, std::vector<std::string>(7, "---"));
    for (const PlannedPacket& packet : plan.packets) {
        add(EntryKind::kTableRow, {packet.id, packet.title, "NOT_STARTED", "", "", "", ""});
    }
    out += WriteTracker(board) + "\n";
    for (const PlannedPacket& packet : plan.packets) {
        out += "## Packet " + packet.id + " Checklist: " + packet.title + "\n\n";
        ComposeBoxes(packet, out);
    }
    if (!plan.milestones.empty()) {
        out += "## Milestones\n\n";
        for (const PlannedMilestone& milestone : plan.milestones) {
            out += "- [ ] " + milestone.label + ": Packets " + platform::Join(milestone.packets, ", ") + " approved\n";
        }
        out += "\n";
    }
    if (!plan.definition_of_done.empty()) {
        out += "## Definition of Done\n\n";
        for (std::size_t i = 0; i < plan.definition_of_done.size(); ++i) {
            out += std::to_string(i + 1) + ". " + plan.definition_of_done[i] + "\n";
        }
        out += "\n";
    }
    return out + "## Session Handoff\n\n- Last updated: \n";
}

}  // namespace tracker
