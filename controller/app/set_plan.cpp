#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/plans.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/approvals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/approvals.hpp"
#include "controller/store/plans.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/plan.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

policy::Findings JudgePlan(store::Tx& tx, const Call& call, const policy::ReleaseId& id,
                           const policy::ExposurePlan& plan) {
    policy::PlanFactsAct act;
    act.actor = call.actor;
    act.plan = plan;
    const auto manifest = store::LoadManifestRevision(tx, id);
    PORTCULLIS_INVARIANT(manifest.has_value(), "a release has a manifest");
    auto decoded = wire::DecodeManifest(manifest->document);
    PORTCULLIS_INVARIANT(decoded.has_value(), "a stored manifest decodes");
    act.manifest = std::move(*decoded);
    act.unregistered = store::FindUnregistered(tx, plan.tenants);
    if (const auto owner_id = policy::PrincipalId::Parse(plan.owner)) {
        const auto owner = store::LoadPrincipal(tx, *owner_id);
        act.owner_is_active_user = owner && owner->active && owner->kind == policy::PrincipalKind::kUser;
    }
    return policy::JudgeAct(act);
}

wire::Plan ViewPlan(store::Tx& tx, const policy::ReleaseId& id, const store::PlanRevision& row, std::int64_t version) {
    wire::Plan view;
    view.revision = row.revision;
    view.content_hash = row.content_hash;
    view.plan = row.document;
    view.created_at = row.created_at;
    view.created_by = row.created_by;
    view.version = version;
    for (const policy::ApprovalFacts& approval : store::LoadApprovalFacts(tx, id)) {
        if (approval.scope == policy::ApprovalScope::kPlan && approval.hash_matches) {
            const bool counts = policy::ApprovalHolds(approval);
            view.approved = view.approved || counts;
            view.approvals.push_back({approval.id.Text(), approval.principal.Text(), approval.at, counts});
        }
    }
    return view;
}

}  // namespace

Outcome<wire::Plan> SetPlan(store::Tx& tx, const Call& call, const policy::ReleaseId& id, std::int64_t version,
                            const policy::ExposurePlan& plan) {
    const AuditSubject subject{"plan.set", id.Text()};
    const auto release = store::LoadRelease(tx, id, store::Lock::kForUpdate);
    if (!release) {
        return Refused(NotFound("release", id.Text()));
    }
    if (release->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("release", release->version, version)));
    }
    const auto current = store::LoadPlanRevision(tx, id);
    const std::string hash = wire::ContentHash(plan);
    if (current && current->content_hash == hash) {
        return ViewPlan(tx, id, *current, release->version);
    }
    if (release->status != policy::ReleaseStatus::kActive) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The release is " + std::string(platform::EnumText(release->status)) +
                                              "; its plan does not change any more.")));
    }
    policy::Findings findings = JudgePlan(tx, call, id, plan);
    if (Blocks(findings)) {
        return Refused(
            RecordRefusal(tx, call, subject, FromFindings(std::move(findings), "The plan cannot be kept as it is.")));
    }
    const store::PlanRevision row = store::AppendPlanRevision(tx, {id, hash, wire::EncodePlan(plan), call.actor.id});
    const auto after = store::LoadRelease(tx, id);
    PORTCULLIS_INVARIANT(after && after->plan_revision == row.revision, "the new plan is the release's plan");
    wire::Plan view = ViewPlan(tx, id, row, after->version);
    view.findings = std::move(findings);
    wire::AuditDetails details;
    details.Number("revision", row.revision).Text("content_hash", hash);
    RecordDone(tx, call, subject, "set the exposure plan, revision " + std::to_string(row.revision), details);
    return view;
}

Outcome<wire::Plan> ShowPlan(store::Tx& tx, const policy::ReleaseId& id) {
    const auto release = store::LoadRelease(tx, id);
    if (!release) {
        return Refused(NotFound("release", id.Text()));
    }
    const auto plan = store::LoadPlanRevision(tx, id);
    if (!plan) {
        return Refused(NotFound("exposure plan of", id.Text()));
    }
    return ViewPlan(tx, id, *plan, release->version);
}

}  // namespace app
