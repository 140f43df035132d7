#include "controller/web/pages/release_records.hpp"

#include <algorithm>

#include "controller/app/evidence.hpp"
#include "controller/app/incidents.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/pages/release_frame.hpp"
#include "controller/web/parts.hpp"
#include "controller/wire/audit_entry.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr int kMostShown = 200;

Tone ToneOfOutcome(policy::CheckOutcome outcome) {
    switch (outcome) {
        case policy::CheckOutcome::kPassed:
            return Tone::kGood;
        case policy::CheckOutcome::kFailed:
            return Tone::kBad;
        case policy::CheckOutcome::kNotApplicable:
            return Tone::kPlain;
        case policy::CheckOutcome::kInconclusive:
            return Tone::kUnsure;
    }
    return Tone::kPlain;
}

/// Of a control that is a rule; the others are words already.
std::string ControlTitle(policy::Control control) {
    const std::string_view text = platform::EnumText(control);
    const policy::Rule* rule = policy::FindRule(text);
    return rule != nullptr ? std::string(rule->title) : std::string();
}

/// The typed form of this kind, when it was about this record.
bool TypedFor(Visit& visit, std::string_view form, std::string_view field, std::string_view id) {
    return visit.FormOf(form).Text(field) == id;
}

void PutEvidence(Slots row, const std::string& evidence) {
    const auto parsed = platform::ParseJson(evidence);
    if (!parsed || !parsed->is_object() || parsed->empty()) {
        return;
    }
    Slots slot = row.Add("EVIDENCE");
    if (const auto text = parsed->find("text"); text != parsed->end() && text->is_string()) {
        slot.Add("TEXT_ONE").Set("TEXT", text->get<std::string>());
    }
    if (const auto url = parsed->find("url"); url != parsed->end() && url->is_string()) {
        slot.Add("URL_ONE").Set("URL", url->get<std::string>());
    }
    platform::Json rest = *parsed;
    rest.erase("text");
    rest.erase("url");
    if (!rest.empty()) {
        slot.Add("REST").Set("JSON", rest.dump(2));
    }
}

void PutResolution(Slots row, const std::optional<wire::Resolution>& resolution) {
    if (resolution) {
        Slots slot = row.Add("RESOLVED");
        slot.Set("TEXT", resolution->text);
        slot.Set("PROOF", resolution->evidence);
        slot.Set("BY", resolution->by);
        PutTime(slot, "AT", resolution->at);
    }
}

void PutResolveForm(Visit& visit, Slots row, std::string_view form_name, std::string_view id) {
    Slots slot = row.Add("RESOLVE");
    slot.Set("RECORD", id);
    if (TypedFor(visit, form_name, "cites", id)) {
        const FormState form = visit.FormOf(form_name);
        slot.Show("TYPED");
        form.Fill(slot, "RESOLUTION", "resolution");
        form.Fill(slot, "PROOF", "evidence");
        form.PutRefusal(slot, "REFUSAL");
    }
}

void PutCheck(Visit& visit, Slots row, const wire::Check& check) {
    row.Set("CONTROL", platform::EnumText(check.control));
    row.Set("TITLE", ControlTitle(check.control));
    row.AddText("KEYED", "KEY", check.key);
    PutBadge(row, "OUTCOME", Words(check.outcome), ToneOfOutcome(check.outcome));
    row.Set("TIER", Words(check.tier));
    row.Set("CHANNEL", platform::EnumText(check.channel));
    row.Set("BY", check.recorded_by);
    PutTime(row, "AT", check.performed_at);
    row.ShowIf(!check.current, "OLD");
    row.AddText("REASONED", "REASON", check.reason);
    PutEvidence(row, check.evidence);
    PutResolution(row, check.resolution);
    if (check.outcome == policy::CheckOutcome::kFailed && !check.resolution && visit.May(Permission::kResolveCheck)) {
        PutResolveForm(visit, row, "resolve-check", check.id);
    }
}

template <typename E>
void PutOptions(Slots page, std::string_view section, std::string_view chosen) {
    for (const auto& name : platform::EnumNames<E>::kNames) {
        Slots slot = page.Add(section);
        slot.Set("VALUE", name.text);
        slot.Set("LABEL", Words(name.value));
        slot.ShowIf(chosen == name.text, "CHOSEN");
    }
}

