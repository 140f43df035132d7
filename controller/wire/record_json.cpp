#include "controller/wire/record_json.hpp"

#include <algorithm>

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::EnumText;
using platform::FormatTime;
using platform::Json;

constexpr platform::TextRule kLocalTimeRule{.min = 16, .max = 19};

void PutDate(Json& json, const char* field, const std::optional<platform::Date>& value) {
    if (value) {
        json[field] = platform::FormatDate(*value);
    }
}

/// 2025-12-20T18:00 or with seconds, no zone: the zone is a field of its own.
bool IsLocalTime(const std::string& text) {
    const bool seconds = text.size() == 19;
    return (text.size() == 16 || seconds) && platform::ParseTime(text + (seconds ? "Z" : ":00Z")).has_value();
}

std::string ReadLocalTime(platform::ObjectReader& in, const char* field) {
    std::string text = in.Text(field, kLocalTimeRule);
    if (!text.empty() && !IsLocalTime(text)) {
        in.Error(field, "must be a local time without zone such as 2025-12-20T18:00:00, not '" + text + "'");
    }
    return text;
}

policy::Severity ReadSeverity(platform::ObjectReader& in) {
    const std::string text = in.Text("severity", {.min = 1, .max = 10});
    const auto severity = ParseSeverity(text);
    if (!severity && !text.empty()) {
        in.Error("severity", "must be one of SEV-1, SEV-2, SEV-3, SEV-4 (or P1 to P4), not '" + text + "'");
    }
    return severity.value_or(policy::Severity::kSev4);
}

void ReadConcerns(platform::ObjectReader& in, OpenIncident& out, platform::FieldErrors& errors) {
    const Json* concerns = in.Object("concerns");
    if (concerns == nullptr) {
        return;
    }
    platform::ObjectReader lists(*concerns, in.PointerTo("concerns"), errors);
    for (const auto& [field, kind] : {std::pair{"releases", "release"}, std::pair{"tenants", "tenant"},
                                      std::pair{"instances", "instance"}, std::pair{"rollouts", "rollout"}}) {
        for (const std::string& id : lists.OptionalTextList(field, 500, {.min = 1, .max = 100})) {
            if (!platform::IsIdText(id, 100)) {
                lists.Error(field, "holds '" + id + "', which is no id");
            }
            out.concerns.push_back({kind, id});
        }
    }
    lists.Finish();
    if (out.concerns.empty()) {
        in.Error("concerns", "must name at least one release, tenant, instance or rollout");
    }
}

bool ReadChoice(platform::ObjectReader& in, const char* field, const std::string& yes, const std::string& no) {
    const std::string text = in.Text(field, {.min = 1, .max = 20});
    if (!text.empty() && text != yes && text != no) {
        in.Error(field, "must be one of " + yes + ", " + no + ", not '" + text + "'");
    }
    return text == yes;
}

}  // namespace

// --- Memos -----------------------------------------------------------------------------------------------------------

std::string EncodeMemoSummary(const MemoSummary& memo) {
    Json document = Json::parse(memo.document);
    Json json = {{"release", memo.release},
                 {"number", memo.number},
                 {"target", EnumText(memo.target)},
                 {"decision", EnumText(memo.decision)},
                 {"content_hash", memo.content_hash},
                 {"decided_by", memo.decided_by},
                 {"decided_at", FormatTime(memo.decided_at)},
                 {"signed", memo.is_signed},
                 {"newest", memo.newest}};
    json["signatures"] = document.contains("signatures") ? document["signatures"] : Json::array();
    document.erase("signatures");
    document.erase("content_hash");
    json["content"] = std::move(document);
    return json.dump();
}

Decoded<DecideMemo> DecodeDecideMemo(const Document& document) {
    platform::FieldErrors errors;
    DecideMemo out;
    platform::ObjectReader in(document.Root(), "", errors);
    out.target = in.Enum<policy::Channel>("for");
    if (out.target != policy::Channel::kCandidate && out.target != policy::Channel::kStable) {
        in.Error("for", "must be candidate or stable: a memo decides about entering one of them");
    }
    out.decision = in.Enum<policy::Decision>("decision");
    out.notes = in.OptionalText("notes", {.min = 0, .max = 16000}).value_or("");
    out.rationale = in.OptionalText("rationale", {.min = 0, .max = 16000}).value_or("");
    out.remediation = in.OptionalText("remediation", {.min = 0, .max = 16000}).value_or("");
    const Json* risks = in.OptionalArray("risks", 100);
    for (std::size_t i = 0; risks != nullptr && i < risks->size(); ++i) {
        platform::ObjectReader item((*risks)[i], "/risks/" + std::to_string(i), errors);
        policy::AcceptedRisk risk;
        risk.risk = item.Text("risk", kProseRule);
        risk.rationale = item.OptionalText("rationale", {.min = 0, .max = 4000}).value_or("");  // MEM-4 judges it
        item.Finish();
        out.risks.push_back(std::move(risk));
    }
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    return out;
}

