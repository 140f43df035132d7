#include "controller/store/facts.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

#include "controller/policy/classification.hpp"
#include "controller/store/drift_row.hpp"
#include "controller/store/tx.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/plan.hpp"

namespace store {
namespace {

constexpr Statement kHoldFacts{"facts_hold", "SELECT hold_facts($1)"};

// Its last columns say whether there is anything for kRareFacts, kSev1Stops and kDrifts to find. A plan of that many
// branches costs more to set up than all else that a decision reads, and most releases have nothing there.
constexpr Statement kReleaseFacts{"facts_release", R"sql(
    SELECT e.epoch, r.facts_version, r.version, portcullis.now(), m.created_by, r.channel, r.status, r.channel_entered_at,
           r.content_since, r.promotion_begun_at IS NOT NULL, r.content_hash, r.change_hash, r.revision, m.document,
           p.revision, p.content_hash, p.document,
           EXISTS (SELECT FROM memos d WHERE d.release_id = $1)
               OR EXISTS (SELECT FROM hard_stops h WHERE h.release_id = $1)
               OR EXISTS (SELECT FROM risk_acceptances a WHERE a.release_id = $1)
               OR EXISTS (SELECT FROM incident_subjects s WHERE s.kind = 'release' AND s.subject_id = $1)
               OR EXISTS (SELECT FROM rollback_evaluations e WHERE e.release_id = $1)
               OR EXISTS (SELECT FROM freezes f WHERE f.cancelled_at IS NULL)
               OR EXISTS (SELECT FROM flag_kills k WHERE k.flag = r.flag AND k.lifted_by IS NULL),
           EXISTS (SELECT FROM incidents i WHERE i.severity = 'SEV-1' AND i.state <> 'resolved'),
           EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL)
    FROM releases r
    JOIN manifest_revisions m ON m.release_id = r.id AND m.revision = r.revision
    LEFT JOIN plan_revisions p ON p.release_id = r.id AND p.revision = r.plan_revision
    CROSS JOIN facts_epoch e
    WHERE r.id = $1)sql"};

constexpr Statement kAllTenants{"facts_all_tenants", R"sql(
    SELECT n.id, t.tenant_id IS NOT NULL, n.active, n.kind, n.channel_preference,
           c.id, p.kind, c.given_by, c.capacity, c.evidence, c.given_at, c.expires_at, c.withdrawn_at
    FROM releases r
    CROSS JOIN tenants n
    LEFT JOIN plan_tenants t ON t.release_id = r.id AND t.revision = r.plan_revision AND t.tenant_id = n.id
    LEFT JOIN LATERAL current_consent($1, n.id) c ON true
    LEFT JOIN principals p ON p.id = c.recorded_by
    WHERE r.id = $1
    ORDER BY n.id COLLATE "C")sql"};

// One row per fact; the first column says of which kind, the others are its fields in the order in which the functions
// below read them. $2: the plan's revision, or 0.
constexpr Statement kUsualFacts{"facts_usual", R"sql(
    WITH release AS (
        SELECT r.id, r.content_hash, r.change_hash, p.content_hash AS plan_hash
        FROM releases r LEFT JOIN plan_revisions p ON p.release_id = r.id AND p.revision = r.plan_revision
        WHERE r.id = $1
    )
    SELECT * FROM (
        SELECT 'approval' AS fact, a.id AS c1, a.scope AS c2, a.role AS c3, a.principal_id AS c4, p.kind AS c5,
               (p.active AND g.id IS NOT NULL)::text AS c6,
               coalesce(a.content_hash = CASE a.scope WHEN 'plan' THEN r.plan_hash ELSE r.content_hash END,
                        false)::text AS c7,
               (v.approval_id IS NOT NULL)::text AS c8, a.created_at::text AS c9,
               NULL AS c10, NULL AS c11, NULL AS c12
        FROM release r
        JOIN approvals a ON a.release_id = r.id
        JOIN principals p ON p.id = a.principal_id
        LEFT JOIN role_grants g ON g.principal_id = p.id AND g.role = a.role AND g.status = 'active'
        LEFT JOIN approval_revocations v ON v.approval_id = a.id
        UNION ALL
        SELECT 'check', c.id, c.control, c.key, c.outcome, c.tier, c.channel, c.performed_at::text,
               c.recorded_at::text, (c.change_hash = r.change_hash)::text, (c.evidence <> '{}')::text,
               (c.reason ~ '[^[:space:]]')::text, (s.check_id IS NOT NULL)::text
        FROM release r
        JOIN checks c ON c.release_id = r.id
        LEFT JOIN check_resolutions s ON s.check_id = c.id
        UNION ALL
        SELECT 'exposed', t.tenant_id, (n.id IS NOT NULL AND n.active)::text, coalesce(n.kind, 'production'),
               coalesce(n.channel_preference, 'any'), c.id, p.kind, c.given_by, c.capacity, c.evidence,
               c.given_at::text, c.expires_at::text, c.withdrawn_at::text
        FROM plan_tenants t
        LEFT JOIN tenants n ON n.id = t.tenant_id
        LEFT JOIN LATERAL current_consent($1, t.tenant_id) c ON true
        LEFT JOIN principals p ON p.id = c.recorded_by
        WHERE t.release_id = $1 AND t.revision = $2
    ) facts ORDER BY fact, c1 COLLATE "C", c5)sql"};

// As kUsualFacts; read after it.
constexpr Statement kRareFacts{"facts_rare", R"sql(
    WITH release AS (
        SELECT r.id, r.content_hash FROM releases r WHERE r.id = $1
    ), memo AS (
        SELECT DISTINCT ON (m.target) m.* FROM memos m WHERE m.release_id = $1 ORDER BY m.target, m.number DESC
    )
    SELECT * FROM (
        SELECT 'incident' AS fact, i.id AS c1, i.severity AS c2, i.state AS c3, i.opened_at::text AS c4,
               i.resolved_at::text AS c5, NULL AS c6, NULL AS c7, NULL AS c8, NULL AS c9, NULL AS c10, NULL AS c11,
               NULL AS c12
        FROM incident_subjects s JOIN incidents i ON i.id = s.incident_id
        WHERE s.kind = 'release' AND s.subject_id = $1
        UNION ALL
        SELECT 'evaluation', e.id, e.incident_id, (e.decision IS NOT NULL)::text,
               NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM rollback_evaluations e WHERE e.release_id = $1
        UNION ALL
        SELECT 'hard_stop', h.id, h.rule, h.reason, h.raised_by, (h.resolved_at IS NULL)::text,
               NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM hard_stops h WHERE h.release_id = $1
        UNION ALL
        SELECT 'risk_acceptance', a.id, a.principal_id, p.kind, (p.active AND g.id IS NOT NULL)::text,
               (a.content_hash = r.content_hash)::text, (v.risk_acceptance_id IS NOT NULL)::text, a.risk, a.rationale,
               a.review_date::text, NULL, NULL, NULL
        FROM release r
        JOIN risk_acceptances a ON a.release_id = r.id
        JOIN principals p ON p.id = a.principal_id
        LEFT JOIN role_grants g ON g.principal_id = p.id AND g.role = 'system_owner' AND g.status = 'active'
        LEFT JOIN risk_acceptance_revocations v ON v.risk_acceptance_id = a.id
        UNION ALL
        SELECT 'memo', m.number::text, m.target, m.decision, (m.manifest_content_hash = r.content_hash)::text,
               m.decided_at::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM release r JOIN memo m ON m.release_id = r.id
        UNION ALL
        SELECT 'signature', s.number::text, s.role, s.principal_id, p.kind, (p.active AND g.id IS NOT NULL)::text,
               (s.content_hash = m.content_hash)::text, s.signed_at::text, NULL, NULL, NULL, NULL, NULL
        FROM memo m
        JOIN memo_signatures s ON s.release_id = m.release_id AND s.number = m.number
        JOIN principals p ON p.id = s.principal_id
        LEFT JOIN role_grants g ON g.principal_id = p.id AND g.role = s.role AND g.status = 'active'
        UNION ALL
        SELECT 'freeze', f.id, f.scope, f.channel, f.tenant_id, w.starts_at::text, w.ends_at::text, f.reason,
               (n.id IS NOT NULL AND n.active)::text, n.kind, n.channel_preference, NULL, NULL
        FROM freezes f
        CROSS JOIN LATERAL freeze_windows(f, portcullis.now(), 6) w
        LEFT JOIN tenants n ON n.id = f.tenant_id
        WHERE f.cancelled_at IS NULL
        UNION ALL
        SELECT 'flag_kill', k.operation_id,
               NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM flag_kills k JOIN releases x ON x.id = $1 AND x.flag = k.flag WHERE k.lifted_by IS NULL
    ) facts ORDER BY fact, c1 COLLATE "C", c5)sql"};

// Incidents of what the release would reach; kRareFacts has its own.
constexpr Statement kSev1Stops{"facts_sev1_stops", R"sql(
    SELECT s.incident_id, 'SEV-1', s.state, s.opened_at, NULL, s.kind || ' ' || s.subject_id
    FROM releases x
    CROSS JOIN LATERAL sev1_stops(x, CASE x.channel WHEN 'dev' THEN 'experimental'
                                                    WHEN 'experimental' THEN 'candidate' ELSE 'stable' END) s
    WHERE x.id = $1 ORDER BY s.incident_id COLLATE "C")sql"};

constexpr Statement kDrifts{"facts_drifts", R"sql(
    SELECT d.instance_id, d.kind, array_to_string(d.orgs, ' ')
    FROM releases x CROSS JOIN LATERAL exposure_drifts(x) d
    WHERE x.id = $1 ORDER BY d.instance_id COLLATE "C", d.kind)sql"};

template <typename T>
T MustDecode(platform::Expected<T, platform::FieldErrors> decoded) {
    PORTCULLIS_INVARIANT(decoded.has_value(), "a stored document decodes");
    return std::move(*decoded);
}

policy::PlanFacts MakePlanFacts(std::int64_t revision, std::string content_hash, const std::string& document) {
    policy::ExposurePlan plan = MustDecode(wire::DecodePlan(document));
    policy::PlanFacts facts;
    facts.revision = revision;
    facts.content_hash = std::move(content_hash);
    facts.opt_in_method = std::move(plan.opt_in_method);
    facts.start_date = plan.start_date;
    facts.minimum_stay = plan.minimum_stay;
    facts.maximum_stay = plan.maximum_stay;
    facts.owner = std::move(plan.owner);
    for (policy::ExitCriterion& criterion : plan.exit_criteria) {
        facts.criteria.push_back({std::move(criterion), std::nullopt});
    }
    return facts;
}

struct ReleaseFactsRow {
    LoadedFacts loaded;
    bool has_rare_facts = false;
    bool has_sev1 = false;
    bool has_instances = false;
};

ReleaseFactsRow ReadReleaseFacts(Columns& in, const policy::ReleaseId& id) {
    ReleaseFactsRow row;
    LoadedFacts& loaded = row.loaded;
    policy::PromotionFacts& facts = loaded.facts;
    loaded.version.epoch = in.Int();
    loaded.version.release = in.Int();
    loaded.row_version = in.Int();
    facts.now = in.Instant();
    facts.release.id = id;
    facts.release.author = in.Id<policy::PrincipalId>();
    facts.release.channel = in.Enum<policy::Channel>();
    facts.release.status = in.Enum<policy::ReleaseStatus>();
    facts.release.channel_entered_at = in.Instant();
    facts.release.content_since = in.Instant();
    facts.release.promotion_begun = in.Flag();
    facts.release.content_hash = in.Text();
    facts.release.change_hash = in.Text();
    facts.release.revision = in.Int();
    facts.manifest = MustDecode(wire::DecodeManifest(in.Text()));
    const auto plan_revision = in.OptInt();
    auto plan_hash = in.OptText();
    const auto plan_document = in.OptText();
    if (plan_revision) {
        facts.plan = MakePlanFacts(*plan_revision, std::move(*plan_hash), *plan_document);
    }
    row.has_rare_facts = in.Flag();
    row.has_sev1 = in.Flag();
    row.has_instances = in.Flag();
    return row;
}

// A tenant's id is read already.
void ReadTenantAndConsent(Columns& in, policy::TenantFacts& tenant) {
    tenant.registered = in.Flag();
    tenant.kind = in.Enum<policy::TenantKind>();
    tenant.preference = in.Enum<policy::ChannelPreference>();
    auto consent_id = in.OptId<policy::RecordId>();
    if (!consent_id) {
        return;
    }
    policy::ConsentFacts consent;
    consent.id = std::move(*consent_id);
    consent.recorded_by_kind = in.Enum<policy::PrincipalKind>();
    consent.given_by = in.Text();
    consent.capacity = in.Text();
    consent.evidence = in.Text();
    consent.given_at = in.Instant();
    consent.expires_at = in.OptInstant();
    consent.withdrawn_at = in.OptInstant();
    tenant.consent = std::move(consent);
}

policy::TenantFacts ReadTenantFacts(Columns& in) {
    policy::TenantFacts tenant;
    tenant.id = in.Id<policy::TenantId>();
    tenant.on_plan = in.Flag();
    ReadTenantAndConsent(in, tenant);
    return tenant;
}

policy::IncidentFacts ReadIncident(Columns& in) {
    policy::IncidentFacts incident;
    incident.id = in.Id<policy::RecordId>();
    incident.severity = in.Enum<policy::Severity>();
    incident.state = in.Enum<policy::IncidentState>();
    incident.opened_at = in.Instant();
    incident.resolved_at = in.OptInstant();
    incident.through = in.OptText();
    return incident;
}

// Takes the rows of kUsualFacts and kRareFacts apart.
class SmallFacts {
public:
    explicit SmallFacts(policy::PromotionFacts& facts) : facts_(facts) {}

