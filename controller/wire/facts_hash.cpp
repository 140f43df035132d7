// Every field of policy::PromotionFacts but `now`, as JSON. A fact left out here would be a fact a verdict could change
// by without its hash changing; tests/unit/wire/facts_hash_test.cpp changes each of them.
#include <cmath>
#include <type_traits>

#include "controller/wire/fields.hpp"
#include "controller/wire/manifest_json.hpp"
#include "controller/wire/verdict.hpp"
#include "platform/crypto/crypto.hpp"

namespace wire {
namespace {

using platform::Json;

Json FactJson(std::int64_t value) {
    return value;
}
/// A metrics source may answer NaN or infinity, which JSON has no number for.
Json FactJson(double value) {
    return std::isfinite(value) ? Json(value) : Json(std::to_string(value));
}
Json FactJson(const std::string& value) {
    return CleanUtf8(value);
}
Json FactJson(policy::Time value) {
    return platform::FormatTime(value);
}
Json FactJson(policy::Date value) {
    return platform::FormatDate(value);
}
Json FactJson(policy::Duration value) {
    return value.count();
}
template <typename Tag>
Json FactJson(const platform::StrongId<Tag>& value) {
    return CleanUtf8(value.Text());
}
template <typename E, typename = std::enable_if_t<std::is_enum_v<E>>>
Json FactJson(E value) {
    return platform::EnumText(value);
}
template <typename T>
Json FactJson(const std::optional<T>& value);
template <typename T>
Json FactJson(const std::vector<T>& values);

Json FactJson(const policy::ClassFloor& floor) {
    return {{"floor", FactJson(floor.floor)},
            {"path", FactJson(floor.path)},
            {"pattern", FactJson(floor.pattern)},
            {"topic", FactJson(floor.topic)}};
}

Json FactJson(const policy::ReleaseFacts& release) {
    return {{"id", FactJson(release.id)},
            {"author", FactJson(release.author)},
            {"channel", FactJson(release.channel)},
            {"status", FactJson(release.status)},
            {"channel_entered_at", FactJson(release.channel_entered_at)},
            {"content_since", FactJson(release.content_since)},
            {"promotion_begun", release.promotion_begun},
            {"content_hash", FactJson(release.content_hash)},
            {"change_hash", FactJson(release.change_hash)},
            {"revision", release.revision}};
}

Json FactJson(const policy::ApprovalFacts& approval) {
    return {{"id", FactJson(approval.id)},
            {"scope", FactJson(approval.scope)},
            {"role", FactJson(approval.role)},
            {"principal", FactJson(approval.principal)},
            {"principal_kind", FactJson(approval.principal_kind)},
            {"entitled", approval.entitled},
            {"hash_matches", approval.hash_matches},
            {"revoked", approval.revoked},
            {"at", FactJson(approval.at)}};
}

Json FactJson(const policy::ConsentFacts& consent) {
    return {{"id", FactJson(consent.id)},
            {"recorded_by_kind", FactJson(consent.recorded_by_kind)},
            {"given_by", FactJson(consent.given_by)},
            {"capacity", FactJson(consent.capacity)},
            {"evidence", FactJson(consent.evidence)},
            {"given_at", FactJson(consent.given_at)},
            {"expires_at", FactJson(consent.expires_at)},
            {"withdrawn_at", FactJson(consent.withdrawn_at)}};
}

Json FactJson(const policy::TenantFacts& tenant) {
    return {{"id", FactJson(tenant.id)},
            {"registered", tenant.registered},
            {"kind", FactJson(tenant.kind)},
            {"preference", FactJson(tenant.preference)},
            {"on_plan", tenant.on_plan},
            {"consent", FactJson(tenant.consent)}};
}

Json FactJson(const policy::Limit& limit) {
    return LimitToJson(limit);
}

Json FactJson(const policy::MetricCheck& check) {
    return {{"query", FactJson(check.query)},
            {"limit", FactJson(check.limit)},
            {"samples_query", FactJson(check.samples_query)},
            {"min_samples", check.min_samples}};
}

Json FactJson(const policy::Measurement& measurement) {
    return {{"state", FactJson(measurement.state)},
            {"value", FactJson(measurement.value)},
            {"samples", FactJson(measurement.samples)},
            {"detail", FactJson(measurement.detail)},
            {"at", FactJson(measurement.at)}};
}

Json FactJson(const policy::CriterionFacts& facts) {
    return {{"key", FactJson(facts.criterion.key)},
            {"text", FactJson(facts.criterion.text)},
            {"limit", FactJson(facts.criterion.limit)},
            {"metric", FactJson(facts.criterion.metric)},
            {"measurement", FactJson(facts.measurement)}};
}

Json FactJson(const policy::PlanFacts& plan) {
    return {{"revision", plan.revision},
            {"content_hash", FactJson(plan.content_hash)},
            {"opt_in_method", FactJson(plan.opt_in_method)},
            {"start_date", FactJson(plan.start_date)},
            {"minimum_stay", FactJson(plan.minimum_stay)},
            {"maximum_stay", FactJson(plan.maximum_stay)},
            {"owner", FactJson(plan.owner)},
            {"tenants", FactJson(plan.tenants)},
            {"criteria", FactJson(plan.criteria)}};
}

Json FactJson(const policy::CheckFacts& check) {
    return {{"id", FactJson(check.id)},
            {"control", FactJson(check.control)},
            {"key", FactJson(check.key)},
            {"outcome", FactJson(check.outcome)},
            {"tier", FactJson(check.tier)},
            {"channel", FactJson(check.channel)},
            {"performed_at", FactJson(check.performed_at)},
            {"recorded_at", FactJson(check.recorded_at)},
            {"change_matches", check.change_matches},
            {"has_evidence", check.has_evidence},
            {"has_reason", check.has_reason},
            {"resolved", check.resolved}};
}

Json FactJson(const policy::IncidentFacts& incident) {
    return {{"id", FactJson(incident.id)},
            {"severity", FactJson(incident.severity)},
            {"state", FactJson(incident.state)},
            {"opened_at", FactJson(incident.opened_at)},
            {"resolved_at", FactJson(incident.resolved_at)}};
}

Json FactJson(const policy::RollbackEvaluationFacts& evaluation) {
    return {{"id", FactJson(evaluation.id)},
            {"incident", FactJson(evaluation.incident)},
            {"decided", evaluation.decided}};
}

Json FactJson(const policy::HardStopFacts& stop) {
    return {{"id", FactJson(stop.id)},
            {"rule", FactJson(stop.rule)},
            {"reason", FactJson(stop.reason)},
            {"raised_by", FactJson(stop.raised_by)},
            {"open", stop.open}};
}

Json FactJson(const policy::RiskAcceptanceFacts& risk) {
    return {{"id", FactJson(risk.id)},
            {"principal", FactJson(risk.principal)},
            {"principal_kind", FactJson(risk.principal_kind)},
            {"entitled", risk.entitled},
            {"hash_matches", risk.hash_matches},
            {"revoked", risk.revoked},
            {"risk", FactJson(risk.risk)},
            {"rationale", FactJson(risk.rationale)},
            {"review_date", FactJson(risk.review_date)}};
}

Json FactJson(const policy::SignatureFacts& signature) {
    return {{"role", FactJson(signature.role)},
            {"principal", FactJson(signature.principal)},
            {"principal_kind", FactJson(signature.principal_kind)},
            {"entitled", signature.entitled},
            {"hash_matches", signature.hash_matches},
            {"at", FactJson(signature.at)}};
}

Json FactJson(const policy::MemoFacts& memo) {
    return {{"number", memo.number},
            {"target", FactJson(memo.target)},
            {"decision", FactJson(memo.decision)},
            {"manifest_matches", memo.manifest_matches},
            {"decided_at", FactJson(memo.decided_at)},
            {"signatures", FactJson(memo.signatures)}};
}

Json FactJson(const policy::FreezeFacts& freeze) {
    return {{"id", FactJson(freeze.id)},
            {"scope", FactJson(freeze.scope)},
            {"channel", FactJson(freeze.channel)},
            {"tenant", FactJson(freeze.tenant)},
            {"starts_at", FactJson(freeze.starts_at)},
            {"ends_at", FactJson(freeze.ends_at)},
            {"reason", FactJson(freeze.reason)}};
}

/// Null, so that "no consent" differs from any consent.
template <typename T>
Json FactJson(const std::optional<T>& value) {
    return value ? FactJson(*value) : Json();
}

template <typename T>
Json FactJson(const std::vector<T>& values) {
    Json list = Json::array();
    for (const T& value : values) {
        list.push_back(FactJson(value));
    }
    return list;
}

}  // namespace

std::string FactsHash(const policy::PromotionFacts& facts) {
    const Json json{{"to", FactJson(facts.to)},
                    {"release", FactJson(facts.release)},
                    {"manifest", ManifestToJson(facts.manifest)},
                    {"floor", FactJson(facts.floor)},
                    {"plan", FactJson(facts.plan)},
                    {"approvals", FactJson(facts.approvals)},
                    {"checks", FactJson(facts.checks)},
                    {"incidents", FactJson(facts.incidents)},
                    {"evaluations", FactJson(facts.evaluations)},
                    {"hard_stops", FactJson(facts.hard_stops)},
                    {"risk_acceptances", FactJson(facts.risk_acceptances)},
                    {"memos", FactJson(facts.memos)},
                    {"freezes", FactJson(facts.freezes)}};
    return platform::Sha256Hex(platform::CanonicalJson(json));
}

}  // namespace wire