Decoded<SignMemo> DecodeSignMemo(const Document& document) {
    return ReadObject<SignMemo>(document, [](platform::ObjectReader& in, SignMemo& out) {
        out.role = in.Enum<policy::Role>("as");
        out.content_hash = in.Text("content_hash", {.min = 64, .max = 64});
    });
}

std::string EncodeLint(const std::vector<LintLine>& findings) {
    Json list = Json::array();
    std::int64_t doubts = 0;
    for (const LintLine& finding : findings) {
        doubts += finding.severity == "doubt" ? 1 : 0;
        list.push_back({{"rule", finding.rule},
                        {"line", finding.line},
                        {"severity", finding.severity},
                        {"message", finding.message},
                        {"remedy", finding.remedy}});
    }
    const auto all = static_cast<std::int64_t>(findings.size());
    return Json{{"findings", std::move(list)}, {"contradictions", all - doubts}, {"doubts", doubts}}.dump();
}

// --- Rollbacks -------------------------------------------------------------------------------------------------------

std::string EncodeRollback(const Rollback& rollback) {
    Json steps = Json::array();
    for (const RollbackStepView& step : rollback.steps) {
        Json entry = {{"n", step.n}, {"kind", step.kind}, {"text", step.text}, {"state", step.state}};
        PutOptional(entry, "due_at", step.due_at);
        PutOptional(entry, "evidence", step.evidence);
        PutOptional(entry, "done_by", step.done_by);
        PutOptional(entry, "done_at", step.done_at);
        PutOptional(entry, "sent_at", step.sent_at);
        steps.push_back(std::move(entry));
    }
    Json json = {{"id", rollback.id},
                 {"release", rollback.release},
                 {"reason", rollback.reason},
                 {"authority", rollback.authority},
                 {"state", rollback.state},
                 {"started_by", rollback.started_by},
                 {"started_at", FormatTime(rollback.started_at)},
                 {"steps", std::move(steps)}};
    PutOptional(json, "approved_by", rollback.approved_by);
    PutOptional(json, "incident", rollback.incident);
    PutOptional(json, "operation", rollback.operation);
    PutOptional(json, "watch_until", rollback.watch_until);
    PutOptional(json, "outcome", rollback.outcome);
    PutOptional(json, "outcome_reason", rollback.outcome_reason);
    PutOptional(json, "finished_at", rollback.finished_at);
    if (!rollback.notes.empty()) {
        json["notes"] = rollback.notes;
    }
    return json.dump();
}

std::string EncodeRollbackApproval(const RollbackApproval& approval) {
    return Json{{"id", approval.id},
                {"release", approval.release},
                {"approved_by", approval.approved_by},
                {"reason", approval.reason},
                {"approved_at", FormatTime(approval.approved_at)},
                {"expires_at", FormatTime(approval.expires_at)}}
        .dump();
}

std::string EncodeEvaluation(const Evaluation& evaluation) {
    Json json = {{"id", evaluation.id},
                 {"release", evaluation.release},
                 {"incident", evaluation.incident},
                 {"opened_at", FormatTime(evaluation.opened_at)}};
    PutOptional(json, "decision", evaluation.decision);
    PutOptional(json, "reason", evaluation.reason);
    PutOptional(json, "decided_by", evaluation.decided_by);
    PutOptional(json, "decided_at", evaluation.decided_at);
    return json.dump();
}

Decoded<StartRollback> DecodeStartRollback(const Document& document) {
    return ReadObject<StartRollback>(document, [](platform::ObjectReader& in, StartRollback& out) {
        out.reason = in.Text("reason", {.min = 3, .max = 4000});
        out.incident = in.OptionalText("incident", {.min = 1, .max = 40});
        if (const auto watch = in.OptionalText("watch", {.min = 2, .max = 20})) {
            out.watch = platform::ParseDuration(*watch);
            if (!out.watch || *out.watch < std::chrono::minutes{1} || *out.watch > std::chrono::hours{24}) {
                in.Error("watch", "must be a span from 1m to 24h, not '" + *watch + "'");
            }
        }
    });
}

