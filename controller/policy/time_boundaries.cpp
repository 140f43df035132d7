#include "controller/policy/time_boundaries.hpp"

#include "controller/policy/evidence.hpp"
#include "controller/policy/stay.hpp"

namespace policy {
namespace {

/// Collects the earliest instant after `now`.
class EarliestAfter {
public:
    explicit EarliestAfter(Time now) : now_(now) {}

    void Add(Time instant) {
        if (instant > now_ && (!earliest_ || instant < *earliest_)) {
            earliest_ = instant;
        }
    }
    void Add(const std::optional<Time>& instant) {
        if (instant) {
            Add(*instant);
        }
    }
    std::optional<Time> Result() const {
        return earliest_;
    }

private:
    Time now_;
    std::optional<Time> earliest_;
};

}  // namespace

std::optional<Time> NextTimeBoundary(const PromotionFacts& facts) {
    EarliestAfter next(facts.now);
    next.Add(StayEnd(facts));
    if (facts.plan) {
        if (facts.plan->start_date) {
            next.Add(platform::StartOfDay(*facts.plan->start_date));
        }
        if (facts.plan->maximum_stay) {
            // CHN-4: the last instant still counts; the next one, a microsecond later, does not.
            next.Add(facts.release.channel_entered_at + *facts.plan->maximum_stay + Duration{1});
        }
        for (const CriterionFacts& criterion : facts.plan->criteria) {
            if (criterion.measurement) {
                next.Add(criterion.measurement->at + kMaximumMeasurementAge + Duration{1});
            }
        }
        for (const TenantFacts& tenant : facts.plan->tenants) {
            if (tenant.consent) {
                next.Add(tenant.consent->expires_at);
                next.Add(tenant.consent->given_at);
            }
        }
    }
    for (const FreezeFacts& freeze : facts.freezes) {
        next.Add(freeze.starts_at);
        next.Add(freeze.ends_at);
        if (freeze.tenant && freeze.tenant->consent) {
            next.Add(freeze.tenant->consent->expires_at);
        }
    }
    for (const CheckFacts& check : facts.checks) {
        if (const auto maximum_age = RequirementOf(check.control).maximum_age) {
            // Evidence is stale from the first instant after its age; one microsecond, the grain of time here.
            next.Add(check.performed_at + *maximum_age + Duration{1});
        }
    }
    for (const RiskAcceptanceFacts& acceptance : facts.risk_acceptances) {
        if (acceptance.review_date) {
            next.Add(platform::StartOfDay(*acceptance.review_date));
        }
    }
    return next.Result();
}

}  // namespace policy
