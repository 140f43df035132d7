// Certification programmes and their packets.

#include "controller/app/programme_texts.hpp"
#include "controller/app/programmes.hpp"
#include "controller/app/status_audits.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/record_json.hpp"
#include "platform/base/text.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

constexpr std::size_t kProgrammeBytes = 1024 * 1024;

policy::ProgrammeId ProgrammeOf(const Exchange& exchange) {
    return exchange.Id<policy::ProgrammeId>("programme", "programme");
}

policy::PacketNumber PacketOf(const Exchange& exchange) {
    return exchange.Id<policy::PacketNumber>("packet", "packet");
}

Content PlainText(const std::string& text) {
    return {text, "text/plain; charset=utf-8"};
}

HttpResponse PostProgramme(Exchange& exchange) {
    const wire::CreateProgramme command = exchange.Decode(wire::DecodeCreateProgramme);
    return exchange.Mutate([&](store::Tx& tx) { return app::CreateProgramme(tx, exchange.Caller(), command); },
                           wire::EncodeProgramme,
                           [](const wire::Programme& programme) { return "/v1/programmes/" + programme.id; });
}

HttpResponse GetProgrammes(Exchange& exchange) {
    return exchange.List([](store::Tx& tx, const app::PageQuery& page) { return app::ListProgrammes(tx, page); },
                         wire::EncodeProgramme);
}

HttpResponse GetProgramme(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowProgramme(tx, id); }, wire::EncodeProgramme);
}

HttpResponse PostMet(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::MeetDefinition command = exchange.Decode(wire::DecodeMeetDefinition);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::MeetDefinition(tx, exchange.Caller(), id, version, command); },
        wire::EncodeProgramme);
}

HttpResponse PostCertify(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::NoteCommand command = exchange.Decode(wire::DecodeOptionalNote);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::CertifyProgramme(tx, exchange.Caller(), id, version, command.note); },
        wire::EncodeProgramme);
}

HttpResponse PostImport(Exchange& exchange) {
    const auto id = exchange.QueryId<policy::ProgrammeId>("programme");
    if (!id) {
        exchange.RejectQuery("programme", "is missing: the id that the programme gets");
    }
    const std::string& text = exchange.Request().body;
    if (!platform::IsValidUtf8(text) || text.find('\0') != std::string::npos) {
        throw Rejection(
            {400, "input.malformed", "The tracker is no text in UTF-8, or holds NUL characters.", {}, {}, {}});
    }
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ImportTracker(tx, exchange.Caller(), *id, text); },
        wire::EncodeImportedProgramme,
        [](const wire::ImportedProgramme& imported) { return "/v1/programmes/" + imported.programme.id; });
}

HttpResponse GetTracker(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ExportTracker(tx, id); },
                         [&](const std::string& text) {
                             return Content{text, "text/markdown; charset=utf-8", id.Text() + "-tracker.md"};
                         });
}

HttpResponse GetCertification(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const std::string format = exchange.QueryText("format").value_or("json");
    if (format != "json" && format != "md") {
        exchange.RejectQuery("format", "must be one of json, md, not '" + format + "'");
    }
    return exchange.Read([&](store::Tx& tx) { return app::ReportProgramme(tx, id); },
                         [&](const wire::ProgrammeReport& report) {
                             return format == "json" ? Content{wire::EncodeProgrammeReport(report)}
                                                     : Content{app::WriteReport(report), "text/markdown; charset=utf-8",
                                                               id.Text() + "-certification.md"};
                         });
}

HttpResponse GetDelegation(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const policy::PacketNumber packet = PacketOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::WriteDelegation(tx, id, packet); }, PlainText);
}

HttpResponse GetReviewOutput(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const policy::PacketNumber packet = PacketOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::WriteReviewOutput(tx, id, packet); }, PlainText);
}

HttpResponse PostStatusAudit(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const wire::ImportStatusAudit command = exchange.Decode(wire::DecodeStatusAudit);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ImportStatusAudit(tx, exchange.Caller(), id, command); },
        wire::EncodeStatusAudit,
        [](const wire::StatusAudit& audit) { return "/v1/programmes/" + audit.programme + "/status-audits"; });
}

