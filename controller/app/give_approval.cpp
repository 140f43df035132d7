#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/evidence.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/policy/approvals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/approvals.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/plans.hpp"
#include "controller/store/releases.hpp"

namespace app {
namespace {

/// The content an approval of this scope binds to, and who wrote it.
struct ApprovedContent {
    std::string hash;
    policy::PrincipalId author;
};

std::optional<ApprovedContent> ContentOf(store::Tx& tx, const store::Release& release, policy::ApprovalScope scope) {
    if (scope != policy::ApprovalScope::kPlan) {
        return ApprovedContent{release.content_hash, policy::PrincipalId::Trusted(release.author)};
    }
    const auto plan = store::LoadPlanRevision(tx, release.id);
    if (!plan) {
        return std::nullopt;
    }
    return ApprovedContent{plan->content_hash, policy::PrincipalId::Trusted(plan->created_by)};
}

policy::ApprovalAct MakeAct(store::Tx& tx, const Call& call, const store::Release& release,
                            const wire::GiveApproval& command, const ApprovedContent& content) {
    policy::ApprovalAct act;
    act.actor = call.actor;
    act.scope = command.scope;
    act.role = command.role;
    act.classification = release.classification;
    act.author = content.author;
    act.note = command.note;
    act.hash_is_current = !command.content_hash || *command.content_hash == content.hash;
    for (policy::ApprovalFacts& approval : store::LoadApprovalFacts(tx, release.id)) {
        if (approval.scope == command.scope && policy::ApprovalHolds(approval)) {
            act.existing.push_back(std::move(approval));
        }
    }
    return act;
}

std::string ApprovalText(policy::ApprovalScope scope, policy::Role role) {
    return std::string(platform::EnumText(scope)) + " as " + std::string(platform::EnumText(role));
}

}  // namespace

Outcome<wire::Approval> GiveApproval(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                     const wire::GiveApproval& command) {
    const AuditSubject subject{"approval.give", release.Text()};
    const auto row = store::LoadRelease(tx, release, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    if (row->status != policy::ReleaseStatus::kActive) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The release is " + std::string(platform::EnumText(row->status)) +
                                              "; there is nothing left to approve.")));
    }
    const auto content = ContentOf(tx, *row, command.scope);
    if (!content) {
        return Refused(RecordRefusal(tx, call, subject, Conflict("There is no exposure plan to approve yet.")));
    }
    policy::Findings findings = policy::JudgeAct(MakeAct(tx, call, *row, command, *content));
    if (Blocks(findings)) {
        return Refused(
            RecordRefusal(tx, call, subject, FromFindings(std::move(findings), "The approval cannot be given.")));
    }
    store::NewApproval approval;
    approval.id = NewRecordId(tx, "apr");
    approval.release = release;
    approval.scope = command.scope;
    approval.role = command.role;
    approval.principal = call.actor.id;
    approval.content_hash = content->hash;
    approval.self_approved = policy::IsSelfApproved(call.actor.id, content->author);
    approval.note = command.note;
    const store::Approval stored = store::InsertApproval(tx, approval);
    wire::AuditDetails details;
    details.Text("approval", stored.id.Text())
        .Text("scope", platform::EnumText(stored.scope))
        .Text("role", platform::EnumText(stored.role))
        .Text("content_hash", stored.content_hash)
        .Flag("self_approved", stored.self_approved)
        .Text("note", stored.note);
    RecordDone(
        tx, call, subject,
        "approved " + ApprovalText(stored.scope, stored.role) + (stored.self_approved ? ", the author's own" : ""),
        details);
    return ViewApproval(stored);
}

Outcome<wire::Approval> RevokeApproval(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                       const policy::RecordId& approval, const std::string& reason) {
    const AuditSubject subject{"approval.revoke", release.Text()};
    if (!store::LoadRelease(tx, release, store::Lock::kForUpdate)) {
        return Refused(NotFound("release", release.Text()));
    }
    const auto row = store::LoadApproval(tx, approval);
    if (!row || row->release != release) {
        return Refused(NotFound("approval of " + release.Text(), approval.Text()));
    }
    const bool same_role = std::ranges::find(call.actor.roles, row->role) != call.actor.roles.end();
    if (call.actor.id != row->principal && !same_role) {
        Refusal refusal;
        refusal.kind = RefusalKind::kForbidden;
        refusal.code = "auth.not_yours";
        refusal.detail = "An approval is taken back by " + row->principal.Text() + ", who gave it, or by another " +
                         std::string(platform::EnumText(row->role)) + ".";
        return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));
    }
    if (row->revocation) {
        return Refused(RecordRefusal(
            tx, call, subject, Conflict(approval.Text() + " was taken back by " + row->revocation->by + " already.")));
    }
    const store::Approval revoked = store::RevokeApproval(tx, approval, call.actor.id, reason);
    wire::AuditDetails details;
    details.Text("approval", approval.Text()).Text("reason", reason);
    RecordDone(tx, call, subject, "took back the approval " + ApprovalText(row->scope, row->role) + ": " + reason,
               details);
    return ViewApproval(revoked);
}

Outcome<wire::ApprovalBoard> ListApprovals(store::Tx& tx, const policy::ReleaseId& release) {
    const auto row = store::LoadRelease(tx, release);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    wire::ApprovalBoard board;
    PageQuery query;
    query.limit = 500;
    for (;;) {
        const Page<store::Approval> page = store::ListApprovals(tx, release, query);
        for (const store::Approval& approval : page.rows) {
            board.items.push_back(ViewApproval(approval));
        }
        if (!page.next) {
            break;
        }
        query.after = *page.next;
    }
    const auto facts = store::LoadPromotionFacts(tx, release, policy::NextChannel(row->channel), store::Lock::kNone);
    if (facts && row->channel != policy::Channel::kStable) {
        board.required = policy::RequiredSlots(*facts);
    }
    return board;
}

}  // namespace app