Decoded<FinishStep> DecodeFinishStep(const Document& document) {
    return ReadObject<FinishStep>(document, [](platform::ObjectReader& in, FinishStep& out) {
        out.done = ReadChoice(in, "state", "done", "failed");
        out.evidence = in.Text("evidence", {.min = 3, .max = 4000});
    });
}

Decoded<FinishRollback> DecodeFinishRollback(const Document& document) {
    return ReadObject<FinishRollback>(document, [](platform::ObjectReader& in, FinishRollback& out) {
        out.succeeded = ReadChoice(in, "outcome", "succeeded", "failed");
        out.reason = in.Text("reason", {.min = 3, .max = 4000});
    });
}

Decoded<DecideEvaluation> DecodeDecideEvaluation(const Document& document) {
    return ReadObject<DecideEvaluation>(document, [](platform::ObjectReader& in, DecideEvaluation& out) {
        out.roll_back = ReadChoice(in, "decision", "roll_back", "continue");
        out.reason = in.Text("reason", {.min = 3, .max = 4000});
    });
}

// --- Incidents -------------------------------------------------------------------------------------------------------

std::optional<policy::Severity> ParseSeverity(std::string_view text) {
    if (text.size() == 2 && (text[0] == 'P' || text[0] == 'p') && text[1] >= '1' && text[1] <= '4') {
        return static_cast<policy::Severity>(text[1] - '1');
    }
    return platform::ParseEnum<policy::Severity>(text);
}

std::string EncodeIncident(const Incident& incident) {
    Json concerns = {{"releases", Json::array()},
                     {"tenants", Json::array()},
                     {"instances", Json::array()},
                     {"rollouts", Json::array()}};
    for (const IncidentConcern& concern : incident.concerns) {
        concerns[concern.kind + "s"].push_back(concern.id);
    }
    Json events = Json::array();
    for (const IncidentEvent& event : incident.events) {
        events.push_back({{"n", event.n},
                          {"at", FormatTime(event.at)},
                          {"actor", event.actor},
                          {"kind", event.kind},
                          {"detail", Json::parse(event.detail)}});
    }
    Json breaches = Json::array();
    if (incident.acknowledge_breached) {
        breaches.push_back("acknowledge");
    }
    if (incident.contain_breached) {
        breaches.push_back("contain");
    }
    Json recorded = Json::array();
    for (const RecordedBreach& breach : incident.recorded_breaches) {
        recorded.push_back({{"clock", breach.clock},
                            {"severity", EnumText(breach.severity)},
                            {"due_at", FormatTime(breach.due_at)},
                            {"recorded_at", FormatTime(breach.recorded_at)}});
    }
    Json json = {{"id", incident.id},
                 {"title", incident.title},
                 {"description", incident.description},
                 {"severity", EnumText(incident.severity)},
                 {"state", EnumText(incident.state)},
                 {"opened_at", FormatTime(incident.opened_at)},
                 {"opened_by", incident.opened_by},
                 {"acknowledge_by", FormatTime(incident.acknowledge_by)},
                 {"contain_by", FormatTime(incident.contain_by)},
                 {"breaches", std::move(breaches)},
                 {"recorded_breaches", std::move(recorded)},
                 {"concerns", std::move(concerns)},
                 {"events", std::move(events)}};
    PutOptional(json, "acknowledged_at", incident.acknowledged_at);
    PutOptional(json, "acknowledged_by", incident.acknowledged_by);
    PutOptional(json, "contained_at", incident.contained_at);
    PutOptional(json, "contained_by", incident.contained_by);
    PutOptional(json, "resolved_at", incident.resolved_at);
    PutOptional(json, "resolved_by", incident.resolved_by);
    PutOptional(json, "resolution", incident.resolution);
    return json.dump();
}

std::string EncodeNoteDetail(const std::string& note, const std::string& evidence) {
    Json json = {{"note", note}};
    if (!evidence.empty()) {
        json["evidence"] = evidence;
    }
    return json.dump();
}

Decoded<OpenIncident> DecodeOpenIncident(const Document& document) {
    platform::FieldErrors errors;
    OpenIncident out;
    platform::ObjectReader in(document.Root(), "", errors);
    out.title = in.Text("title", kNameRule);
    out.description = in.OptionalText("description", {.min = 0, .max = 16000}).value_or("");
    out.severity = ReadSeverity(in);
    ReadConcerns(in, out, errors);
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    return out;
}

Decoded<NoteCommand> DecodeOptionalNote(const Document& document) {
    return ReadObject<NoteCommand>(document, [](platform::ObjectReader& in, NoteCommand& out) {
        out.note = in.OptionalText("note", kProseRule).value_or("");
    });
}

