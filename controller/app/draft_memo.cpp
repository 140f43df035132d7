#include <algorithm>
#include <map>

#include "controller/app/build_memo.hpp"
#include "controller/app/memos.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/approvals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/policy/memo.hpp"
#include "controller/policy/stay.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/incidents.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/promotions.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

/// Display names, each looked up once.
class PersonBook {
public:
    explicit PersonBook(store::Tx& tx) : tx_(tx) {}

    policy::MemoPerson Find(const policy::PrincipalId& id) {
        auto [entry, added] = names_.try_emplace(id);
        if (added) {
            const auto principal = store::LoadPrincipal(tx_, id);
            entry->second = principal ? principal->display_name : id.Text();
        }
        return {id, entry->second};
    }

private:
    store::Tx& tx_;
    std::map<policy::PrincipalId, std::string> names_;
};

std::vector<policy::MemoApprover> Approvers(const policy::PromotionFacts& facts, PersonBook& people) {
    std::vector<policy::MemoApprover> approvers;
    for (const policy::ApprovalSlot& slot : policy::RequiredSlots(facts)) {
        if (!slot.filled_by) {
            continue;
        }
        const auto approval = std::ranges::find_if(
            facts.approvals, [&](const policy::ApprovalFacts& given) { return given.id == *slot.filled_by; });
        if (approval != facts.approvals.end()) {
            approvers.push_back(
                {people.Find(approval->principal), slot.role, slot.scope, approval->at, slot.self_approved});
        }
    }
    return approvers;
}

std::vector<policy::MemoStay> Stays(store::Tx& tx, const policy::PromotionFacts& facts) {
    PageQuery all;
    all.limit = 10;  // at most three: one per channel
    std::vector<store::Promotion> promotions = store::ListPromotions(tx, facts.release.id, all).rows;
    std::ranges::sort(promotions, {}, &store::Promotion::promoted_at);
    std::vector<policy::MemoStay> stays;
    for (const store::Promotion& promotion : promotions) {
        if (!stays.empty()) {
            stays.back().left_at = promotion.promoted_at;
        }
        policy::MemoStay stay;
        stay.channel = promotion.to;
        stay.entered_at = promotion.promoted_at;
        stay.required = policy::RequiredStay(promotion.to, facts.plan);
        stays.push_back(stay);
    }
    if (!stays.empty()) {
        const policy::Time counted_from = policy::StayStart(facts);
        if (counted_from > stays.back().entered_at) {
            stays.back().counted_from = counted_from;
        }
    }
    return stays;
}

std::vector<policy::MemoIncident> Incidents(store::Tx& tx, const policy::PromotionFacts& facts) {
    std::vector<policy::MemoIncident> incidents;
    for (const policy::IncidentFacts& fact : facts.incidents) {
        const auto row = store::LoadIncident(tx, fact.id);
        incidents.push_back(
            {fact.id, row ? row->title : std::string(), fact.severity, fact.state, fact.opened_at, fact.resolved_at});
    }
    return incidents;
}

std::vector<policy::MemoChecklistItem> Checklist(const policy::PromotionFacts& facts) {
    std::vector<policy::MemoChecklistItem> items;
    for (policy::ChecklistItem& item : policy::ComputeChecklist(facts)) {
        items.push_back({std::string(item.key), std::string(item.title), item.holds, std::move(item.detail),
                         std::move(item.reasons)});
    }
    return items;
}

}  // namespace

policy::MemoDocument BuildMemo(store::Tx& tx, const policy::PromotionFacts& facts) {
    PersonBook people(tx);
    policy::MemoDocument memo;
    memo.release = facts.release.id;
    memo.title = facts.manifest.title;
    memo.classification = facts.manifest.classification;
    memo.target = facts.to;
    memo.at = facts.now;
    memo.approvers = Approvers(facts, people);
    memo.checklist = Checklist(facts);
    memo.record.stays = Stays(tx, facts);
    memo.record.incidents = Incidents(tx, facts);
    if (facts.plan) {
        if (const auto owner = policy::PrincipalId::Parse(facts.plan->owner)) {
            memo.record.plan_owner = people.Find(*owner);
        }
        for (const policy::TenantFacts& tenant : facts.plan->tenants) {
            memo.record.tenants.push_back(tenant.id);
        }
    }
    for (const policy::Finding& finding : policy::FindingsBesideMemo(facts)) {
        if (finding.kind == policy::FindingKind::kDoubt) {
            memo.record.doubts.push_back(finding.message);
        }
    }
    memo.manifest_hash = facts.release.content_hash;
    memo.manifest_revision = facts.release.revision;
    memo.catalogue_version = policy::kCatalogueVersion;
    memo.simulated_clock = store::IsClockSimulated(tx);
    return memo;
}

Outcome<policy::MemoDocument> DraftMemo(store::Tx& tx, const policy::ReleaseId& release, policy::Channel target,
                                        const Measurements& measurements) {
    auto facts = store::LoadPromotionFacts(tx, release, target, store::Lock::kNone);
    if (!facts) {
        return Refused(NotFound("release", release.Text()));
    }
    FillMeasurements(*facts, measurements);
    return BuildMemo(tx, *facts);
}

}  // namespace app
