#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/programme_texts.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/programmes.hpp"
#include "controller/tracker/programme.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

constexpr std::size_t kLongestBox = 2000;
constexpr std::size_t kLongestTitle = 200;

policy::PacketSection SectionOf(tracker::BoxUse use) {
    switch (use) {
        case tracker::BoxUse::kWork:
            return policy::PacketSection::kWork;
        case tracker::BoxUse::kTest:
            return policy::PacketSection::kTests;
        case tracker::BoxUse::kEvidence:
            break;
    }
    return policy::PacketSection::kEvidence;
}

std::string TitleOr(std::string_view title, const std::string& otherwise) {
    const std::string_view trimmed = platform::Trim(title);
    return trimmed.empty() ? otherwise : std::string(platform::TruncateUtf8(trimmed, kLongestTitle));
}

/// A tracker's line is where its error is.
void AddError(platform::FieldErrors& errors, int line, std::string message) {
    errors.push_back({"", "line " + std::to_string(line) + ": " + std::move(message)});
}

wire::NewPacket PacketFrom(const tracker::PlannedPacket& planned, const policy::PrincipalId& by,
                           platform::FieldErrors& errors) {
    wire::NewPacket packet;
    const auto number = policy::PacketNumber::Parse(planned.id);
    if (!number) {
        AddError(errors, planned.line, "'" + planned.id + "' cannot name a packet: letters, digits, '.', '_' and '-'");
        return packet;
    }
    packet.number = *number;
    packet.title = TitleOr(planned.title, "Packet " + planned.id);
    for (const tracker::PlannedBox& box : planned.boxes) {
        if (platform::CountCodePoints(box.text) > kLongestBox) {
            AddError(errors, planned.line, "a box of this packet is longer than 2000 characters");
            continue;
        }
        wire::PacketItem item;
        item.n = static_cast<std::int64_t>(packet.items.size()) + 1;
        item.section = SectionOf(box.use);
        item.heading = TitleOr(box.heading, "");
        item.text = box.text;
        if (box.ticked && box.use != tracker::BoxUse::kTest) {
            item.ticked_by = by.Text();
        }
        packet.items.push_back(std::move(item));
    }
    return packet;
}

wire::CreateProgramme ProgrammeFrom(const tracker::Plan& plan, const policy::PrincipalId& by,
                                    platform::FieldErrors& errors) {
    wire::CreateProgramme command;
    for (const tracker::PlannedPacket& planned : plan.packets) {
        wire::NewPacket packet = PacketFrom(planned, by, errors);
        if (std::any_of(command.packets.begin(), command.packets.end(),
                        [&](const wire::NewPacket& other) { return other.number == packet.number; })) {
            AddError(errors, planned.line, "packet '" + planned.id + "' is there already");
        }
        command.packets.push_back(std::move(packet));
    }
    for (const tracker::PlannedMilestone& planned : plan.milestones) {
        const bool known = std::any_of(command.milestones.begin(), command.milestones.end(),
                                       [&](const wire::Milestone& other) { return other.key == planned.label; });
        if (!planned.packets.empty() && !known) {
            command.milestones.push_back({planned.label, planned.packets, false});
        }
    }
    for (const std::string& item : plan.definition_of_done) {
        if (!platform::Trim(item).empty()) {
            command.definition_of_done.emplace_back(platform::TruncateUtf8(item, kLongestBox));
        }
    }
    return command;
}

}  // namespace

Outcome<wire::ImportedProgramme> ImportTracker(store::Tx& tx, const Call& call, const policy::ProgrammeId& id,
                                               const std::string& text) {
    const AuditSubject subject{"programme.import"};
    if (store::LoadProgramme(tx, id)) {
        return Refused(RecordRefusal(tx, call, subject, Exists("programme", id.Text())));
    }
    const tracker::Document document = tracker::ReadTracker(text);
    platform::FieldErrors errors;
    wire::CreateProgramme command = ProgrammeFrom(tracker::PlanOf(document), call.actor.id, errors);
    for (const tracker::Problem& problem : document.problems) {
        AddError(errors, problem.line, "it could not be read: " + std::string(problem.code));
    }
    if (command.packets.empty() && errors.empty()) {
        AddError(errors, 1, "the text has neither a board of packets nor a heading 'Packet ...'");
    }
    if (!errors.empty()) {
        Refusal refusal = Invalid("", "");
        refusal.errors = std::move(errors);
        return Refused(std::move(refusal));
    }
    command.id = id;
    command.title = TitleOr(document.title, id.Text());
    command.capability = command.title;
    command.tracker = text;
    store::InsertProgramme(tx, command, call.actor.id);
    wire::ImportedProgramme imported;
    imported.programme = *store::LoadProgramme(tx, id);
    // Somewhere it is tomorrow already: only what is ahead everywhere is.
    imported.judgement = tracker::LintTracker(document, platform::DateOf(store::Now(tx) + std::chrono::hours(14)));
    wire::AuditDetails details;
    details.Text("programme", id.Text())
        .Text("tracker_sha256", platform::Sha256Hex(text))
        .Number("packets", static_cast<std::int64_t>(imported.programme.packets.size()))
        .Number("breaches", static_cast<std::int64_t>(imported.judgement.breaches.size()));
    RecordDone(tx, call, subject, "made the programme " + id.Text() + " from a tracker", details);
    return imported;
}

}  // namespace app
