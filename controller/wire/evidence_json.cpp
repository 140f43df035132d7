#include "controller/wire/evidence_json.hpp"

#include "controller/wire/finding_json.hpp"
#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::EnumText;
using platform::FormatTime;
using platform::Json;

constexpr platform::TextRule kEvidenceRule{.min = 3, .max = 4000};
constexpr std::int64_t kMostBytes = std::int64_t{1} << 50;

void PutResolution(Json& json, const std::optional<Resolution>& resolution) {
    if (resolution) {
        json["resolution"] = {{"text", resolution->text},
                              {"evidence", resolution->evidence},
                              {"by", resolution->by},
                              {"at", FormatTime(resolution->at)}};
    }
}

void PutRevocation(Json& json, const std::optional<Revoked>& revocation) {
    if (revocation) {
        json["revocation"] = {
            {"by", revocation->by}, {"reason", revocation->reason}, {"at", FormatTime(revocation->at)}};
    }
}

/// Why something given in writing counts or does not: one word that filters can use.
const char* StateOf(bool revoked, bool hash_matches, bool entitled) {
    if (revoked) {
        return "revoked";
    }
    if (!hash_matches) {
        return "void_content_changed";
    }
    return entitled ? "counts" : "void_not_entitled";
}

Json ApprovalToJson(const Approval& approval) {
    Json json = {{"id", approval.id},
                 {"release", approval.release},
                 {"scope", EnumText(approval.scope)},
                 {"role", EnumText(approval.role)},
                 {"principal", approval.principal},
                 {"content_hash", approval.content_hash},
                 {"self_approved", approval.self_approved},
                 {"note", approval.note},
                 {"created_at", FormatTime(approval.created_at)},
                 {"state", StateOf(approval.revocation.has_value(), approval.hash_matches, approval.entitled)}};
    PutRevocation(json, approval.revocation);
    return json;
}

Json HardStopToJson(const HardStop& stop) {
    Json json = {{"id", stop.id},
                 {"release", stop.release},
                 {"rule", EnumText(stop.rule)},
                 {"reason", stop.reason},
                 {"raised_by", stop.raised_by},
                 {"raised_at", FormatTime(stop.raised_at)},
                 {"state", stop.resolution ? "resolved" : "open"}};
    PutResolution(json, stop.resolution);
    return json;
}

bool IsLowerHex64(const std::string& text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// `evidence.command`: the whole contract, so that a run without its exit code or digest is never taken for one.
CommandEvidence ReadCommand(const Json& command, platform::FieldErrors& errors) {
    CommandEvidence out;
    platform::ObjectReader in(command, "/evidence/command", errors);
    if (in.TextList("argv", 1000, {.min = 0, .max = 8000}).empty()) {
        in.Error("argv", "must name the command that ran");
    }
    out.exit_code = static_cast<int>(in.Integer("exit_code", -1, 65535));
    in.Instant("started_at");
    in.Integer("duration_ms", 0, std::int64_t{365} * 24 * 3600 * 1000);
    out.timed_out = in.Boolean("timed_out");
    out.output_bytes = in.Integer("output_bytes", 0, kMostBytes);
    if (const std::string digest = in.Text("output_sha256", {.min = 64, .max = 64}); !IsLowerHex64(digest)) {
        in.Error("output_sha256", "must be 64 lower-case hex digits");
    }
    in.OptionalText("excerpt", {.min = 0, .max = 8000});
    in.Finish();
    return out;
}

void ReadEvidence(const Json& evidence, RecordCheck& out, platform::FieldErrors& errors) {
    platform::ObjectReader in(evidence, "/evidence", errors);
    in.OptionalText("text", {.min = 1, .max = 16000});
    if (const auto url = in.OptionalText("url", {.min = 8, .max = 2000});
        url && !url->starts_with("https://") && !url->starts_with("http://")) {
        in.Error("url", "must be an http or https address");
    }
    if (const Json* command = in.OptionalObject("command")) {
        out.command = ReadCommand(*command, errors);
    }
    if (const Json* measurements = in.OptionalObject("measurements")) {
        for (const auto& [name, value] : measurements->items()) {
            if (!value.is_number() && !value.is_string() && !value.is_boolean()) {
                in.Error("measurements", "'" + name + "' must be a number, a text or true/false");
            }
        }
    }
    in.Finish();
    out.has_evidence = !evidence.empty();
    out.evidence = platform::CanonicalJson(evidence);
}

}  // namespace

std::string EncodeCheck(const Check& check) {
    Json json = {{"id", check.id},
                 {"release", check.release},
                 {"control", EnumText(check.control)},
                 {"outcome", EnumText(check.outcome)},
                 {"tier", EnumText(check.tier)},
                 {"channel", EnumText(check.channel)},
                 {"change_hash", check.change_hash},
                 {"current", check.current},
                 {"evidence", Json::parse(check.evidence)},
                 {"performed_at", FormatTime(check.performed_at)},
                 {"recorded_by", check.recorded_by},
                 {"recorded_at", FormatTime(check.recorded_at)}};
    if (!check.key.empty()) {
        json["key"] = check.key;
    }
    if (!check.reason.empty()) {
        json["reason"] = check.reason;
    }
    PutResolution(json, check.resolution);
    return json.dump();
}

