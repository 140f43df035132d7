#include "controller/wire/programme_json.hpp"

#include <algorithm>

#include "controller/wire/reading.hpp"
#include "controller/wire/tracker_json.hpp"

namespace wire {
namespace {

using platform::EnumText;
using platform::FormatTime;
using platform::Json;

constexpr platform::TextRule kBoxRule{.min = 1, .max = 2000};
constexpr std::size_t kMostPackets = 200;
constexpr std::size_t kMostItems = 200;
constexpr std::int64_t kMostOutput = std::int64_t{1} << 50;
constexpr std::array<const char*, 3> kGateFields = {"p0", "p1", "p2"};
constexpr std::array<const char*, 3> kReasonFields = {"p0_reason", "p1_reason", "p2_reason"};

Json RunToJson(const PacketRun& run) {
    Json json = {{"id", run.id},
                 {"item", run.item},
                 {"argv", Json::parse(run.argv)},
                 {"started_at", FormatTime(run.started_at)},
                 {"duration_ms", run.duration_ms},
                 {"timed_out", run.timed_out},
                 {"truncated", run.truncated},
                 {"output_bytes", run.output_bytes},
                 {"output_sha256", run.output_sha256},
                 {"excerpt", run.excerpt},
                 {"passed", run.passed},
                 {"recorded_by", run.recorded_by},
                 {"recorded_at", FormatTime(run.recorded_at)}};
    if (run.exit_code) {
        json["exit_code"] = *run.exit_code;
    }
    return json;
}

Json ItemToJson(const PacketItem& item) {
    Json json = {{"item", item.n}, {"section", EnumText(item.section)}, {"text", item.text}, {"ticked", item.ticked}};
    if (!item.heading.empty()) {
        json["heading"] = item.heading;
    }
    PutOptional(json, "ticked_by", item.ticked_by);
    PutOptional(json, "ticked_at", item.ticked_at);
    return json;
}

Json ReviewToJson(const PacketReview& review) {
    Json json = {{"id", review.id},
                 {"reviewer", review.reviewer},
                 {"verdict", EnumText(review.verdict)},
                 {"findings", review.findings},
                 {"residual_risk", review.residual_risk},
                 {"rollback", review.rollback},
                 {"reviewed_at", FormatTime(review.reviewed_at)}};
    for (std::size_t i = 0; i < kGateFields.size(); ++i) {
        json[kGateFields[i]] = EnumText(review.gates[i]);
        if (!review.reasons[i].empty()) {
            json[kReasonFields[i]] = review.reasons[i];
        }
    }
    return json;
}

/// What the board shows of a packet.
Json RowToJson(const Packet& packet) {
    const auto ticked =
        std::count_if(packet.items.begin(), packet.items.end(), [](const PacketItem& item) { return item.ticked; });
    Json json = {{"packet", packet.number},
                 {"title", packet.title},
                 {"status", EnumText(packet.status)},
                 {"boxes", packet.items.size()},
                 {"ticked", ticked}};
    PutOptional(json, "implementer", packet.implementer);
    PutOptional(json, "reviewer", packet.reviewer);
    PutOptional(json, "checkpoint", packet.checkpoint);
    if (!packet.reviews.empty()) {
        json["verdict"] = EnumText(packet.reviews.back().verdict);
    }
    return json;
}

void ReadBoxes(DocumentReader& in, const char* field, policy::PacketSection section, NewPacket& packet) {
    for (std::string& text : in.OptionalLines(field, kMostItems, kBoxRule)) {
        PacketItem item;
        item.n = static_cast<std::int64_t>(packet.items.size()) + 1;
        item.section = section;
        item.text = std::move(text);
        packet.items.push_back(std::move(item));
    }
}

NewPacket ReadPacket(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    NewPacket packet;
    DocumentReader in(json, pointer, errors);
    packet.number = ReadId<policy::PacketNumber>(in.In(), "packet");
    packet.title = in.Line("title", kNameRule);
    packet.objective = in.OptionalProse("objective", kProseRule);
    packet.scope = in.OptionalLines("scope", kMostItems, kBoxRule);
    packet.exit_criteria = in.OptionalLines("exit_criteria", kMostItems, kBoxRule);
    ReadBoxes(in, "checklist", policy::PacketSection::kWork, packet);
    ReadBoxes(in, "tests", policy::PacketSection::kTests, packet);
    ReadBoxes(in, "evidence", policy::PacketSection::kEvidence, packet);
    in.Finish();
    return packet;
}

bool IsHex(const std::string& text) {
    return text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

const PacketRun* Packet::LastRun(std::int64_t item) const {
    const auto run =
        std::find_if(runs.rbegin(), runs.rend(), [item](const PacketRun& candidate) { return candidate.item == item; });
    return run == runs.rend() ? nullptr : &*run;
}

std::string EncodeProgramme(const Programme& programme) {
    Json board = Json::array();
    for (const Packet& packet : programme.packets) {
        board.push_back(RowToJson(packet));
    }
    Json milestones = Json::array();
    for (const Milestone& milestone : programme.milestones) {
        milestones.push_back(
            {{"milestone", milestone.key}, {"packets", milestone.packets}, {"reached", milestone.reached}});
    }
    Json definition = Json::array();
    for (const DoneItem& item : programme.definition_of_done) {
        Json entry = {{"item", item.n}, {"text", item.text}, {"met", item.met_by.has_value()}};
        PutOptional(entry, "met_by", item.met_by);
        PutOptional(entry, "met_at", item.met_at);
        if (!item.evidence.empty()) {
            entry["evidence"] = item.evidence;
        }
        definition.push_back(std::move(entry));
    }
    Json json = {{"id", programme.id},
                 {"title", programme.title},
                 {"capability", programme.capability},
                 {"created_by", programme.created_by},
                 {"created_at", FormatTime(programme.created_at)},
                 {"last_updated", FormatTime(programme.updated_at)},
                 {"state", programme.certified_at ? "certified" : "open"},
                 {"board", std::move(board)},
                 {"milestones", std::move(milestones)},
                 {"definition_of_done", std::move(definition)}};
    PutOptional(json, "certified_by", programme.certified_by);
    PutOptional(json, "certified_at", programme.certified_at);
    return json.dump();
}

std::string EncodePacket(const Packet& packet) {
    Json json = RowToJson(packet);
    json["programme"] = packet.programme;
    json["objective"] = packet.objective;
    json["scope"] = packet.scope;
    json["exit_criteria"] = packet.exit_criteria;
    PutOptional(json, "checkpoint_by", packet.checkpoint_by);
    PutOptional(json, "checkpoint_at", packet.checkpoint_at);
    json["items"] = Json::array();
    for (const PacketItem& item : packet.items) {
        json["items"].push_back(ItemToJson(item));
    }
    json["runs"] = Json::array();
    for (const PacketRun& run : packet.runs) {
        json["runs"].push_back(RunToJson(run));
    }
    json["reviews"] = Json::array();
    for (const PacketReview& review : packet.reviews) {
        json["reviews"].push_back(ReviewToJson(review));
    }
    return json.dump();
}

std::string EncodePacketRun(const PacketRun& run) {
    return RunToJson(run).dump();
}

std::string EncodeImportedProgramme(const ImportedProgramme& imported) {
    return "{\"programme\":" + EncodeProgramme(imported.programme) +
           ",\"tracker\":" + EncodeTrackerJudgement(imported.judgement) + "}";
}

std::string ProgrammeReportLines(const ProgrammeReport& report) {
    std::string lines = EncodeProgramme(report.programme) + "\n";
    for (const Packet& packet : report.packets) {
        lines += EncodePacket(packet) + "\n";
    }
    for (const StatusAudit& audit : report.audits) {
        lines += EncodeStatusAudit(audit) + "\n";
    }
    return lines;
}

std::string EncodeProgrammeReport(const ProgrammeReport& report) {
    Json packets = Json::array();
    for (const Packet& packet : report.packets) {
        packets.push_back(Json::parse(EncodePacket(packet)));
    }
    Json audits = Json::array();
    for (const StatusAudit& audit : report.audits) {
        audits.push_back(Json::parse(EncodeStatusAudit(audit)));
    }
    return Json{{"programme", Json::parse(EncodeProgramme(report.programme))},
                {"packets", std::move(packets)},
                {"status_audits", std::move(audits)},
                {"content_hash", report.content_hash}}
        .dump();
}

std::string CommandText(const std::string& argv) {
    std::string text;
    for (const Json& argument : Json::parse(argv)) {
        const std::string word = argument.get<std::string>();
        const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$`&|;<>()*?[]{}#~!") == std::string::npos;
        text += (text.empty() ? "" : " ") + (plain ? word : argument.dump());
    }
    return text;
}

Decoded<CreateProgramme> DecodeCreateProgramme(const Document& document) {
    platform::FieldErrors errors;
    CreateProgramme out;
    DocumentReader in(document.Root(), "", errors);
    out.id = ReadId<policy::ProgrammeId>(in.In(), "id");
    out.title = in.Line("title", kNameRule);
    out.capability = in.Prose("capability", kProseRule);
    in.EachOf("packets", kMostPackets, [&](const Json& item, const std::string& pointer) {
        NewPacket packet = ReadPacket(item, pointer, errors);
        if (std::any_of(out.packets.begin(), out.packets.end(),
                        [&](const NewPacket& other) { return other.number == packet.number; })) {
            in.ErrorAt(pointer + "/packet", "'" + packet.number.Text() + "' is there already");
        }
        out.packets.push_back(std::move(packet));
    });
    in.EachOf("milestones", kMostPackets, [&](const Json& item, const std::string& pointer) {
        Milestone milestone;
        DocumentReader row(item, pointer, errors);
        milestone.key = row.Line("milestone", {.min = 1, .max = 40});
        milestone.packets = row.OptionalLines("packets", kMostPackets, {.min = 1, .max = 20});
        if (milestone.packets.empty()) {
            row.In().Error("packets", "must name at least one packet");
        }
        for (const std::string& number : milestone.packets) {
            if (std::none_of(out.packets.begin(), out.packets.end(),
                             [&](const NewPacket& packet) { return packet.number.Text() == number; })) {
                row.In().Error("packets", "names '" + number + "', which is no packet of the programme");
            }
        }
        row.Finish();
        if (std::any_of(out.milestones.begin(), out.milestones.end(),
                        [&](const Milestone& other) { return other.key == milestone.key; })) {
            in.ErrorAt(pointer + "/milestone", "'" + milestone.key + "' is there already");
        }
        out.milestones.push_back(std::move(milestone));
    });
    out.definition_of_done = in.OptionalLines("definition_of_done", kMostItems, kBoxRule);
    if (out.packets.empty()) {
        in.In().Error("packets", "must hold at least one packet");
    }
    if (out.definition_of_done.empty()) {
        in.In().Error("definition_of_done", "must say what has to hold");
    }
    in.Finish();
    return ValueOrErrors(std::move(out), std::move(errors));
}

Decoded<StartPacket> DecodeStartPacket(const Document& document) {
    return ReadObject<StartPacket>(document, [](platform::ObjectReader& in, StartPacket& out) {
        out.implementer = ReadId<policy::PrincipalId>(in, "implementer");
        out.reviewer = ReadId<policy::PrincipalId>(in, "reviewer");
    });
}

Decoded<TickBox> DecodeTickBox(const Document& document) {
    return ReadObject<TickBox>(document, [](platform::ObjectReader& in, TickBox& out) {
        out.item = in.Integer("item", 1, 100'000);
        out.ticked = in.OptionalBoolean("ticked").value_or(true);
    });
}

Decoded<RecordRun> DecodeRecordRun(const Document& document) {
    return ReadObject<RecordRun>(document, [](platform::ObjectReader& in, RecordRun& out) {
        out.item = in.Integer("item", 1, 100'000);
        out.argv = in.TextList("argv", 1000, {.min = 0, .max = 8000});
        if (out.argv.empty()) {
            in.Error("argv", "must name the command that ran");
        }
        out.exit_code = in.OptionalInteger("exit_code", -1, 65535);
        out.started_at = in.Instant("started_at");
        out.duration_ms = in.Integer("duration_ms", 0, std::int64_t{365} * 24 * 3600 * 1000);
        out.timed_out = in.Boolean("timed_out");
        out.truncated = in.OptionalBoolean("truncated").value_or(false);
        out.output_bytes = in.Integer("output_bytes", 0, kMostOutput);
        out.output_sha256 = in.Text("output_sha256", {.min = 64, .max = 64});
        if (!IsHex(out.output_sha256)) {
            in.Error("output_sha256", "must be 64 lower-case hex digits");
        }
        out.excerpt = in.OptionalText("excerpt", {.min = 0, .max = 8000}).value_or("");
    });
}

Decoded<ReviewPacket> DecodeReviewPacket(const Document& document) {
    return ReadObject<ReviewPacket>(document, [](platform::ObjectReader& in, ReviewPacket& out) {
        for (std::size_t i = 0; i < kGateFields.size(); ++i) {
            out.gates[i] = in.Enum<policy::GateMark>(kGateFields[i]);
            out.reasons[i] = ReadOptionalProse(in, kReasonFields[i]).value_or("");
        }
        out.verdict = in.Enum<policy::PacketVerdict>("verdict");
        out.findings = ReadOptionalProse(in, "findings").value_or("");
        out.residual_risk = ReadProse(in, "residual_risk");
        out.rollback = ReadProse(in, "rollback");
    });
}

Decoded<std::string> DecodeCheckpoint(const Document& document) {
    return ReadObject<std::string>(document, [](platform::ObjectReader& in, std::string& out) {
        out = platform::ToLowerAscii(in.Text("commit", {.min = 7, .max = 64}));
        if (!IsHex(out)) {
            in.Error("commit", "must be the hash of a commit: 7 to 64 hex digits");
        }
    });
}

Decoded<MeetDefinition> DecodeMeetDefinition(const Document& document) {
    return ReadObject<MeetDefinition>(document, [](platform::ObjectReader& in, MeetDefinition& out) {
        out.item = in.Integer("item", 1, 100'000);
        out.evidence = ReadProse(in, "evidence");
    });
}

}  // namespace wire