HttpResponse GetStatusAudits(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    return exchange.List([&](store::Tx& tx, const app::PageQuery& page) { return app::ListStatusAudits(tx, id, page); },
                         wire::EncodeStatusAudit);
}

HttpResponse GetPacket(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const policy::PacketNumber packet = PacketOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowPacket(tx, id, packet); }, wire::EncodePacket);
}

HttpResponse PostStart(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const policy::PacketNumber packet = PacketOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::StartPacket command = exchange.Decode(wire::DecodeStartPacket);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::StartPacket(tx, exchange.Caller(), id, packet, version, command); },
        wire::EncodePacket);
}

HttpResponse PostTick(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const policy::PacketNumber packet = PacketOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::TickBox command = exchange.Decode(wire::DecodeTickBox);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::TickBox(tx, exchange.Caller(), id, packet, version, command); },
        wire::EncodePacket);
}

HttpResponse PostRun(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const policy::PacketNumber packet = PacketOf(exchange);
    const wire::RecordRun command = exchange.Decode(wire::DecodeRecordRun);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::RecordRun(tx, exchange.Caller(), id, packet, command); },
        wire::EncodePacketRun,
        [&](const wire::PacketRun&) { return "/v1/programmes/" + id.Text() + "/packets/" + packet.Text(); });
}

HttpResponse PostReview(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const policy::PacketNumber packet = PacketOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::ReviewPacket command = exchange.Decode(wire::DecodeReviewPacket);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ReviewPacket(tx, exchange.Caller(), id, packet, version, command); },
        wire::EncodePacket);
}

HttpResponse PostCheckpoint(Exchange& exchange) {
    const policy::ProgrammeId id = ProgrammeOf(exchange);
    const policy::PacketNumber packet = PacketOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const std::string commit = exchange.Decode(wire::DecodeCheckpoint);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::RecordCheckpoint(tx, exchange.Caller(), id, packet, version, commit); },
        wire::EncodePacket);
}

constexpr QueryParameter kImportQuery[] = {{"programme", R"({"$ref":"Id"})", "The id that the programme gets."}};
constexpr QueryParameter kCertificationQuery[] = {
    {"format", R"({"type":"string","enum":["json","md"]})", "json unless given."}};