std::string EncodeApproval(const Approval& approval) {
    return ApprovalToJson(approval).dump();
}

std::string EncodeApprovalBoard(const ApprovalBoard& board) {
    Json items = Json::array();
    for (const Approval& approval : board.items) {
        items.push_back(ApprovalToJson(approval));
    }
    Json required = Json::array();
    for (const policy::ApprovalSlot& slot : board.required) {
        Json entry = {{"scope", EnumText(slot.scope)}, {"role", EnumText(slot.role)}};
        if (slot.filled_by) {
            entry["filled_by"] = slot.filled_by->Text();
        }
        if (slot.principal) {
            entry["principal"] = slot.principal->Text();
        }
        if (slot.self_approved) {
            entry["self_approved"] = true;
        }
        required.push_back(std::move(entry));
    }
    return Json{{"items", std::move(items)}, {"required", std::move(required)}}.dump();
}

std::string EncodeRiskAcceptance(const RiskAcceptance& acceptance) {
    const char* state = StateOf(acceptance.revocation.has_value(), acceptance.hash_matches, acceptance.entitled);
    Json json = {{"id", acceptance.id},
                 {"release", acceptance.release},
                 {"principal", acceptance.principal},
                 {"content_hash", acceptance.content_hash},
                 {"risk", acceptance.risk},
                 {"rationale", acceptance.rationale},
                 {"review_date", platform::FormatDate(acceptance.review_date)},
                 {"created_at", FormatTime(acceptance.created_at)},
                 {"state", std::string_view(state) == "counts" && acceptance.lapsed ? "lapsed" : state}};
    PutRevocation(json, acceptance.revocation);
    return json.dump();
}

std::string EncodeHardStop(const HardStop& stop) {
    return HardStopToJson(stop).dump();
}

std::string EncodeHardStopBoard(const HardStopBoard& board) {
    Json items = Json::array();
    for (const HardStop& stop : board.items) {
        items.push_back(HardStopToJson(stop));
    }
    return Json{{"items", std::move(items)}, {"derived", ToJson(board.derived)}}.dump();
}

Decoded<RecordCheck> DecodeRecordCheck(const Document& document) {
    platform::FieldErrors errors;
    RecordCheck out;
    platform::ObjectReader in(document.Root(), "", errors);
    out.control = in.Enum<policy::Control>("control");
    out.key = in.OptionalText("key", {.min = 1, .max = 100}).value_or("");
    out.outcome = in.Enum<policy::CheckOutcome>("outcome");
    out.tier = in.OptionalEnum<policy::EvidenceTier>("tier").value_or(policy::EvidenceTier::kDocumented);
    out.reason = in.OptionalText("reason", kProseRule).value_or("");
    out.performed_at = in.OptionalInstant("performed_at");
    if (const Json* evidence = in.OptionalObject("evidence")) {
        ReadEvidence(*evidence, out, errors);
    }
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    return out;
}

Decoded<ResolveCommand> DecodeResolve(const Document& document) {
    return ReadObject<ResolveCommand>(document, [](platform::ObjectReader& in, ResolveCommand& out) {
        out.resolution = in.Text("resolution", kEvidenceRule);
        out.evidence = in.Text("evidence", kEvidenceRule);
    });
}

Decoded<ResolveCommand> DecodeResolveHardStop(const Document& document) {
    return ReadObject<ResolveCommand>(document, [](platform::ObjectReader& in, ResolveCommand& out) {
        out.cites = in.Text("cites", {.min = 1, .max = 40});
        out.resolution = in.Text("resolution", kEvidenceRule);
        out.evidence = in.Text("evidence", kEvidenceRule);
    });
}

Decoded<GiveApproval> DecodeGiveApproval(const Document& document) {
    return ReadObject<GiveApproval>(document, [](platform::ObjectReader& in, GiveApproval& out) {
        out.role = in.Enum<policy::Role>("as");
        out.scope = in.OptionalEnum<policy::ApprovalScope>("for").value_or(policy::ApprovalScope::kClass);
        out.note = in.OptionalText("note", kProseRule).value_or("");
        out.content_hash = in.OptionalText("content_hash", {.min = 64, .max = 64});
    });
}

Decoded<AcceptRisk> DecodeAcceptRisk(const Document& document) {
    return ReadObject<AcceptRisk>(document, [](platform::ObjectReader& in, AcceptRisk& out) {
        out.risk = in.Text("risk", kProseRule);
        out.rationale = in.Text("rationale", kProseRule);
        out.review_date = in.OptionalDate("review_date");
        if (!out.review_date) {
            in.Error("review_date", "is missing: an accepted risk lapses on a day, 2025-06-30");
        }
    });
}

Decoded<RaiseHardStop> DecodeRaiseHardStop(const Document& document) {
    return ReadObject<RaiseHardStop>(document, [](platform::ObjectReader& in, RaiseHardStop& out) {
        out.rule = in.Enum<policy::HardStop>("rule");
        out.reason = in.Text("reason", kEvidenceRule);
    });
}

}  // namespace wire