    void Take(Columns& in) {
        static const std::unordered_map<std::string, void (SmallFacts::*)(Columns&)> readers = {
            {"approval", &SmallFacts::TakeApproval},
            {"check", &SmallFacts::TakeCheck},
            {"exposed", &SmallFacts::TakeExposed},
            {"incident", &SmallFacts::TakeIncident},
            {"evaluation", &SmallFacts::TakeEvaluation},
            {"hard_stop", &SmallFacts::TakeHardStop},
            {"risk_acceptance", &SmallFacts::TakeRiskAcceptance},
            {"memo", &SmallFacts::TakeMemo},
            {"signature", &SmallFacts::TakeSignature},
            {"freeze", &SmallFacts::TakeFreeze},
            {"flag_kill", &SmallFacts::TakeFlagKill}};
        (this->*readers.at(in.Text()))(in);
    }

private:
    void TakeApproval(Columns& in) {
        policy::ApprovalFacts& approval = facts_.approvals.emplace_back();
        approval.id = in.Id<policy::RecordId>();
        approval.scope = in.Enum<policy::ApprovalScope>();
        approval.role = in.Enum<policy::Role>();
        approval.principal = in.Id<policy::PrincipalId>();
        approval.principal_kind = in.Enum<policy::PrincipalKind>();
        approval.entitled = in.Flag();
        approval.hash_matches = in.Flag();
        approval.revoked = in.Flag();
        approval.at = in.Instant();
    }
    void TakeCheck(Columns& in) {
        policy::CheckFacts& check = facts_.checks.emplace_back();
        check.id = in.Id<policy::RecordId>();
        check.control = in.Enum<policy::Control>();
        check.key = in.Text();
        check.outcome = in.Enum<policy::CheckOutcome>();
        check.tier = in.Enum<policy::EvidenceTier>();
        check.channel = in.Enum<policy::Channel>();
        check.performed_at = in.Instant();
        check.recorded_at = in.Instant();
        check.change_matches = in.Flag();
        check.has_evidence = in.Flag();
        check.has_reason = in.Flag();
        check.resolved = in.Flag();
    }
    void TakeExposed(Columns& in) {  // read before all freezes
        PORTCULLIS_INVARIANT(facts_.plan.has_value(), "a tenant that is exposed is on a plan");
        policy::TenantFacts& tenant = facts_.plan->tenants.emplace_back();
        tenant.id = in.Id<policy::TenantId>();
        tenant.on_plan = true;
        ReadTenantAndConsent(in, tenant);
    }
    void TakeIncident(Columns& in) {
        facts_.incidents.push_back(ReadIncident(in));
    }
    void TakeEvaluation(Columns& in) {
        policy::RollbackEvaluationFacts& evaluation = facts_.evaluations.emplace_back();
        evaluation.id = in.Id<policy::RecordId>();
        evaluation.incident = in.Id<policy::RecordId>();
        evaluation.decided = in.Flag();
    }
    void TakeHardStop(Columns& in) {
        policy::HardStopFacts& stop = facts_.hard_stops.emplace_back();
        stop.id = in.Id<policy::RecordId>();
        stop.rule = in.Enum<policy::HardStop>();
        stop.reason = in.Text();
        stop.raised_by = in.Text();
        stop.open = in.Flag();
    }
    void TakeRiskAcceptance(Columns& in) {
        policy::RiskAcceptanceFacts& acceptance = facts_.risk_acceptances.emplace_back();
        acceptance.id = in.Id<policy::RecordId>();
        acceptance.principal = in.Id<policy::PrincipalId>();
        acceptance.principal_kind = in.Enum<policy::PrincipalKind>();
        acceptance.entitled = in.Flag();
        acceptance.hash_matches = in.Flag();
        acceptance.revoked = in.Flag();
        acceptance.risk = in.Text();
        acceptance.rationale = in.Text();
        acceptance.review_date = in.OptDay();
    }
    void TakeMemo(Columns& in) {
        policy::MemoFacts& memo = facts_.memos.emplace_back();
        memo.number = in.Int();
        memo.target = in.Enum<policy::Channel>();
        memo.decision = in.Enum<policy::Decision>();
        memo.manifest_matches = in.Flag();
        memo.decided_at = in.Instant();
    }
    void TakeSignature(Columns& in) {  // sorted after all memos
        const std::int64_t number = in.Int();
        const auto memo = std::find_if(facts_.memos.begin(), facts_.memos.end(),
                                       [&](const policy::MemoFacts& candidate) { return candidate.number == number; });
        PORTCULLIS_INVARIANT(memo != facts_.memos.end(), "a signature belongs to a loaded memo");
        policy::SignatureFacts& signature = memo->signatures.emplace_back();
        signature.role = in.Enum<policy::Role>();
        signature.principal = in.Id<policy::PrincipalId>();
        signature.principal_kind = in.Enum<policy::PrincipalKind>();
        signature.entitled = in.Flag();
        signature.hash_matches = in.Flag();
        signature.at = in.Instant();
    }
    void TakeFreeze(Columns& in) {
        policy::FreezeFacts& freeze = facts_.freezes.emplace_back();
        freeze.id = in.Id<policy::RecordId>();
        freeze.scope = in.Enum<policy::FreezeScope>();
        freeze.channel = in.OptEnum<policy::Channel>();
        auto tenant = in.OptId<policy::TenantId>();
        freeze.starts_at = in.Instant();
        freeze.ends_at = in.Instant();
        freeze.reason = in.Text();
        if (tenant) {
            freeze.tenant = TenantOfFreeze(std::move(*tenant), in);
        }
    }
    void TakeFlagKill(Columns& in) {
        facts_.flag_killed_by = in.Id<policy::RecordId>();
    }

