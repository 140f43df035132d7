#include "controller/app/release_view.hpp"

#include <algorithm>

#include "controller/policy/stay.hpp"

namespace app {
namespace {

std::optional<wire::Revoked> ViewRevocation(const std::optional<store::Revocation>& revocation) {
    if (!revocation) {
        return std::nullopt;
    }
    return wire::Revoked{revocation->by, revocation->reason, revocation->at};
}

}  // namespace

wire::Release ViewRelease(const store::Release& row) {
    wire::Release view;
    view.id = row.id;
    view.title = row.title;
    view.classification = row.classification;
    view.channel = row.channel;
    view.status = row.status;
    view.revision = row.revision;
    view.content_hash = row.content_hash;
    view.change_hash = row.change_hash;
    view.channel_entered_at = row.channel_entered_at;
    view.promotion_begun_at = row.promotion_begun_at;
    view.plan_revision = row.plan_revision;
    view.created_at = row.created_at;
    view.created_by = row.created_by;
    view.author = row.author;
    view.version = row.version;
    return view;
}

wire::Release ViewReleaseWithGate(const store::Release& row, const policy::PromotionFacts& facts,
                                  const policy::Verdict& verdict) {
    wire::Release view = ViewRelease(row);
    wire::Stay stay;
    stay.since = policy::StayStart(facts);
    stay.required = policy::RequiredStay(row.channel, facts.plan);
    stay.ends_at = policy::StayEnd(facts);
    if (stay.ends_at) {
        stay.left = std::max(policy::Duration::zero(), *stay.ends_at - facts.now);
    }
    view.stay = stay;
    if (row.channel != policy::Channel::kStable && row.status == policy::ReleaseStatus::kActive) {
        view.next = wire::NextGate{facts.to, verdict.state, CountBlocking(verdict.findings)};
    }
    return view;
}

wire::Revision ViewRevision(const store::ManifestRevision& row, std::int64_t version) {
    return {row.revision, row.content_hash, row.change_hash, row.classification,
            row.document, row.created_at,   row.created_by,  version};
}

wire::Promotion ViewPromotion(const store::Promotion& row) {
    wire::Promotion view;
    view.id = row.id.Text();
    view.release = row.release.Text();
    view.from = row.from;
    view.to = row.to;
    view.content_hash = row.content_hash;
    view.memo = row.memo_number;
    view.facts_hash = row.facts_hash;
    view.promoted_by = row.promoted_by;
    view.promoted_at = row.promoted_at;
    return view;
}

wire::Check ViewCheck(const store::Check& row) {
    wire::Check view;
    view.id = row.id.Text();
    view.release = row.release.Text();
    view.control = row.control;
    view.key = row.key;
    view.outcome = row.outcome;
    view.tier = row.tier;
    view.channel = row.channel;
    view.change_hash = row.change_hash;
    view.current = row.change_matches;
    view.reason = row.reason;
    view.evidence = row.evidence;
    view.performed_at = row.performed_at;
    view.recorded_by = row.recorded_by;
    view.recorded_at = row.recorded_at;
    if (row.resolution) {
        view.resolution = wire::Resolution{row.resolution->resolution, row.resolution->evidence,
                                           row.resolution->resolved_by, row.resolution->resolved_at};
    }
    return view;
}

wire::Approval ViewApproval(const store::Approval& row) {
    wire::Approval view;
    view.id = row.id.Text();
    view.release = row.release.Text();
    view.scope = row.scope;
    view.role = row.role;
    view.principal = row.principal.Text();
    view.content_hash = row.content_hash;
    view.self_approved = row.self_approved;
    view.note = row.note;
    view.created_at = row.created_at;
    view.entitled = row.entitled;
    view.hash_matches = row.hash_matches;
    view.revocation = ViewRevocation(row.revocation);
    return view;
}

wire::RiskAcceptance ViewRiskAcceptance(const store::RiskAcceptance& row, policy::Time now) {
    wire::RiskAcceptance view;
    view.id = row.id.Text();
    view.release = row.release.Text();
    view.principal = row.principal.Text();
    view.content_hash = row.content_hash;
    view.risk = row.risk;
    view.rationale = row.rationale;
    view.review_date = row.review_date;
    view.created_at = row.created_at;
    view.entitled = row.entitled;
    view.hash_matches = row.hash_matches;
    view.lapsed = now >= platform::StartOfDay(row.review_date);
    view.revocation = ViewRevocation(row.revocation);
    return view;
}

wire::HardStop ViewHardStop(const store::HardStopRecord& row) {
    wire::HardStop view;
    view.id = row.id.Text();
    view.release = row.release.Text();
    view.rule = row.rule;
    view.reason = row.reason;
    view.raised_by = row.raised_by.Text();
    view.raised_at = row.raised_at;
    if (row.resolved_at) {
        view.resolution = wire::Resolution{row.resolution.value_or(""), row.evidence.value_or(""),
                                           row.resolved_by ? row.resolved_by->Text() : "", *row.resolved_at};
    }
    return view;
}

int CountBlocking(const policy::Findings& findings) {
    return static_cast<int>(std::ranges::count_if(
        findings, [](const policy::Finding& finding) { return finding.kind != policy::FindingKind::kDoubt; }));
}

}  // namespace app
