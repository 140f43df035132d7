// What is done to a packet beside its review: start it, tick its boxes, name the commit that is its checkpoint; and the
// evidence of a programme's definition of done.
#include "controller/app/programmes.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/programme_pages.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

/// What a packet that is done, or is not begun, does not take any more, or not yet.
bool IsWorkedOn(const wire::Packet& packet) {
    return packet.status != policy::PacketStatus::kNotStarted && packet.status != policy::PacketStatus::kDone;
}

/// `act(tx, programme, number)` gives the packet as it is then.
template <typename Script>
Reply ActOnPacket(Visit& visit, std::string said, Script act) {
    const auto programme = visit.Id<policy::ProgrammeId>("programme", "programme");
    const auto number = visit.Id<policy::PacketNumber>("packet", "packet");
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const app::Outcome<wire::Packet> done = act(tx, programme, number);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{PacketPath(programme.Text(), number.Text()), said};
    });
}

Reply PostStart(Visit& visit) {
    const auto command =
        DecodeTyped(wire::DecodeStartPacket, Json{{"implementer", platform::Trim(visit.Typed().Text("implementer"))},
                                                  {"reviewer", platform::Trim(visit.Typed().Text("reviewer"))}}
                                                 .dump());
    return ActOnPacket(visit, "It is started.", [&](store::Tx& tx, const auto& programme, const auto& number) {
        return app::StartPacket(tx, visit.Caller(), programme, number, VersionOfAct(visit), command);
    });
}

Reply PostTick(Visit& visit) {
    const bool ticked = visit.Typed().Text("ticked") == "true";
    const auto command = DecodeTyped(
        wire::DecodeTickBox, Json{{"item", visit.Typed().Number("item").value_or(0)}, {"ticked", ticked}}.dump());
    return ActOnPacket(visit, ticked ? "Ticked." : "The box is open again.",
                       [&](store::Tx& tx, const auto& programme, const auto& number) {
                           return app::TickBox(tx, visit.Caller(), programme, number, VersionOfAct(visit), command);
                       });
}

Reply PostCommit(Visit& visit) {
    const std::string commit =
        DecodeTyped(wire::DecodeCheckpoint, Json{{"commit", platform::Trim(visit.Typed().Text("commit"))}}.dump());
    return ActOnPacket(
        visit, "The checkpoint is on record.", [&](store::Tx& tx, const auto& programme, const auto& number) {
            return app::RecordCheckpoint(tx, visit.Caller(), programme, number, VersionOfAct(visit), commit);
        });
}

Reply PostDefinition(Visit& visit) {
    const auto programme = visit.Id<policy::ProgrammeId>("programme", "programme");
    const auto command = DecodeTyped(
        wire::DecodeMeetDefinition,
        Json{{"item", visit.Typed().Number("item").value_or(0)}, {"evidence", visit.Typed().Text("evidence")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto done = app::MeetDefinition(tx, visit.Caller(), programme, VersionOfAct(visit), command);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{ProgrammePath(programme.Text()), "The evidence is on record."};
    });
}

constexpr Route kPacketActRoutes[] = {
    {.verb = Verb::kPost,
     .pattern = "/programmes/{programme}/packets/{packet}/start",
     .permission = Permission::kManageProgramme,
     .handler = PostStart,
     .page = ShowPacketPage,
     .form = "start"},
    {.verb = Verb::kPost,
     .pattern = "/programmes/{programme}/packets/{packet}/tick",
     .permission = Permission::kWorkOnPacket,
     .handler = PostTick,
     .page = ShowPacketPage,
     .form = "tick"},
    {.verb = Verb::kPost,
     .pattern = "/programmes/{programme}/packets/{packet}/checkpoint",
     .permission = Permission::kWorkOnPacket,
     .handler = PostCommit,
     .page = ShowPacketPage,
     .form = "commit"},
    {.verb = Verb::kPost,
     .pattern = "/programmes/{programme}/definition-of-done",
     .permission = Permission::kReviewPacket,
     .handler = PostDefinition,
     .page = ShowProgrammePage,
     .form = "definition"},
};

}  // namespace

std::string ProgrammePath(const std::string& programme, std::string_view rest) {
    return "/programmes/" + PercentEncode(programme) + std::string(rest);
}

std::string PacketPath(const std::string& programme, const std::string& packet, std::string_view rest) {
    return ProgrammePath(programme, "/packets/" + PercentEncode(packet) + std::string(rest));
}

void PutPacketActs(Visit& visit, Slots page, const wire::Packet& packet) {
    if (packet.status == policy::PacketStatus::kNotStarted) {
        PutAct(visit, page.Add("NEXT"), "START",
               {.form = "start",
                .action = PacketPath(packet.programme, packet.number, "/start"),
                .legend = "Start it",
                .what = "Whoever reviews it is somebody else than whoever implements it. The packets before it must be "
                        "done.",
                .button = "Start the packet",
                .version = packet.version,
                .fields = {{.name = "implementer", .label = "Implementer", .hint = "the name to sign in with"},
                           {.name = "reviewer", .label = "Reviewer", .hint = "somebody else"}},
                .primary = true,
                .permission = Permission::kManageProgramme});
    }
    if (packet.status == policy::PacketStatus::kDone && !packet.checkpoint) {
        PutAct(visit, page.Add("NEXT"), "COMMIT",
               {.form = "commit",
                .action = PacketPath(packet.programme, packet.number, "/checkpoint"),
                .legend = "Record its checkpoint",
                .what = "The commit to which the approved packet can be brought back.",
                .button = "Record the checkpoint",
                .version = packet.version,
                .fields = {{.name = "commit", .label = "Commit", .hint = "its hash, 7 to 64 hex digits"}},
                .primary = true,
                .permission = Permission::kWorkOnPacket});
    }
}

void PutTickAct(Visit& visit, Slots row, const wire::Packet& packet, const wire::PacketItem& item) {
    if (!IsWorkedOn(packet) || item.section == policy::PacketSection::kTests || !visit.May(Permission::kWorkOnPacket)) {
        return;
    }
    PutAct(visit, row, "TICK",
           {.form = "tick",
            .action = PacketPath(packet.programme, packet.number, "/tick"),
            .legend = item.ticked ? "Open it again" : "Tick it",
            .button = item.ticked ? "Open it again: " + item.text : "Tick: " + item.text,
            .version = packet.version,
            .about = "item",
            .about_value = std::to_string(item.n),
            .fields = {{.name = "ticked", .kind = FieldKind::kHidden, .value = item.ticked ? "false" : "true"}},
            .folded = true,
            .permission = Permission::kWorkOnPacket});
}

void PutDefinitionAct(Visit& visit, Slots row, const wire::Programme& programme, const wire::DoneItem& item) {
    if (programme.certified_at || !visit.May(Permission::kReviewPacket)) {
        return;
    }
    PutAct(visit, row, "MEET",
           {.form = "definition",
            .action = ProgrammePath(programme.id, "/definition-of-done"),
            .legend = item.met_at ? "Say anew what shows it" : "Say what shows it",
            .button = "Record the evidence",
            .version = programme.version,
            .about = "item",
            .about_value = std::to_string(item.n),
            .fields = {{.name = "evidence", .label = "Evidence", .kind = FieldKind::kText}},
            .folded = true,
            .permission = Permission::kReviewPacket});
}

std::span<const Route> PacketActRoutes() {
    return kPacketActRoutes;
}

}  // namespace web
