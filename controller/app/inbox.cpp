#include "controller/app/inbox.hpp"

#include <algorithm>

#include "controller/app/gate.hpp"
#include "controller/app/incidents.hpp"
#include "controller/app/kill_switch.hpp"
#include "controller/app/load_budget.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/rollouts.hpp"
#include "controller/policy/approvals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/policy/memo.hpp"
#include "controller/policy/permissions.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/releases.hpp"

namespace app {
namespace {

using policy::Permission;

constexpr int kInboxPage = 500;

bool InboxMay(const Call& call, Permission permission) {
    return policy::MayUse(permission, call.actor.kind, call.actor.roles);
}

bool HoldsRole(const Call& call, policy::Role role) {
    return std::ranges::find(call.actor.roles, role) != call.actor.roles.end();
}

class InboxReader {
public:
    InboxReader(store::Tx& tx, GateCache& gates, const Call& call, LoadBudget budget)
        : tx_(tx), gates_(gates), call_(call), budget_(budget) {}

    Inbox Read() {
        ReadReleases();
        if (InboxMay(call_, Permission::kAttendRollout)) {
            ReadRollouts();
        }
        if (InboxMay(call_, Permission::kReviewKill)) {
            ReadKillReviews();
        }
        std::ranges::stable_sort(inbox_.items, {}, &InboxItem::since);
        return std::move(inbox_);
    }

private:
    void ReadReleases() {
        const bool asked = InboxMay(call_, Permission::kApprove) || InboxMay(call_, Permission::kSignMemo) ||
                           InboxMay(call_, Permission::kRollBack);
        store::ReleaseFilter filter;
        filter.status = policy::ReleaseStatus::kActive;
        PageQuery query{.limit = kInboxPage, .after = {}};
        while (asked) {
            const Page<store::Release> page = store::ListReleases(tx_, filter, query);
            for (const store::Release& row : page.rows) {
                ReadRelease(row);
            }
            if (!page.next) {
                break;
            }
            query.after = *page.next;
        }
    }

    void ReadRelease(const store::Release& row) {
        if (!state_) {
            state_ = store::LoadGateState(tx_, row.id);
            inbox_.now = state_->now;
        }
        const policy::Channel to = policy::NextChannel(row.channel);
        auto snapshot = gates_.Find(row.id, to, {row.facts_version, state_->epoch}, state_->now);
        if (!snapshot && budget_.Take()) {
            if (auto loaded = store::LoadVersionedFacts(tx_, row.id, to, store::Lock::kNone)) {
                snapshot = MakeGateSnapshot(std::move(*loaded));
                gates_.Keep(row.id, to, snapshot);
            }
        }
        if (!snapshot) {
            ++inbox_.left_out;
            return;
        }
        const std::lock_guard lock(snapshot->mutex);
        const policy::PromotionFacts& facts = snapshot->facts;
        if (row.channel != policy::Channel::kStable) {
            AddApprovals(facts);
            AddSignatures(facts);
        }
        if (InboxMay(call_, Permission::kRollBack) &&
            std::ranges::find(facts.evaluations, false, &policy::RollbackEvaluationFacts::decided) !=
                facts.evaluations.end()) {
            AddEvaluations(facts);
        }
    }

    InboxItem ItemOf(InboxKind kind, const policy::PromotionFacts& facts) const {
        InboxItem item;
        item.kind = kind;
        item.subject = facts.release.id.Text();
        item.title = facts.manifest.title.empty() ? item.subject : facts.manifest.title;
        return item;
    }

    void AddApprovals(const policy::PromotionFacts& facts) {
        for (const policy::ApprovalSlot& slot : policy::RequiredSlots(facts)) {
            const bool nothing_to_approve = slot.scope == policy::ApprovalScope::kPlan && !facts.plan;
            if (slot.filled_by || nothing_to_approve || !HoldsRole(call_, slot.role) ||
                !InboxMay(call_, Permission::kApprove) || IsRefused(facts, slot)) {
                continue;
            }
            InboxItem item = ItemOf(InboxKind::kApproval, facts);
            item.role = slot.role;
            item.scope = slot.scope;
            item.since = std::max(facts.release.content_since, facts.release.channel_entered_at);
            inbox_.items.push_back(std::move(item));
        }
    }

    /// Whether the rules would refuse the approval to this person. Who set a plan is not among the facts: of plans only
    /// what its other approvals say is asked.
    bool IsRefused(const policy::PromotionFacts& facts, const policy::ApprovalSlot& slot) const {
        policy::ApprovalAct act;
        act.actor = call_.actor;
        act.scope = slot.scope;
        act.role = slot.role;
        act.classification = facts.manifest.classification;
        if (slot.scope != policy::ApprovalScope::kPlan) {
            act.author = facts.release.author;
        }
        act.note = "with a comment";
        for (const policy::ApprovalFacts& given : facts.approvals) {
            if (given.scope == slot.scope && policy::ApprovalHolds(given)) {
                act.existing.push_back(given);
            }
        }
        return Blocks(policy::JudgeAct(act));
    }