constexpr Route kProgrammes[] = {
    {Method::kPost,
     "/v1/programmes/import",
     Kind::kCreate,
     Permission::kManageProgramme,
     "Programmes",
     "Make a programme from a progress tracker, and list what the tracker breaks",
     {201, "ImportedProgramme"},
     {BodyKind::kText, "", kProgrammeBytes},
     kImportQuery,
     Access::kToken,
     PostImport},
    {Method::kGet,
     "/v1/programmes/{programme}/tracker",
     Kind::kRead,
     Permission::kRead,
     "Programmes",
     "The programme as a progress tracker, in the layout it was imported in",
     {200, "", "text/markdown"},
     {},
     {},
     Access::kToken,
     GetTracker},
    {Method::kGet,
     "/v1/programmes/{programme}/report",
     Kind::kRead,
     Permission::kRead,
     "Programmes",
     "The certification report with all evidence and digests",
     {200, "ProgrammeReport", "application/json,text/markdown"},
     {},
     kCertificationQuery,
     Access::kToken,
     GetCertification},
    {Method::kPost,
     "/v1/programmes/{programme}/status-audits",
     Kind::kCreate,
     Permission::kWorkOnPacket,
     "Programmes",
     "Record what the project's own release control says of a commit",
     {201, "StatusAudit"},
     {BodyKind::kJson, "ImportStatusAudit", kProgrammeBytes},
     {},
     Access::kToken,
     PostStatusAudit},
    {Method::kGet,
     "/v1/programmes/{programme}/status-audits",
     Kind::kList,
     Permission::kRead,
     "Programmes",
     "List the recorded status audits",
     {200, "Page:StatusAudit"},
     {},
     {},
     Access::kToken,
     GetStatusAudits},
    {Method::kGet,
     "/v1/programmes/{programme}/packets/{packet}/delegation",
     Kind::kRead,
     Permission::kRead,
     "Programmes",
     "What the implementer of a packet is given",
     {200, "", "text/plain"},
     {},
     {},
     Access::kToken,
     GetDelegation},
    {Method::kGet,
     "/v1/programmes/{programme}/packets/{packet}/review-output",
     Kind::kRead,
     Permission::kRead,
     "Programmes",
     "The required output of a packet's review",
     {200, "", "text/plain"},
     {},
     {},
     Access::kToken,
     GetReviewOutput},
    {Method::kPost,
     "/v1/programmes",
     Kind::kCreate,
     Permission::kManageProgramme,
     "Programmes",
     "Make a certification programme with its packets",
     {201, "Programme"},
     {BodyKind::kJson, "CreateProgramme", kProgrammeBytes},
     {},
     Access::kToken,
     PostProgramme},
    {Method::kGet,
     "/v1/programmes",
     Kind::kList,
     Permission::kRead,
     "Programmes",
     "List programmes with their boards",
     {200, "Page:Programme"},
     {},
     {},
     Access::kToken,
     GetProgrammes},
    {Method::kGet,
     "/v1/programmes/{programme}",
     Kind::kRead,
     Permission::kRead,
     "Programmes",
     "Show a programme with its board",
     {200, "Programme"},
     {},
     {},
     Access::kToken,
     GetProgramme},
    {Method::kPost,
     "/v1/programmes/{programme}/definition-of-done",
     Kind::kChange,
     Permission::kReviewPacket,
     "Programmes",
     "Record that an item of the definition of done holds, with evidence",
     {200, "Programme"},
     {BodyKind::kJson, "MeetDefinition"},
     {},
     Access::kToken,
     PostMet},
    {Method::kPost,
     "/v1/programmes/{programme}:certify",
     Kind::kChange,
     Permission::kCertify,
     "Programmes",
     "Certify a programme whose definition of done holds",
     {200, "Programme"},
     {BodyKind::kOptionalJson, "Note"},
     {},
     Access::kToken,
     PostCertify},
    {Method::kGet,
     "/v1/programmes/{programme}/packets/{packet}",
     Kind::kRead,
     Permission::kRead,
     "Programmes",
     "Show a packet with its boxes, runs and reviews",
     {200, "Packet"},
     {},
     {},
     Access::kToken,
     GetPacket},
    {Method::kPost,
     "/v1/programmes/{programme}/packets/{packet}/start",
     Kind::kChange,
     Permission::kManageProgramme,
     "Programmes",
     "Start a packet, naming who implements and who reviews it",
     {200, "Packet"},
     {BodyKind::kJson, "StartPacket"},
     {},
     Access::kToken,
     PostStart},
    {Method::kPost,
     "/v1/programmes/{programme}/packets/{packet}/ticks",
     Kind::kChange,
     Permission::kWorkOnPacket,
     "Programmes",
     "Tick a box of a packet's checklist, or open it again",
     {200, "Packet"},
     {BodyKind::kJson, "TickBox"},
     {},
     Access::kToken,
     PostTick},
    {Method::kPost,
     "/v1/programmes/{programme}/packets/{packet}/runs",
     Kind::kCreate,
     Permission::kWorkOnPacket,
     "Programmes",
     "Record the run of a packet's test",
     {201, "PacketRun"},
     {BodyKind::kJson, "RecordRun", 256 * 1024},
     {},
     Access::kToken,
     PostRun},
    {Method::kPost,
     "/v1/programmes/{programme}/packets/{packet}/reviews",
     Kind::kChange,
     Permission::kReviewPacket,
     "Programmes",
     "Give the reviewer's verdict on a packet",
     {200, "Packet"},
     {BodyKind::kJson, "ReviewPacket"},
     {},
     Access::kToken,
     PostReview},
    {Method::kPost,
     "/v1/programmes/{programme}/packets/{packet}/checkpoint",
     Kind::kChange,
     Permission::kWorkOnPacket,
     "Programmes",
     "Record the checkpoint commit of an approved packet",
     {200, "Packet"},
     {BodyKind::kJson, "Checkpoint"},
     {},
     Access::kToken,
     PostCheckpoint},
};

}  // namespace

std::span<const Route> ProgrammeRoutes() {
    return kProgrammes;
}

}  // namespace http