Decoded<NoteCommand> DecodeNote(const Document& document) {
    return ReadObject<NoteCommand>(
        document, [](platform::ObjectReader& in, NoteCommand& out) { out.note = in.Text("note", kProseRule); });
}

Decoded<ResolveIncident> DecodeResolveIncident(const Document& document) {
    return ReadObject<ResolveIncident>(document, [](platform::ObjectReader& in, ResolveIncident& out) {
        out.resolution = in.Text("resolution", {.min = 3, .max = 4000});
        out.evidence = in.Text("evidence", {.min = 3, .max = 4000});
    });
}

Decoded<ChangeSeverity> DecodeChangeSeverity(const Document& document) {
    return ReadObject<ChangeSeverity>(document, [](platform::ObjectReader& in, ChangeSeverity& out) {
        out.severity = ReadSeverity(in);
        out.reason = in.Text("reason", {.min = 3, .max = 4000});
        out.evidence = in.OptionalText("evidence", {.min = 3, .max = 4000}).value_or("");
    });
}

// --- Freezes ---------------------------------------------------------------------------------------------------------

std::string EncodeFreeze(const Freeze& freeze) {
    Json json = {{"id", freeze.id},         {"scope", EnumText(freeze.scope)},
                 {"zone", freeze.zone},     {"starts", freeze.starts},
                 {"ends", freeze.ends},     {"recurrence", freeze.recurrence},
                 {"reason", freeze.reason}, {"created_by", freeze.created_by},
                 {"active", freeze.active}, {"created_at", FormatTime(freeze.created_at)}};
    if (freeze.channel) {
        json["channel"] = EnumText(*freeze.channel);
    }
    PutOptional(json, "tenant", freeze.tenant);
    PutDate(json, "until", freeze.until);
    PutOptional(json, "cancelled_at", freeze.cancelled_at);
    PutOptional(json, "cancelled_by", freeze.cancelled_by);
    PutOptional(json, "next_start", freeze.next_start);
    PutOptional(json, "next_end", freeze.next_end);
    return json.dump();
}

Decoded<AddFreeze> DecodeAddFreeze(const Document& document) {
    return ReadObject<AddFreeze>(document, [](platform::ObjectReader& in, AddFreeze& out) {
        out.scope = in.Enum<policy::FreezeScope>("scope");
        out.channel = in.OptionalEnum<policy::Channel>("channel");
        out.tenant = ReadOptionalId<policy::TenantId>(in, "tenant");
        out.zone = in.Text("zone", {.min = 1, .max = 60});
        out.starts = ReadLocalTime(in, "starts");
        out.ends = ReadLocalTime(in, "ends");
        out.recurrence = in.OptionalText("recurrence", {.min = 1, .max = 10}).value_or("none");
        out.until = in.OptionalDate("until");
        out.reason = in.Text("reason", {.min = 3, .max = 4000});
        if (out.recurrence != "none" && out.recurrence != "weekly" && out.recurrence != "yearly") {
            in.Error("recurrence", "must be one of none, weekly, yearly, not '" + out.recurrence + "'");
        }
        if ((out.scope == policy::FreezeScope::kChannel) != out.channel.has_value()) {
            in.Error("channel", "belongs to scope channel, and only to it");
        }
        if ((out.scope == policy::FreezeScope::kTenant) != out.tenant.has_value()) {
            in.Error("tenant", "belongs to scope tenant, and only to it");
        }
        if (IsLocalTime(out.starts) && IsLocalTime(out.ends) && out.starts >= out.ends) {
            in.Error("ends", "must be after starts");
        }
    });
}

// --- Audit and timeline ----------------------------------------------------------------------------------------------

std::string EncodeAuditRecord(const AuditRecord& record) {
    Json json = Json::parse(record.document);
    json["prev_hash"] = record.prev_hash;
    json["hash"] = record.hash;
    return json.dump();
}

std::string EncodeTimelineItem(const AuditRecord& record) {
    const Json document = Json::parse(record.document);
    Json item = {{"seq", record.seq}};
    for (const char* field : {"at", "actor", "action", "outcome", "summary", "tenant"}) {
        if (document.contains(field)) {
            item[field] = document[field];
        }
    }
    return item.dump();
}

std::string EncodeAuditVerification(const AuditVerification& verification) {
    return Json{{"entries", verification.entries},
                {"first", verification.first},
                {"last", verification.last},
                {"head", verification.head},
                {"valid", verification.problems.empty()},
                {"problems", verification.problems}}
        .dump();
}

}  // namespace wire