    void AddSignatures(const policy::PromotionFacts& facts) {
        if (!InboxMay(call_, Permission::kSignMemo)) {
            return;
        }
        for (const policy::MemoFacts& memo : facts.memos) {
            if (!memo.manifest_matches || memo.target < facts.to) {
                continue;
            }
            for (const policy::Role role : policy::SignatureRoles()) {
                policy::SignatureAct act;
                act.actor = call_.actor;
                act.role = role;
                act.hash_matches = true;
                act.existing = memo.signatures;
                const bool done =
                    std::ranges::find(memo.signatures, role, &policy::SignatureFacts::role) != memo.signatures.end();
                if (done || !HoldsRole(call_, role) || Blocks(policy::JudgeAct(act))) {
                    continue;
                }
                InboxItem item = ItemOf(InboxKind::kSignature, facts);
                item.role = role;
                item.number = memo.number;
                item.detail = platform::EnumText(memo.decision);
                item.since = memo.decided_at;
                inbox_.items.push_back(std::move(item));
            }
        }
    }

    void AddEvaluations(const policy::PromotionFacts& facts) {
        const auto evaluations = ListEvaluations(tx_, facts.release.id);
        if (!evaluations) {
            return;
        }
        for (const wire::Evaluation& evaluation : evaluations->rows) {
            if (!evaluation.decision) {
                InboxItem item = ItemOf(InboxKind::kRollbackEvaluation, facts);
                item.detail = evaluation.incident;
                item.since = evaluation.opened_at;
                inbox_.items.push_back(std::move(item));
            }
        }
    }

    void ReadRollouts() {
        PageQuery query{.limit = kInboxPage, .after = {}};
        for (;;) {
            const auto page = ListRollouts(tx_, query);
            if (!page) {
                return;
            }
            for (const wire::Rollout& rollout : page->rows) {
                AddRollout(rollout);
            }
            if (!page->next) {
                return;
            }
            query.after = *page->next;
        }
    }

    void AddRollout(const wire::Rollout& rollout) {
        if (rollout.state == policy::RolloutState::kReversed || rollout.state == policy::RolloutState::kEnded) {
            return;
        }
        InboxItem base;
        base.subject = rollout.id;
        base.title = rollout.title;
        for (const wire::RolloutStage& stage : rollout.stages) {
            for (const wire::StageCheckpoint& checkpoint : stage.checkpoints) {
                const bool open = checkpoint.state == policy::CheckpointState::kDue ||
                                  checkpoint.state == policy::CheckpointState::kMissed;
                if (open && checkpoint.facts.owner == call_.actor.id) {
                    InboxItem item = base;
                    item.kind = InboxKind::kCheckpoint;
                    item.detail = checkpoint.facts.title;
                    item.number = checkpoint.facts.n;
                    item.since = checkpoint.facts.opens_at;
                    item.due_at = checkpoint.facts.due_at;
                    item.late = checkpoint.state == policy::CheckpointState::kMissed;
                    inbox_.items.push_back(std::move(item));
                }
            }
        }
        for (const wire::RolloutEvaluation& evaluation : rollout.evaluations) {
            if (!evaluation.decision && InboxMay(call_, Permission::kDecideRollout)) {
                InboxItem item = base;
                item.kind = InboxKind::kStageEvaluation;
                item.detail = evaluation.trigger;
                item.since = evaluation.opened_at;
                inbox_.items.push_back(std::move(item));
            }
        }
    }

    void ReadKillReviews() {
        const auto reviews = ListKillReviews(tx_, true, {.limit = kInboxPage, .after = {}});
        if (!reviews) {
            return;
        }
        for (const wire::KillReview& review : reviews->rows) {
            InboxItem item;
            item.kind = InboxKind::kKillReview;
            item.subject = review.operation;
            item.title = "Kill by " + review.killed_by;
            item.detail = review.reason;
            item.since = review.opened_at;
            inbox_.items.push_back(std::move(item));
        }
    }

    store::Tx& tx_;
    GateCache& gates_;
    const Call& call_;
    LoadBudget budget_;
    std::optional<store::GateState> state_;
    Inbox inbox_;
};

}  // namespace

Inbox ReadInbox(const Services& services, const Call& call, int most_loads, std::chrono::milliseconds load_for) {
    return services.database.Read(
        [&](store::Tx& tx) { return InboxReader(tx, services.gates, call, LoadBudget(most_loads, load_for)).Read(); });
}

}  // namespace app