void PutRecordForm(Visit& visit, Slots page) {
    visit.Offer(page, "RECORD", Permission::kRecordCheck);
    const FormState form = visit.FormOf("record-check");
    page.ShowIf(form.Typed(), "RECORD_TYPED");
    form.PutRefusal(page, "RECORD_REFUSAL");
    PutOptions<policy::CheckOutcome>(page, "OUTCOME_CHOICE", form.Text("outcome"));
    PutOptions<policy::EvidenceTier>(page, "TIER_CHOICE", form.Text("tier"));
    const std::string chosen = form.Text("control");
    for (const auto& name : platform::EnumNames<policy::Control>::kNames) {
        Slots slot = page.Add("CONTROL_CHOICE");
        const policy::Rule* rule = policy::FindRule(name.text);
        slot.Set("VALUE", name.text);
        slot.Set("LABEL", std::string(name.text) + (rule != nullptr ? ": " + std::string(rule->title) : ""));
        slot.ShowIf(chosen == name.text, "CHOSEN");
    }
    form.Fill(page, "RECORD_KEY", "key");
    form.Fill(page, "RECORD_TEXT", "text");
    form.Fill(page, "RECORD_URL", "url");
    form.Fill(page, "RECORD_REASON", "reason");
}

void PutRisks(Visit& visit, Slots page, const policy::ReleaseId& release, const ReleaseRecords& records) {
    for (const wire::RiskAcceptance& risk : records.risks) {
        Slots row = page.Add("RISK");
        row.Set("RISK_TEXT", risk.risk);
        row.Set("RATIONALE", risk.rationale);
        row.Set("BY", risk.principal);
        row.Set("REVIEW", platform::FormatDate(risk.review_date));
        if (risk.revocation) {
            PutBadge(row, "STATE", "taken back", Tone::kPlain);
        } else if (risk.lapsed) {
            PutBadge(row, "STATE", "lapsed", Tone::kBad);
        } else if (!risk.hash_matches) {
            PutBadge(row, "STATE", "for older content", Tone::kWaiting);
        } else {
            PutBadge(row, "STATE", "holds", Tone::kGood);
        }
        if (!risk.revocation && visit.May(Permission::kAcceptRisk)) {
            PutAct(visit, row, "TAKE_BACK",
                   {.form = "revoke-risk",
                    .action = ReleasePath(release, "/revoke-risk"),
                    .legend = "Take this acceptance back",
                    .what = "From then on the release is judged as if the risk had never been accepted.",
                    .button = "Take it back",
                    .about = "acceptance",
                    .about_value = risk.id,
                    .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
                    .folded = true,
                    .permission = Permission::kAcceptRisk});
        }
    }
    page.ShowIf(records.risks.empty(), "NO_RISKS");
    visit.Offer(page, "ACCEPT", Permission::kAcceptRisk);
    const FormState form = visit.FormOf("accept-risk");
    page.ShowIf(form.Typed(), "ACCEPT_TYPED");
    form.PutRefusal(page, "ACCEPT_REFUSAL");
    form.Fill(page, "ACCEPT_RISK", "risk");
    form.Fill(page, "ACCEPT_RATIONALE", "rationale");
    form.Fill(page, "ACCEPT_DATE", "review_date");
}

void PutStops(Visit& visit, Slots page, const ReleaseRecords& records) {
    for (const wire::HardStop& stop : records.stops.items) {
        Slots row = page.Add("STOP");
        row.Set("RULE", platform::EnumText(stop.rule));
        row.Set("REASON", stop.reason);
        row.Set("BY", stop.raised_by);
        PutTime(row, "AT", stop.raised_at);
        PutBadge(row, "STATE", stop.resolution ? "resolved" : "open", stop.resolution ? Tone::kGood : Tone::kBad);
        PutResolution(row, stop.resolution);
        if (!stop.resolution && visit.May(Permission::kResolveHardStop)) {
            PutResolveForm(visit, row, "resolve-hard-stop", stop.id);
        }
    }
    if (!records.stops.derived.empty()) {
        PutFindings(page.Add("DERIVED"), "FINDINGS", records.stops.derived, visit.Request().path);
    }
    page.ShowIf(records.stops.items.empty() && records.stops.derived.empty(), "NO_STOPS");
    const FormState form = visit.FormOf("raise-hard-stop");
    page.ShowIf(form.Typed(), "RAISE_TYPED");
    form.PutRefusal(page, "RAISE_REFUSAL");
    form.Fill(page, "RAISE_REASON", "reason");
    const std::string chosen = form.Text("rule");
    for (const auto& name : platform::EnumNames<policy::HardStop>::kNames) {
        Slots slot = page.Add("STOP_CHOICE");
        const policy::Rule* rule = policy::FindRule(name.text);
        slot.Set("VALUE", name.text);
        slot.Set("LABEL", std::string(name.text) + (rule != nullptr ? ": " + std::string(rule->title) : ""));
        slot.ShowIf(chosen == name.text, "CHOSEN");
    }
}

