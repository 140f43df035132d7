#include <algorithm>
#include <utility>

#include "controller/app/audit_trail.hpp"
#include "controller/app/promotions.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/promotions.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/verdict.hpp"

namespace app {
namespace {

bool SameQuestion(const policy::ExitCriterion& a, const policy::ExitCriterion& b) {
    return a.metric && b.metric && a.metric->query == b.metric->query &&
           a.metric->samples_query == b.metric->samples_query && a.metric->min_samples == b.metric->min_samples &&
           a.metric->limit.comparison == b.metric->limit.comparison &&
           a.metric->limit.threshold == b.metric->limit.threshold;
}

std::optional<std::int64_t> MemoNumber(const policy::PromotionFacts& facts) {
    const auto memo = std::ranges::find_if(
        facts.memos, [&](const policy::MemoFacts& candidate) { return candidate.target == facts.to; });
    return memo == facts.memos.end() ? std::nullopt : std::optional(memo->number);
}

std::string MoveText(const policy::PromotionFacts& facts) {
    return std::string(platform::EnumText(facts.release.channel)) + " to " + std::string(platform::EnumText(facts.to));
}

}  // namespace

void FillMeasurements(policy::PromotionFacts& facts, const Measurements& measurements) {
    if (!facts.plan) {
        return;
    }
    for (policy::CriterionFacts& criterion : facts.plan->criteria) {
        const auto measured = measurements.by_key.find(criterion.criterion.key);
        if (measured != measurements.by_key.end() && SameQuestion(measured->second.first, criterion.criterion)) {
            criterion.measurement = measured->second.second;
        }
    }
}

Measurements MeasureForPromotion(store::Database& database, MetricsSource& metrics, const policy::ReleaseId& release,
                                 policy::Channel to) {
    Measurements measurements;
    if (!database.Once([&](store::Tx& tx) { return store::PlanAsksMetrics(tx, release); })) {
        return measurements;
    }
    auto facts =
        database.Read([&](store::Tx& tx) { return store::LoadPromotionFacts(tx, release, to, store::Lock::kNone); });
    if (!facts || !HasMetricCriteria(*facts)) {
        return measurements;
    }
    MeasureCriteria(metrics, *facts, Freshness::kNow);
    for (const policy::CriterionFacts& criterion : facts->plan->criteria) {
        if (criterion.measurement) {
            measurements.by_key[criterion.criterion.key] = {criterion.criterion, *criterion.measurement};
        }
    }
    return measurements;
}

Outcome<wire::Promotion> PromoteRelease(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                        std::int64_t version, policy::Channel to,
                                        const std::optional<Measurements>& measurements) {
    const AuditSubject subject{"release.promote", release.Text()};
    auto loaded = store::LoadVersionedFacts(tx, release, to, store::Lock::kForUpdate);
    if (!loaded) {
        return Refused(NotFound("release", release.Text()));
    }
    policy::PromotionFacts& facts = loaded->facts;
    if (loaded->row_version != version) {
        // Of two promotions at once the second is told that it has happened, not that something is stale.
        Refusal refusal =
            facts.release.channel >= to
                ? Conflict("The release is in " + std::string(platform::EnumText(facts.release.channel)) + " already.")
                : Stale("release", loaded->row_version, version);
        return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));
    }
    if (measurements) {
        FillMeasurements(facts, *measurements);
    } else if (HasMetricCriteria(facts)) {
        throw MeasurementNeeded{};
    }
    policy::Verdict verdict = policy::EvaluatePromotion(facts);
    const std::string facts_hash = wire::FactsHash(facts);
    if (verdict.state != policy::VerdictState::kAllow) {
        Refusal refusal = FromFindings(std::move(verdict.findings),
                                       to == facts.release.channel
                                           ? "The release is in " + std::string(platform::EnumText(to)) + " already."
                                           : "The release cannot go from " + MoveText(facts) + " now.");
        // The caller's role was looked at before; what is refused here is the release, not the person.
        if (refusal.kind == RefusalKind::kForbidden) {
            refusal.kind = RefusalKind::kDenied;
            refusal.code = "rules.denied";
        }
        return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));
    }
    const wire::VerdictDocument document = wire::MakeVerdictDocument(facts, verdict, facts_hash);
    store::NewPromotion promotion;
    promotion.id = NewRecordId(tx, "prm");
    promotion.release = release;
    promotion.from = facts.release.channel;
    promotion.to = to;
    promotion.content_hash = facts.release.content_hash;
    promotion.memo_number = MemoNumber(facts);
    promotion.facts_hash = facts_hash;
    promotion.verdict = wire::EncodeVerdict(document);
    promotion.promoted_by = call.actor.id;
    const store::Promotion stored = store::InsertPromotion(tx, promotion);
    wire::Promotion view = ViewPromotion(stored);
    view.notes = std::move(verdict.findings);
    wire::AuditDetails details;
    details.Text("promotion", stored.id.Text())
        .Text("from", platform::EnumText(stored.from))
        .Text("to", platform::EnumText(stored.to))
        .Text("content_hash", stored.content_hash)
        .Text("facts_hash", stored.facts_hash)
        .Findings("notes", view.notes);
    RecordDone(tx, call, subject, "promoted from " + MoveText(facts), details,
               {"release.promoted", release.Text(), wire::EncodePromotion(view)});
    return view;
}

Outcome<Page<wire::Promotion>> ListPromotions(store::Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    if (!store::LoadRelease(tx, release)) {
        return Refused(NotFound("release", release.Text()));
    }
    const Page<store::Promotion> rows = store::ListPromotions(tx, release, page);
    Page<wire::Promotion> view;
    view.next = rows.next;
    for (const store::Promotion& row : rows.rows) {
        view.rows.push_back(ViewPromotion(row));
    }
    return view;
}

}  // namespace app
