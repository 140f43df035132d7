// Every field of policy::PromotionFacts but `now`, as JSON. A fact left out here would be a fact a verdict could change
// by without its hash changing; tests/unit/wire/facts_hash_test.cpp changes each of them.
#include <type_traits>

#include "controller/wire/json_text.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/verdict.hpp"
#include "platform/crypto/crypto.hpp"

namespace wire {
namespace {

void PutFact(JsonText& out, bool value) {
    out.Boolean(value);
}
void PutFact(JsonText& out, std::int64_t value) {
    out.Integer(value);
}
void PutFact(JsonText& out, double value) {
    out.Number(value);
}
void PutFact(JsonText& out, const std::string& value) {
    out.Text(value);
}
void PutFact(JsonText& out, policy::Time value) {
    out.PlainText(platform::FormatTime(value));
}
void PutFact(JsonText& out, policy::Date value) {
    out.PlainText(platform::FormatDate(value));
}
void PutFact(JsonText& out, policy::Duration value) {
    out.Integer(value.count());
}
template <typename Tag>
void PutFact(JsonText& out, const platform::StrongId<Tag>& value) {
    out.Text(value.Text());
}
template <typename E, typename = std::enable_if_t<std::is_enum_v<E>>>
void PutFact(JsonText& out, E value) {
    out.PlainText(platform::EnumText(value));
}
template <typename T>
void PutFact(JsonText& out, const std::optional<T>& value);
template <typename T>
void PutFact(JsonText& out, const std::vector<T>& values);

/// One object, field by field; closed when it goes out of scope.
class FactObject {
public:
    explicit FactObject(JsonText& out) : out_(out) {
        out_.BeginObject();
    }
    ~FactObject() {
        out_.EndObject();
    }
    FactObject(const FactObject&) = delete;
    FactObject& operator=(const FactObject&) = delete;

