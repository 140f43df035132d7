#include "controller/store/plans.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define PLAN_COLUMNS                                                                                              \
    " p.release_id, p.revision, p.content_hash, p.document, p.owner, extract(epoch FROM p.minimum_stay)::bigint," \
    " extract(epoch FROM p.maximum_stay)::bigint, p.created_at, p.created_by "

constexpr Statement kInsertPlan{"plan_insert", R"sql(
    INSERT INTO plan_revisions (release_id, content_hash, document, created_by) VALUES ($1, $2, $3, $4))sql"};
constexpr Statement kLoadPlan{"plan_load", "SELECT" PLAN_COLUMNS R"sql(
    FROM releases r JOIN plan_revisions p ON p.release_id = r.id AND p.revision = coalesce($2, r.plan_revision)
    WHERE r.id = $1)sql"};
constexpr Statement kListPlans{"plan_list", "SELECT" PLAN_COLUMNS R"sql(FROM plan_revisions p
    WHERE p.release_id = $1 AND ($2::bigint IS NULL OR p.revision > $2) ORDER BY p.revision LIMIT $3)sql"};
constexpr Statement kFindUnregistered{"tenant_find_unregistered", R"sql(
    SELECT wanted.id FROM unnest($1::text[]) WITH ORDINALITY wanted (id, n)
    WHERE NOT EXISTS (SELECT FROM tenants t WHERE t.id = wanted.id AND t.active) ORDER BY wanted.n)sql"};

#undef PLAN_COLUMNS

PlanRevision ReadPlanRevision(Columns& in) {
    PlanRevision plan;
    plan.release = in.Id<policy::ReleaseId>();
    plan.revision = in.Int();
    plan.content_hash = in.Text();
    plan.document = in.Text();
    plan.owner = in.Text();
    plan.minimum_stay = in.Seconds();
    plan.maximum_stay = in.OptSeconds();
    plan.created_at = in.Instant();
    plan.created_by = in.Text();
    return plan;
}

}  // namespace

PlanRevision AppendPlanRevision(Tx& tx, const NewPlan& plan) {
    tx.Exec(kInsertPlan, plan.release, plan.content_hash, plan.document, plan.created_by);
    return tx.One(kLoadPlan, ReadPlanRevision, plan.release, std::nullopt);
}

std::optional<PlanRevision> LoadPlanRevision(Tx& tx, const policy::ReleaseId& release,
                                             std::optional<std::int64_t> revision) {
    return tx.Find(kLoadPlan, ReadPlanRevision, release, revision);
}

Page<PlanRevision> ListPlanRevisions(Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    return tx.ListPage(
        kListPlans, page, ReadPlanRevision, [](const PlanRevision& row) { return std::to_string(row.revision); },
        release);
}

std::vector<policy::TenantId> FindUnregistered(Tx& tx, const std::vector<policy::TenantId>& tenants) {
    return tx.All(
        kFindUnregistered, [](Columns& in) { return in.Id<policy::TenantId>(); }, tenants);
}

}  // namespace store