    policy::TenantFacts TenantOfFreeze(policy::TenantId id, Columns& in) const {
        if (facts_.plan) {
            const auto& tenants = facts_.plan->tenants;
            const auto on_plan = std::find_if(tenants.begin(), tenants.end(),
                                              [&](const policy::TenantFacts& tenant) { return tenant.id == id; });
            if (on_plan != tenants.end()) {
                return *on_plan;
            }
        }
        policy::TenantFacts tenant;
        tenant.id = std::move(id);
        tenant.registered = in.Flag();
        tenant.kind = in.Enum<policy::TenantKind>();
        tenant.preference = in.Enum<policy::ChannelPreference>();
        return tenant;
    }

    policy::PromotionFacts& facts_;
};

}  // namespace

std::optional<LoadedFacts> LoadVersionedFacts(Tx& tx, const policy::ReleaseId& release, policy::Channel to, Lock lock) {
    if (lock == Lock::kForUpdate && !tx.One(
                                        kHoldFacts, [](Columns& in) { return in.Flag(); }, release)) {
        return std::nullopt;
    }
    auto row = tx.Find(
        kReleaseFacts, [&](Columns& in) { return ReadReleaseFacts(in, release); }, release);
    if (!row) {
        return std::nullopt;
    }
    LoadedFacts& loaded = row->loaded;
    policy::PromotionFacts& facts = loaded.facts;
    facts.to = to;
    SmallFacts small(facts);
    const auto take_all = [&](const pqxx::result& rows) {
        for (const auto& fact : rows) {
            Columns columns(fact);
            small.Take(columns);
        }
    };
    const std::int64_t plan_revision = facts.plan ? facts.plan->revision : 0;
    take_all(tx.Exec(kUsualFacts, release, plan_revision));
    if (row->has_rare_facts) {
        take_all(tx.Exec(kRareFacts, release));
    }
    if (row->has_sev1) {
        for (policy::IncidentFacts& incident : tx.All(kSev1Stops, ReadIncident, release)) {
            facts.incidents.push_back(std::move(incident));
        }
    }
    if (row->has_instances) {
        facts.drifts = tx.All(kDrifts, ReadDrift, release);
    }
    facts.requirements = LoadRequirements(tx, facts.manifest.requirements);
    facts.floor = policy::SuggestFloor(facts.manifest.files_changed, PathRulesAt(tx, loaded.version.epoch));
    return std::move(loaded);
}

std::optional<policy::PromotionFacts> LoadPromotionFacts(Tx& tx, const policy::ReleaseId& release, policy::Channel to,
                                                         Lock lock) {
    auto loaded = LoadVersionedFacts(tx, release, to, lock);
    return loaded ? std::optional(std::move(loaded->facts)) : std::nullopt;
}

std::vector<policy::TenantFacts> LoadTenantFacts(Tx& tx, const policy::ReleaseId& release) {
    return tx.All(kAllTenants, ReadTenantFacts, release);
}

}  // namespace store
