// Certification programmes: the list, one as a board of its packets by state, and a packet.
#include "controller/app/programmes.hpp"

#include <algorithm>
#include <array>

#include "controller/web/acts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/programme_pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/record_json.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

constexpr std::int64_t kProgrammesOfPage = 50;
constexpr std::array<std::string_view, 3> kGates{"P0", "P1", "P2"};

std::int64_t CountDone(const wire::Programme& programme) {
    return std::ranges::count_if(
        programme.packets, [](const wire::Packet& packet) { return packet.status == policy::PacketStatus::kDone; });
}

Reply ShowProgrammes(Visit& visit) {
    const auto query = visit.PageOf(kProgrammesOfPage);
    const auto programmes = visit.Read([&](store::Tx& tx) { return app::ListProgrammes(tx, query); });
    Slots page = visit.Page("programmes", {.title = "Programmes", .place = "programmes", .style = "fleet.css"});
    for (const wire::Programme& programme : programmes.rows) {
        Slots row = page.Add("PROGRAMME");
        row.Set("ID", programme.id);
        row.Set("TITLE", programme.title);
        row.Set("CAPABILITY", programme.capability);
        PutBadge(row, "STATE", programme.certified_at ? "certified" : "open",
                 programme.certified_at ? Tone::kGood : Tone::kWaiting);
        const auto all = static_cast<std::int64_t>(programme.packets.size());
        const std::int64_t done = CountDone(programme);
        PutRing(row, "RING", all > 0 ? static_cast<double>(done) / static_cast<double>(all) : 0,
                std::to_string(done) + " of " + platform::Plural(all, "packet"));
    }
    page.ShowIf(programmes.rows.empty(), "NONE");
    page.ShowIf(!programmes.rows.empty(), "SOME");
    PutPaging(page, "PAGING", programmes.next ? std::optional(visit.HereWith("after", *programmes.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

policy::ProgrammeId ProgrammeOf(const Visit& visit) {
    return visit.Id<policy::ProgrammeId>("programme", "programme");
}

Tone ToneOfMark(policy::GateMark mark) {
    return mark == policy::GateMark::kPass ? Tone::kGood : mark == policy::GateMark::kFail ? Tone::kBad : Tone::kPlain;
}

Tone ToneOfVerdict(policy::PacketVerdict verdict) {
    return verdict == policy::PacketVerdict::kApproved  ? Tone::kGood
           : verdict == policy::PacketVerdict::kBlocked ? Tone::kBad
                                                        : Tone::kWaiting;
}

/// P0, P1 and P2 of a review.
void PutMarks(Slots slots, const wire::PacketReview& review) {
    for (std::size_t i = 0; i < kGates.size(); ++i) {
        Slots mark = slots.Add("MARK");
        PutBadge(mark, "BADGE", std::string(kGates[i]) + " " + PlainWords(platform::EnumText(review.gates[i])),
                 ToneOfMark(review.gates[i]));
        mark.AddText("BECAUSE", "REASON", review.reasons[i]);
    }
}

struct Lane {
    policy::PacketStatus status;
    std::string_view label;
    Tone tone;
};
constexpr Lane kLanes[] = {{policy::PacketStatus::kNotStarted, "Not started", Tone::kPlain},
                           {policy::PacketStatus::kInProgress, "In progress", Tone::kInfo},
                           {policy::PacketStatus::kChangesRequested, "Changes requested", Tone::kWaiting},
                           {policy::PacketStatus::kBlocked, "Blocked", Tone::kBad},
                           {policy::PacketStatus::kDone, "Done", Tone::kGood}};

void PutLane(Slots page, const wire::Programme& programme, const Lane& lane) {
    Slots column = page.Add("LANE");
    column.Set("LABEL", lane.label);
    column.Set("KEY", platform::EnumText(lane.status));
    std::int64_t count = 0;
    for (const wire::Packet& packet : programme.packets) {
        if (packet.status != lane.status) {
            continue;
        }
        ++count;
        Slots card = column.Add("PACKET");
        card.Set("PROGRAMME", PercentEncode(programme.id));
        card.Set("NUMBER", packet.number);
        card.Set("NUMBER_PATH", PercentEncode(packet.number));
        card.Set("TITLE", packet.title);
        card.Set("TONE", ToneText(lane.tone));
        card.AddText("BY", "IMPLEMENTER", packet.implementer.value_or(""));
        card.AddText("REVIEWED_BY", "REVIEWER", packet.reviewer.value_or(""));
        card.ShowIf(lane.status == policy::PacketStatus::kDone && !packet.checkpoint, "NO_CHECKPOINT");
        if (!packet.reviews.empty()) {
            PutMarks(card, packet.reviews.back());
        }
    }
    column.Set("COUNT", count);
    column.ShowIf(count == 0, "EMPTY");
}

}  // namespace

Reply ShowProgrammePage(Visit& visit) {
    const policy::ProgrammeId id = ProgrammeOf(visit);
    const wire::Programme programme = visit.Read([&](store::Tx& tx) { return app::ShowProgramme(tx, id); });
    Slots page = visit.Page("programme", {.title = programme.title,
                                          .place = "programmes",
                                          .crumbs = {{"Programmes", "/programmes"}},
                                          .style = "fleet.css"});
    page.Set("TITLE", programme.title);
    page.Set("CAPABILITY", programme.capability);
    PutBadge(page, "STATE", programme.certified_at ? "certified" : "not certified",
             programme.certified_at ? Tone::kGood : Tone::kWaiting);
    if (programme.certified_at) {
        Slots certified = page.Add("CERTIFIED");
        certified.Set("BY", programme.certified_by.value_or(""));
        PutTime(certified, "AT", *programme.certified_at);
    }
    for (const Lane& lane : kLanes) {
        PutLane(page, programme, lane);
    }
    for (const wire::Milestone& milestone : programme.milestones) {
        Slots row = page.Add("MILESTONE");
        row.Set("KEY", milestone.key);
        PutBadge(row, "STATE", milestone.reached ? "reached" : "open",
                 milestone.reached ? Tone::kGood : Tone::kWaiting);
        row.Set("PACKETS", platform::Join(milestone.packets, ", "));
    }
    for (const wire::DoneItem& item : programme.definition_of_done) {
        Slots row = page.Add("DONE_ITEM");
        row.Set("TEXT", item.text);
        PutBadge(row, "STATE", item.met_at ? "met" : "open", item.met_at ? Tone::kGood : Tone::kWaiting);
        row.AddText("PROVEN", "EVIDENCE", item.evidence);
        PutDefinitionAct(visit, row, programme, item);
    }
    if (!programme.certified_at) {
        PutAct(visit, page, "CERTIFY",
               {.form = "certify",
                .action = ProgrammePath(programme.id, "/certify"),
                .legend = "Certify it",
                .what =
                    "Says that the capability holds what its programme asks. Refused while a packet, a milestone or an "
                    "item of the definition of done is open.",
                .button = "Certify",
                .version = programme.version,
                .fields = {{.name = "reason", .label = "Note, for the audit log", .kind = FieldKind::kText}},
                .primary = true,
                .permission = Permission::kCertify});
    }
    return visit.Show();
}

namespace {

Reply PostCertify(Visit& visit) {
    const policy::ProgrammeId id = ProgrammeOf(visit);
    const auto command = DecodeTyped(wire::DecodeOptionalNote, Json{{"note", visit.Typed().Text("reason")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto done = app::CertifyProgramme(tx, visit.Caller(), id, VersionOfAct(visit), command.note);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{ProgrammePath(id.Text()), "Certified."};
    });
}

policy::PacketNumber PacketOf(const Visit& visit) {
    return visit.Id<policy::PacketNumber>("packet", "packet");
}

void PutRun(Slots item, const wire::PacketRun& run) {
    Slots slot = item.Add("RUN");
    PutBadge(slot, "OUTCOME",
             run.passed      ? "passed"
             : run.timed_out ? "timed out"
                             : "failed",
             run.passed ? Tone::kGood : Tone::kBad);
    slot.Set("COMMAND", wire::CommandText(run.argv));
    slot.Set("EXIT", run.exit_code ? std::to_string(*run.exit_code) : std::string("none"));
    slot.Set("BY", run.recorded_by);
    slot.Set("EXCERPT", run.excerpt);
    PutTime(slot, "AT", run.recorded_at);
}

void PutItems(Visit& visit, Slots page, const wire::Packet& packet) {
    static constexpr std::pair<policy::PacketSection, std::string_view> kSections[] = {
        {policy::PacketSection::kWork, "Work"},
        {policy::PacketSection::kTests, "Required tests"},
        {policy::PacketSection::kEvidence, "Evidence"}};
    for (const auto& [section, label] : kSections) {
        Slots part = page.Add("SECTION");
        part.Set("LABEL", label);
        bool any = false;
        for (const wire::PacketItem& item : packet.items) {
            if (item.section != section) {
                continue;
            }
            any = true;
            Slots row = part.Add("ITEM");
            row.Set("TEXT", item.text);
            PutBadge(row, "STATE", item.ticked ? "done" : "open", item.ticked ? Tone::kGood : Tone::kWaiting);
            row.AddText("TICKED", "BY", item.ticked_by.value_or(""));
            if (const wire::PacketRun* run = packet.LastRun(item.n)) {
                PutRun(row, *run);
            }
            PutTickAct(visit, row, packet, item);
        }
        part.ShowIf(!any, "EMPTY");
    }
}

ActField MarkField(std::string_view name, std::string_view label) {
    return {.name = name,
            .label = label,
            .kind = FieldKind::kChoice,
            .value = "PASS",
            .choices = {{"PASS", "pass"}, {"FAIL", "fail"}, {"N/A", "not applicable"}}};
}

void PutReviewForm(Visit& visit, Slots page, const wire::Packet& packet) {
    const std::string path = PacketPath(packet.programme, packet.number);
    if (packet.status == policy::PacketStatus::kDone) {
        return;
    }
    if (!packet.reviewer) {
        page.Show("NO_REVIEWER");
        return;
    }
    if (*packet.reviewer != visit.Caller().actor.id.Text()) {
        page.Add("NOT_REVIEWER").Set("WHO", *packet.reviewer);
        return;
    }
    PutAct(
        visit, page, "REVIEW_FORM",
        {.form = "review",
         .action = path + "/review",
         .legend = "Your verdict",
         .what = "Approved closes the packet. It is refused while a box is open, a required test has not passed, or P0 "
                 "or P1 has not.",
         .button = "Give the verdict",
         .version = packet.version,
         .fields = {MarkField("p0", "P0"),
                    {.name = "p0_reason", .label = "P0: why", .hint = "when it does not pass", .required = false},
                    MarkField("p1", "P1"),
                    {.name = "p1_reason", .label = "P1: why", .hint = "when it does not pass", .required = false},
                    MarkField("p2", "P2"),
                    {.name = "p2_reason", .label = "P2: why", .hint = "when it does not pass", .required = false},
                    {.name = "verdict",
                     .label = "Verdict",
                     .kind = FieldKind::kChoice,
                     .value = "CHANGES_REQUESTED",
                     .choices = {{"APPROVED", "approved"},
                                 {"CHANGES_REQUESTED", "changes requested"},
                                 {"BLOCKED", "blocked"}}},
                    {.name = "findings", .label = "Findings", .kind = FieldKind::kText},
                    {.name = "residual_risk", .label = "Residual risk", .kind = FieldKind::kText},
                    {.name = "rollback", .label = "How it is rolled back", .kind = FieldKind::kText}},
         .primary = true,
         .permission = Permission::kReviewPacket});
}

}  // namespace

Reply ShowPacketPage(Visit& visit) {
    const policy::ProgrammeId programme = ProgrammeOf(visit);
    const policy::PacketNumber number = PacketOf(visit);
    const wire::Packet packet = visit.Read([&](store::Tx& tx) { return app::ShowPacket(tx, programme, number); });
    Slots page = visit.Page(
        "packet", {.title = packet.number + " " + packet.title,
                   .place = "programmes",
                   .crumbs = {{"Programmes", "/programmes"}, {programme.Text(), ProgrammePath(programme.Text())}},
                   .style = "fleet.css"});
    page.Set("NUMBER", packet.number);
    page.Set("TITLE", packet.title);
    page.Set("OBJECTIVE", packet.objective);
    PutBadge(page, "STATE", PlainWords(platform::EnumText(packet.status)),
             kLanes[static_cast<std::size_t>(packet.status)].tone);
    page.Set("IMPLEMENTER", packet.implementer.value_or("nobody yet"));
    page.Set("REVIEWER", packet.reviewer.value_or("nobody yet"));
    page.Set("CHECKPOINT", packet.checkpoint.value_or("none yet"));
    for (const std::string& scope : packet.scope) {
        page.Add("SCOPE").Set("TEXT", scope);
    }
    for (const std::string& criterion : packet.exit_criteria) {
        page.Add("CRITERION").Set("TEXT", criterion);
    }
    PutItems(visit, page, packet);
    PutPacketActs(visit, page, packet);
    for (auto review = packet.reviews.rbegin(); review != packet.reviews.rend(); ++review) {
        Slots row = page.Add("REVIEW");
        PutBadge(row, "VERDICT", PlainWords(platform::EnumText(review->verdict)), ToneOfVerdict(review->verdict));
        row.Set("BY", review->reviewer);
        row.Set("FINDINGS", review->findings);
        row.Set("RISK", review->residual_risk);
        row.Set("ROLLBACK", review->rollback);
        PutTime(row, "AT", review->reviewed_at);
        PutMarks(row, *review);
    }
    page.ShowIf(packet.reviews.empty(), "NO_REVIEWS");
    PutReviewForm(visit, page, packet);
    return visit.Show();
}

namespace {

Reply PostPacketReview(Visit& visit) {
    const policy::ProgrammeId programme = ProgrammeOf(visit);
    const policy::PacketNumber number = PacketOf(visit);
    const Form& typed = visit.Typed();
    Json review{{"verdict", typed.Text("verdict")},
                {"findings", typed.Text("findings")},
                {"residual_risk", typed.Text("residual_risk")},
                {"rollback", typed.Text("rollback")}};
    for (const std::string_view gate : {"p0", "p1", "p2"}) {
        review[std::string(gate)] = typed.Text(gate);
    }
    for (const std::string_view reason : {"p0_reason", "p1_reason", "p2_reason"}) {
        if (!platform::Trim(typed.Text(reason)).empty()) {
            review[std::string(reason)] = typed.Text(reason);
        }
    }
    const auto command = DecodeTyped(wire::DecodeReviewPacket, review.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto done = app::ReviewPacket(tx, visit.Caller(), programme, number, VersionOfAct(visit), command);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{PacketPath(programme.Text(), number.Text()), "Your verdict is on record."};
    });
}

constexpr Route kProgrammeRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/programmes", .handler = ShowProgrammes},
    {.verb = Verb::kGet, .pattern = "/programmes/{programme}", .handler = ShowProgrammePage},
    {.verb = Verb::kPost,
     .pattern = "/programmes/{programme}/certify",
     .permission = Permission::kCertify,
     .handler = PostCertify,
     .page = ShowProgrammePage,
     .form = "certify"},
    {.verb = Verb::kGet, .pattern = "/programmes/{programme}/packets/{packet}", .handler = ShowPacketPage},
    {.verb = Verb::kPost,
     .pattern = "/programmes/{programme}/packets/{packet}/review",
     .permission = Permission::kReviewPacket,
     .handler = PostPacketReview,
     .page = ShowPacketPage,
     .form = "review"},
};

}  // namespace

std::span<const Route> ProgrammeRoutes() {
    return kProgrammeRoutes;
}

}  // namespace web
