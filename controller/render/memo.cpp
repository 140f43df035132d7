#include "controller/render/memo.hpp"

#include <algorithm>

#include "controller/policy/memo.hpp"
#include "controller/render/sheet.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

std::string DayText(policy::Time time) {
    return platform::FormatDate(platform::DateOf(time));
}

std::string NameAndId(const policy::MemoPerson& person) {
    return person.name + " (" + person.id.Text() + ")";
}

void FillMemoHead(const policy::MemoDocument& memo, Sheet& sheet) {
    sheet.Line("RELEASE", memo.release.Text());
    sheet.Line("CLASS", memo.classification ? ClassLabel(*memo.classification) : "not classified");
    sheet.Line("DATE", DayText(memo.at));
    sheet.LineIfAny("TITLE_GIVEN", "TITLE", memo.title);
    sheet.Line("TARGET", platform::EnumText(memo.target));
    if (memo.number > 0) {
        sheet.Row("NUMBERED").Number("NUMBER", memo.number);
    }
    if (memo.simulated_clock) {
        sheet.Show("SIMULATED");
    }
    if (!memo.decision) {
        sheet.Show("IS_DRAFT");
        sheet.Line("READ_AT", MinuteText(memo.at));
        return;
    }
    sheet.Line("DECISION", platform::EnumText(*memo.decision));
    sheet.Show(*memo.decision == policy::Decision::kGo ? "IS_GO" : "IS_NO_GO");
    Sheet decided = sheet.Row("DECIDED");
    decided.Line("DECIDED_BY", memo.decided_by ? NameAndId(*memo.decided_by) : "not recorded");
    decided.Line("DECIDED_AT", MinuteText(memo.at));
}

void FillApprovers(const policy::MemoDocument& memo, Sheet& sheet) {
    if (memo.approvers.empty()) {
        sheet.Show("NO_APPROVERS");
    }
    for (const policy::MemoApprover& approver : memo.approvers) {
        Sheet row = sheet.Row("APPROVER");
        row.Line("NAME", approver.person.name);
        row.Line("ROLE", RoleLabel(approver.role));
        row.Line("DATE", DayText(approver.at));
        row.Line("SCOPE", ScopeLabel(approver.scope));
        if (approver.self_approved) {
            row.Show("SELF_APPROVED");
        }
    }
}

void FillChecklist(const policy::MemoDocument& memo, Sheet& sheet) {
    for (const policy::MemoChecklistItem& item : memo.checklist) {
        Sheet row = sheet.Row("ITEM");
        row.Show(item.holds ? "HOLDS" : "HOLDS_NOT");
        row.Line("ITEM_TITLE", item.title);
        row.LineIfAny("DETAIL_GIVEN", "DETAIL", item.detail);
        for (const std::string& reason : item.reasons) {
            row.Row("REASON").Line("TEXT", reason);
        }
    }
}

void FillRisks(const policy::MemoDocument& memo, Sheet& sheet) {
    if (memo.risks.empty()) {
        sheet.Show("NO_RISKS");
    }
    for (const policy::AcceptedRisk& risk : memo.risks) {
        Sheet row = sheet.Row("RISK");
        row.Line("RISK_TEXT", risk.risk);
        row.Line("RATIONALE", risk.rationale.empty() ? "no rationale given" : risk.rationale);
    }
}

std::string StayText(const policy::MemoStay& stay, policy::Time memo_at) {
    const policy::Time until = stay.left_at.value_or(memo_at);
    std::string text = MinuteText(stay.entered_at) + " to ";
    text += stay.left_at ? MinuteText(*stay.left_at) : "the date of this memo";
    const policy::Time from = std::max(stay.entered_at, stay.counted_from.value_or(stay.entered_at));
    if (from != stay.entered_at) {
        text += ", counted from " + MinuteText(from);
    }
    text += ", " + SpanInWords(until - from);
    if (stay.required > policy::Duration::zero()) {
        text += "; " + SpanInWords(stay.required) + " needed";
    }
    return text;
}

std::string IncidentText(const policy::MemoIncident& incident) {
    std::string text = std::string(platform::EnumText(incident.severity)) + ", " +
                       std::string(platform::EnumText(incident.state)) + ", opened " + MinuteText(incident.opened_at);
    if (incident.resolved_at) {
        text += ", resolved " + MinuteText(*incident.resolved_at);
    }
    return text + ": " + incident.title;
}

void FillRecord(const policy::MemoDocument& memo, Sheet& sheet) {
    for (const policy::MemoStay& stay : memo.record.stays) {
        Sheet row = sheet.Row("STAY");
        row.Line("CHANNEL", platform::EnumText(stay.channel));
        row.Line("STAY_TEXT", StayText(stay, memo.at));
    }
    if (memo.record.incidents.empty()) {
        sheet.Show("NO_INCIDENTS");
    }
    for (const policy::MemoIncident& incident : memo.record.incidents) {
        Sheet row = sheet.Row("INCIDENT");
        row.Line("INCIDENT_ID", incident.id.Text());
        row.Line("INCIDENT_TEXT", IncidentText(incident));
    }
    if (memo.record.plan_owner) {
        sheet.Row("OWNED").Line("OWNER", NameAndId(*memo.record.plan_owner));
    }
    std::vector<std::string_view> tenants;
    for (const policy::TenantId& tenant : memo.record.tenants) {
        tenants.emplace_back(tenant.Text());
    }
    sheet.LineIfAny("TENANTS_GIVEN", "TENANTS", platform::Join(tenants, ", "));
    for (const std::string& doubt : memo.record.doubts) {
        sheet.Row("DOUBT").Line("TEXT", doubt);
    }
}

void FillSignatures(const policy::MemoDocument& memo, Sheet& sheet) {
    for (const policy::Role role : policy::SignatureRoles()) {
        Sheet row = sheet.Row("SIGNATURE");
        row.Line("ROLE", RoleLabel(role));
        const auto signature = std::find_if(memo.signatures.begin(), memo.signatures.end(),
                                            [role](const policy::MemoSignature& each) { return each.role == role; });
        if (signature == memo.signatures.end()) {
            row.Show("UNSIGNED");
            continue;
        }
        Sheet signed_row = row.Row("SIGNED");
        signed_row.Line("NAME", signature->person.name);
        signed_row.Line("DATE", DayText(signature->at));
        signed_row.Line("SIGNED_AT", MinuteText(signature->at));
    }
}

void FillMemoFoot(const policy::MemoDocument& memo, Sheet& sheet) {
    sheet.LineIfAny("CONTENT_HASHED", "CONTENT_HASH", memo.content_hash);
    sheet.Line("MANIFEST_HASH", memo.manifest_hash);
    sheet.Number("MANIFEST_REVISION", memo.manifest_revision);
    sheet.Number("CATALOGUE_VERSION", memo.catalogue_version);
}

}  // namespace

std::string RenderMemo(const policy::MemoDocument& memo, Format format, const Templates& templates) {
    Sheet sheet(format);
    FillMemoHead(memo, sheet);
    FillApprovers(memo, sheet);
    FillChecklist(memo, sheet);
    FillRisks(memo, sheet);
    sheet.Paragraphs("RATIONALE_GIVEN", memo.rationale);
    sheet.Paragraphs("REMEDIATION_GIVEN", memo.remediation);
    sheet.Paragraphs("NOTES_GIVEN", memo.notes);
    FillRecord(memo, sheet);
    FillSignatures(memo, sheet);
    FillMemoFoot(memo, sheet);
    return sheet.Render("memo", templates);
}

}  // namespace render