void PutIncidents(Visit& visit, Slots page, const ReleaseRecords& records) {
    for (const wire::Incident& incident : records.incidents) {
        Slots row = page.Add("INCIDENT");
        row.Set("ID", incident.id);
        row.Set("TITLE", incident.title);
        const bool open = incident.state != policy::IncidentState::kResolved;
        PutBadge(row, "SEVERITY", platform::EnumText(incident.severity), open ? Tone::kBad : Tone::kPlain);
        PutBadge(row, "STATE", platform::EnumText(incident.state), open ? Tone::kWaiting : Tone::kGood);
        PutTime(row, "AT", incident.opened_at);
    }
    page.ShowIf(records.incidents.empty(), "NO_INCIDENTS");
    for (const wire::Evaluation& evaluation : records.evaluations) {
        Slots row = page.Add("EVALUATION");
        row.Set("EVALUATION_ID", evaluation.id);
        row.Set("INCIDENT", evaluation.incident);
        PutTime(row, "AT", evaluation.opened_at);
        if (evaluation.decision) {
            Slots decided = row.Add("DECIDED");
            decided.Set("DECISION", *evaluation.decision == "roll_back" ? "roll back" : "continue");
            decided.Set("BY", evaluation.decided_by.value_or(""));
            decided.Set("REASON", evaluation.reason.value_or(""));
            continue;
        }
        visit.Offer(row, "DECIDE", Permission::kRollBack);
        if (TypedFor(visit, "decide-evaluation", "evaluation", evaluation.id)) {
            const FormState form = visit.FormOf("decide-evaluation");
            form.Fill(row, "DECIDE_REASON", "reason");
            form.PutRefusal(row, "REFUSAL");
        }
    }
}

policy::RecordId TypedRecord(const Visit& visit, std::string_view field, std::string_view what) {
    auto id = policy::RecordId::Parse(visit.Typed().Text(field));
    if (!id) {
        Visit::RefuseUnknown(what, visit.Typed().Text(field));
    }
    return std::move(*id);
}

}  // namespace

ReleaseRecords LoadReleaseRecords(store::Tx& tx, const policy::ReleaseId& id) {
    ReleaseRecords records;
    auto checks = Visit::ValueOf(app::ListChecks(tx, id, {}, {.limit = kMostShown, .after = {}}));
    records.checks = std::move(checks.rows);
    records.more_checks = checks.next.has_value();
    // What counts today first, and of it the newest.
    std::ranges::reverse(records.checks);
    std::ranges::stable_sort(records.checks, std::greater(), &wire::Check::current);
    records.risks = Visit::ValueOf(app::ListRiskAcceptances(tx, id, {.limit = kMostShown, .after = {}})).rows;
    records.stops = Visit::ValueOf(app::ListHardStops(tx, id));
    store::IncidentFilter filter;
    filter.subject = store::IncidentSubject{store::SubjectKind::kRelease, id.Text()};
    records.incidents = Visit::ValueOf(app::ListIncidents(tx, filter, {.limit = 50, .after = {}})).rows;
    records.evaluations = Visit::ValueOf(app::ListEvaluations(tx, id)).rows;
    return records;
}

void PutReleaseRecords(Visit& visit, Slots page, const wire::Release& release, const ReleaseRecords& records) {
    int current = 0;
    int failed = 0;
    for (const wire::Check& check : records.checks) {
        PutCheck(visit, page.Add("CHECK"), check);
        current += check.current ? 1 : 0;
        failed += check.current && check.outcome == policy::CheckOutcome::kFailed && !check.resolution ? 1 : 0;
    }
    page.Set("CHECK_COUNT", std::to_string(current) + " for the change as it is" +
                                (failed > 0 ? ", " + std::to_string(failed) + " failed" : ""));
    page.ShowIf(records.checks.empty(), "NO_CHECKS");
    page.ShowIf(records.more_checks, "MORE_CHECKS");
    const bool active = release.status == policy::ReleaseStatus::kActive;
    page.ShowIf(active, "ACTIVE");
    PutRecordForm(visit, page);
    PutRisks(visit, page, release.id, records);
    PutStops(visit, page, records);
    PutIncidents(visit, page, records);
}

