#include "controller/render/programme.hpp"

#include "controller/render/sheet.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

/// Numbered from 1; the section named `none` when there is nothing.
void FillList(Sheet& sheet, const char* section, const char* none, const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Sheet row = sheet.Row(section);
        row.Number("N", static_cast<long long>(i) + 1);
        row.Line("TEXT", texts[i]);
    }
    if (texts.empty() && none != nullptr) {
        sheet.Show(none);
    }
}

void FillTests(Sheet& sheet, const std::vector<TestLine>& tests) {
    for (std::size_t i = 0; i < tests.size(); ++i) {
        Sheet row = sheet.Row("TEST");
        row.Number("N", static_cast<long long>(i) + 1);
        row.Line("TEXT", tests[i].command);
        row.Line("RESULT", tests[i].result);
    }
    if (tests.empty()) {
        sheet.Show("NO_TEST");
    }
}

std::string OrNobody(const std::string& name) {
    return name.empty() ? "not named" : name;
}

std::vector<std::string> LinesOf(const std::string& text) {
    std::vector<std::string> lines;
    for (const std::string_view line : platform::Split(text, '\n')) {
        if (!platform::Trim(line).empty()) {
            lines.emplace_back(platform::Trim(line));
        }
    }
    return lines;
}

void FillEvidence(Sheet& sheet, const ReportPacket& packet) {
    Sheet part = sheet.Row("EVIDENCE_OF");
    part.Line("NUMBER", packet.number);
    part.Line("PACKET_TITLE", packet.title);
    for (const RunLine& run : packet.runs) {
        Sheet row = part.Row("RUN");
        row.Line("COMMAND", run.command);
        row.Line("RESULT", run.result);
        row.Number("BYTES", run.bytes);
        row.Line("DIGEST", run.digest);
        row.Line("AT", run.at);
        row.Line("BY", run.by);
    }
    if (packet.runs.empty()) {
        part.Show("NO_RUN");
    }
    for (const ReviewLine& review : packet.reviews) {
        Sheet row = part.Row("REVIEW");
        row.Line("BY", review.by);
        row.Line("AT", review.at);
        row.Line("VERDICT", review.verdict);
        row.Line("GATES", review.gates);
        row.Line("RISK", review.risk);
        row.Line("ROLLBACK", review.rollback);
    }
    if (packet.reviews.empty()) {
        part.Show("NO_REVIEW");
    }
}

}  // namespace

std::string RenderDelegation(const PacketSheet& packet, const Templates& templates) {
    Sheet sheet(Format::kText);
    sheet.Line("NUMBER", packet.number);
    sheet.Line("TITLE", packet.title);
    FillList(sheet, "OBJECTIVE", "NO_OBJECTIVE", LinesOf(packet.objective));
    FillList(sheet, "SCOPE", "NO_SCOPE", packet.scope);
    FillList(sheet, "WORK", "NO_WORK", packet.work);
    FillTests(sheet, packet.tests);
    std::vector<std::string> evidence = {"Files changed, with the reason for each",
                                         "Output of the commands with their exit codes", "Risks and rollback"};
    evidence.insert(evidence.end(), packet.evidence.begin(), packet.evidence.end());
    FillList(sheet, "EVIDENCE", nullptr, evidence);
    FillList(sheet, "CRITERION", "NO_CRITERION", packet.exit_criteria);
    sheet.Line("IMPLEMENTER", OrNobody(packet.implementer));
    sheet.Line("REVIEWER", OrNobody(packet.reviewer));
    return sheet.Render("delegation", templates);
}

std::string RenderReviewOutput(const PacketSheet& packet, const Templates& templates) {
    Sheet sheet(Format::kText);
    sheet.Line("NUMBER", packet.number);
    sheet.Line("TITLE", packet.title);
    FillList(sheet, "SCOPE", "NO_SCOPE", packet.scope);
    FillTests(sheet, packet.tests);
    for (const GateLine& gate : packet.gates) {
        Sheet row = sheet.Row("GATE");
        row.Line("NAME", gate.name);
        row.Line("TEXT", gate.text);
    }
    sheet.Line("VERDICT", packet.verdict);
    if (const auto findings = LinesOf(packet.findings); !findings.empty()) {
        Sheet part = sheet.Row("FINDINGS_GIVEN");
        FillList(part, "FINDING", nullptr, findings);
    }
    sheet.Line("RISK", packet.residual_risk);
    sheet.Line("ROLLBACK", packet.rollback);
    return sheet.Render("review", templates);
}

std::string RenderCertification(const ProgrammeReport& report, const Templates& templates) {
    Sheet sheet(Format::kMarkdown);
    sheet.Line("ID", report.id);
    sheet.Line("TITLE", report.title);
    sheet.Line("CAPABILITY", report.capability);
    sheet.Line("STATE", report.state);
    sheet.Line("UPDATED", report.updated);
    for (const ReportPacket& packet : report.packets) {
        Sheet row = sheet.Row("PACKET");
        row.Line("NUMBER", packet.number);
        row.Line("PACKET_TITLE", packet.title);
        row.Line("STATUS", packet.status);
        row.Line("IMPLEMENTER", packet.implementer);
        row.Line("REVIEWER", packet.reviewer);
        row.Line("VERDICT", packet.verdict);
        row.Number("TICKED", packet.ticked);
        row.Number("BOXES", packet.boxes);
        row.Line("CHECKPOINT", packet.checkpoint);
    }
    for (const ReportPacket& packet : report.packets) {
        FillEvidence(sheet, packet);
    }
    for (const NamedLine& milestone : report.milestones) {
        Sheet row = sheet.Row("MILESTONE");
        row.Line("NAME", milestone.name);
        row.Line("TEXT", milestone.text);
    }
    if (report.milestones.empty()) {
        sheet.Show("NO_MILESTONE");
    }
    long long number = 0;
    for (const NamedLine& item : report.definition_of_done) {
        Sheet row = sheet.Row("DONE");
        row.Number("N", ++number);
        row.Line("TEXT", item.name);
        row.Line("RESULT", item.text);
    }
    if (report.definition_of_done.empty()) {
        sheet.Show("NO_DONE");
    }
    for (const NamedLine& audit : report.audits) {
        Sheet row = sheet.Row("AUDIT");
        row.Line("COMMIT", audit.name);
        row.Line("TEXT", audit.text);
    }
    if (report.audits.empty()) {
        sheet.Show("NO_AUDIT");
    }
    sheet.Line("CONTENT_HASH", report.content_hash);
    return sheet.Render("certification", templates);
}

}  // namespace render