    template <typename T>
    FactObject& Field(std::string_view name, const T& value);

private:
    JsonText& out_;
};

void PutFact(JsonText& out, const policy::ClassFloor& floor) {
    FactObject(out)
        .Field("floor", floor.floor)
        .Field("path", floor.path)
        .Field("pattern", floor.pattern)
        .Field("topic", floor.topic);
}

void PutFact(JsonText& out, const policy::ReleaseFacts& release) {
    FactObject(out)
        .Field("id", release.id)
        .Field("author", release.author)
        .Field("channel", release.channel)
        .Field("status", release.status)
        .Field("channel_entered_at", release.channel_entered_at)
        .Field("content_since", release.content_since)
        .Field("promotion_begun", release.promotion_begun)
        .Field("content_hash", release.content_hash)
        .Field("change_hash", release.change_hash)
        .Field("revision", release.revision);
}

void PutFact(JsonText& out, const policy::ApprovalFacts& approval) {
    FactObject(out)
        .Field("id", approval.id)
        .Field("scope", approval.scope)
        .Field("role", approval.role)
        .Field("principal", approval.principal)
        .Field("principal_kind", approval.principal_kind)
        .Field("entitled", approval.entitled)
        .Field("hash_matches", approval.hash_matches)
        .Field("revoked", approval.revoked)
        .Field("at", approval.at);
}

void PutFact(JsonText& out, const policy::ConsentFacts& consent) {
    FactObject(out)
        .Field("id", consent.id)
        .Field("recorded_by_kind", consent.recorded_by_kind)
        .Field("given_by", consent.given_by)
        .Field("capacity", consent.capacity)
        .Field("evidence", consent.evidence)
        .Field("given_at", consent.given_at)
        .Field("expires_at", consent.expires_at)
        .Field("withdrawn_at", consent.withdrawn_at);
}

void PutFact(JsonText& out, const policy::TenantFacts& tenant) {
    FactObject(out)
        .Field("id", tenant.id)
        .Field("registered", tenant.registered)
        .Field("kind", tenant.kind)
        .Field("preference", tenant.preference)
        .Field("on_plan", tenant.on_plan)
        .Field("consent", tenant.consent);
}

void PutFact(JsonText& out, const policy::Limit& limit) {
    FactObject(out)
        .Field("metric", limit.metric)
        .Field("comparison", limit.comparison)
        .Field("threshold", limit.threshold)
        .Field("unit", limit.unit);
}

void PutFact(JsonText& out, const policy::MetricCheck& check) {
    FactObject(out)
        .Field("query", check.query)
        .Field("limit", check.limit)
        .Field("samples_query", check.samples_query)
        .Field("min_samples", check.min_samples);
}

void PutFact(JsonText& out, const policy::Measurement& measurement) {
    FactObject(out)
        .Field("state", measurement.state)
        .Field("value", measurement.value)
        .Field("samples", measurement.samples)
        .Field("detail", measurement.detail)
        .Field("at", measurement.at);
}

void PutFact(JsonText& out, const policy::CriterionFacts& facts) {
    FactObject(out)
        .Field("key", facts.criterion.key)
        .Field("text", facts.criterion.text)
        .Field("limit", facts.criterion.limit)
        .Field("metric", facts.criterion.metric)
        .Field("measurement", facts.measurement);
}

void PutFact(JsonText& out, const policy::PlanFacts& plan) {
    FactObject(out)
        .Field("revision", plan.revision)
        .Field("content_hash", plan.content_hash)
        .Field("opt_in_method", plan.opt_in_method)
        .Field("start_date", plan.start_date)
        .Field("minimum_stay", plan.minimum_stay)
        .Field("maximum_stay", plan.maximum_stay)
        .Field("owner", plan.owner)
        .Field("tenants", plan.tenants)
        .Field("criteria", plan.criteria);
}

void PutFact(JsonText& out, const policy::CheckFacts& check) {
    FactObject(out)
        .Field("id", check.id)
        .Field("control", check.control)
        .Field("key", check.key)
        .Field("outcome", check.outcome)
        .Field("tier", check.tier)
        .Field("channel", check.channel)
        .Field("performed_at", check.performed_at)
        .Field("recorded_at", check.recorded_at)
        .Field("change_matches", check.change_matches)
        .Field("has_evidence", check.has_evidence)
        .Field("has_reason", check.has_reason)
        .Field("resolved", check.resolved);
}

void PutFact(JsonText& out, const policy::IncidentFacts& incident) {
    FactObject(out)
        .Field("id", incident.id)
        .Field("severity", incident.severity)
        .Field("state", incident.state)
        .Field("opened_at", incident.opened_at)
        .Field("resolved_at", incident.resolved_at)
        .Field("through", incident.through);
}

void PutFact(JsonText& out, const policy::RollbackEvaluationFacts& evaluation) {
    FactObject(out)
        .Field("id", evaluation.id)
        .Field("incident", evaluation.incident)
        .Field("decided", evaluation.decided);
}

void PutFact(JsonText& out, const policy::HardStopFacts& stop) {
    FactObject(out)
        .Field("id", stop.id)
        .Field("rule", stop.rule)
        .Field("reason", stop.reason)
        .Field("raised_by", stop.raised_by)
        .Field("open", stop.open);
}

void PutFact(JsonText& out, const policy::RiskAcceptanceFacts& risk) {
    FactObject(out)
        .Field("id", risk.id)
        .Field("principal", risk.principal)
        .Field("principal_kind", risk.principal_kind)
        .Field("entitled", risk.entitled)
        .Field("hash_matches", risk.hash_matches)
        .Field("revoked", risk.revoked)
        .Field("risk", risk.risk)
        .Field("rationale", risk.rationale)
        .Field("review_date", risk.review_date);
}

void PutFact(JsonText& out, const policy::SignatureFacts& signature) {
    FactObject(out)
        .Field("role", signature.role)
        .Field("principal", signature.principal)
        .Field("principal_kind", signature.principal_kind)
        .Field("entitled", signature.entitled)
        .Field("hash_matches", signature.hash_matches)
        .Field("at", signature.at);
}

void PutFact(JsonText& out, const policy::MemoFacts& memo) {
    FactObject(out)
        .Field("number", memo.number)
        .Field("target", memo.target)
        .Field("decision", memo.decision)
        .Field("manifest_matches", memo.manifest_matches)
        .Field("decided_at", memo.decided_at)
        .Field("signatures", memo.signatures);
}

void PutFact(JsonText& out, const policy::FreezeFacts& freeze) {
    FactObject(out)
        .Field("id", freeze.id)
        .Field("scope", freeze.scope)
        .Field("channel", freeze.channel)
        .Field("tenant", freeze.tenant)
        .Field("starts_at", freeze.starts_at)
        .Field("ends_at", freeze.ends_at)
        .Field("reason", freeze.reason);
}

void PutFact(JsonText& out, const policy::ExposureDriftFacts& drift) {
    FactObject(out).Field("instance", drift.instance).Field("kind", drift.kind).Field("tenants", drift.tenants);
}

void PutFact(JsonText& out, const policy::Requirement& requirement) {
    FactObject(out)
        .Field("for", requirement.from)
        .Field("rollout", requirement.rollout)
        .Field("stage", requirement.stage)
        .Field("programme", requirement.programme);
}

void PutFact(JsonText& out, const policy::RequirementFacts& facts) {
    FactObject(out)
        .Field("requirement", facts.requirement)
        .Field("exists", facts.exists)
        .Field("state", facts.state)
        .Field("stage", facts.stage)
        .Field("evaluation", facts.evaluation)
        .Field("killed_by", facts.killed_by)
        .Field("certified", facts.certified);
}

/// Null, so that "no consent" differs from any consent.
template <typename T>
void PutFact(JsonText& out, const std::optional<T>& value) {
    if (value) {
        PutFact(out, *value);
    } else {
        out.Null();
    }
}

template <typename T>
void PutFact(JsonText& out, const std::vector<T>& values) {
    out.BeginArray();
    for (const T& value : values) {
        PutFact(out, value);
    }
    out.EndArray();
}

template <typename T>
FactObject& FactObject::Field(std::string_view name, const T& value) {
    out_.Key(name);
    PutFact(out_, value);
    return *this;
}

}  // namespace

std::string FactsHash(const policy::PromotionFacts& facts) {
    JsonText out;
    FactObject(out)
        .Field("to", facts.to)
        .Field("release", facts.release)
        .Field("manifest", ContentHash(facts.manifest))
        .Field("floor", facts.floor)
        .Field("plan", facts.plan)
        .Field("approvals", facts.approvals)
        .Field("checks", facts.checks)
        .Field("incidents", facts.incidents)
        .Field("evaluations", facts.evaluations)
        .Field("hard_stops", facts.hard_stops)
        .Field("risk_acceptances", facts.risk_acceptances)
        .Field("memos", facts.memos)
        .Field("freezes", facts.freezes)
        .Field("drifts", facts.drifts)
        .Field("flag_killed_by", facts.flag_killed_by)
        .Field("requirements", facts.requirements);
    return platform::Sha256Hex(out.Take());
}

}  // namespace wire