void PutTimelineEntry(Slots row, const wire::AuditRecord& record) {
    const auto entry = wire::DecodeAuditDocument(record.document);
    if (!entry) {
        row.Set("SUMMARY", "an entry of a newer version");
        return;
    }
    row.Set("SEQ", record.seq);
    row.Set("ACTOR", entry->actor);
    row.Set("ACTION", entry->action);
    row.Set("SUMMARY", entry->summary);
    PutTime(row, "AT", entry->at);
    row.ShowIf(entry->outcome == wire::AuditOutcome::kRefused, "REFUSED");
}

wire::Document TypedDocument(const Form& typed, std::initializer_list<std::string_view> fields) {
    platform::Json body = platform::Json::object();
    for (const std::string_view field : fields) {
        if (const std::string_view text = platform::Trim(typed.Text(field)); !text.empty()) {
            body[std::string(field)] = std::string(text);
        }
    }
    return wire::Document(std::move(body));
}

Reply RecordTypedCheck(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const Form& typed = visit.Typed();
    platform::Json body = TypedDocument(typed, {"control", "key", "outcome", "tier", "reason"}).Root();
    if (platform::Json evidence = TypedDocument(typed, {"text", "url"}).Root(); !evidence.empty()) {
        body["evidence"] = std::move(evidence);
    }
    const auto command = Require(wire::DecodeRecordCheck(wire::Document(std::move(body))));
    visit.Write([&](store::Tx& tx) { return app::RecordCheck(tx, visit.Caller(), id, command); });
    return visit.GoTo(ReleasePath(id, "#evidence"), "Recorded: " + std::string(platform::EnumText(command.control)) +
                                                        " " + Words(command.outcome) + ".");
}

Reply ResolveTypedCheck(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const policy::RecordId check = TypedRecord(visit, "cites", "check");
    const auto command = Require(wire::DecodeResolve(TypedDocument(visit.Typed(), {"resolution", "evidence"})));
    visit.Write([&](store::Tx& tx) { return app::ResolveCheck(tx, visit.Caller(), id, check, command); });
    return visit.GoTo(ReleasePath(id, "#evidence"), "The failed item is closed.");
}

Reply AcceptTypedRisk(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto command =
        Require(wire::DecodeAcceptRisk(TypedDocument(visit.Typed(), {"risk", "rationale", "review_date"})));
    visit.Write([&](store::Tx& tx) { return app::AcceptRisk(tx, visit.Caller(), id, command); });
    return visit.GoTo(ReleasePath(id, "#risks"), "The risk is accepted until its review.");
}

Reply RevokeTypedRisk(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const policy::RecordId acceptance = TypedRecord(visit, "acceptance", "risk acceptance");
    const auto command = Require(wire::DecodeReason(TypedDocument(visit.Typed(), {"reason"})));
    visit.Write(
        [&](store::Tx& tx) { return app::RevokeRiskAcceptance(tx, visit.Caller(), id, acceptance, command.reason); });
    return visit.GoTo(ReleasePath(id, "#risks"), "The acceptance is taken back.");
}

Reply RaiseTypedHardStop(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto command = Require(wire::DecodeRaiseHardStop(TypedDocument(visit.Typed(), {"rule", "reason"})));
    visit.Write([&](store::Tx& tx) { return app::RaiseHardStop(tx, visit.Caller(), id, command); });
    return visit.GoTo(ReleasePath(id, "#stops"), "The hard stop is raised: nothing promotes this release now.");
}

Reply ResolveTypedHardStop(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const policy::RecordId stop = TypedRecord(visit, "cites", "hard stop");
    const auto command =
        Require(wire::DecodeResolveHardStop(TypedDocument(visit.Typed(), {"cites", "resolution", "evidence"})));
    visit.Write([&](store::Tx& tx) { return app::ResolveHardStop(tx, visit.Caller(), id, stop, command); });
    return visit.GoTo(ReleasePath(id, "#stops"), "The hard stop is resolved.");
}

Reply DecideTypedEvaluation(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const policy::RecordId evaluation = TypedRecord(visit, "evaluation", "rollback evaluation");
    const auto command = Require(wire::DecodeDecideEvaluation(TypedDocument(visit.Typed(), {"decision", "reason"})));
    visit.Write([&](store::Tx& tx) { return app::DecideEvaluation(tx, visit.Caller(), id, evaluation, command); });
    return visit.GoTo(ReleasePath(id, "#incidents"), "Decided.");
}

}  // namespace web
