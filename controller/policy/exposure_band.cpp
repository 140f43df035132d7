// EXP-7: exit limits and rollback triggers on the same metric must meet (specification, sections 5 and 7).
//
// A value is covered when every exit limit on its metric holds or a rollback trigger fires. Limits change their answer
// only at thresholds, so looking at each threshold and at its two neighbours looks at every range between them.

#include <array>
#include <cmath>
#include <limits>

#include "controller/policy/checks.hpp"
#include "controller/policy/number_text.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

bool Holds(const Limit& limit, double value) {
    switch (limit.comparison) {
        case Comparison::kLess:
            return value < limit.threshold;
        case Comparison::kLessOrEqual:
            return value <= limit.threshold;
        case Comparison::kGreater:
            return value > limit.threshold;
        case Comparison::kGreaterOrEqual:
            return value >= limit.threshold;
        case Comparison::kEqual:
            return !(value < limit.threshold) && !(value > limit.threshold);
    }
    return false;
}

bool SameMetric(const Limit& one, const Limit& other) {
    return one.metric == other.metric && one.unit == other.unit;
}

const Limit* ExitLimitOf(const ExitCriterion& criterion) {
    if (criterion.metric) {
        return &criterion.metric->limit;
    }
    return criterion.limit ? &*criterion.limit : nullptr;
}
const Limit* ExitLimitOf(const CriterionFacts& criterion) {
    return ExitLimitOf(criterion.criterion);
}

template <typename Criteria>
class Bands {
public:
    Bands(const Criteria& criteria, const std::vector<RollbackTrigger>& triggers, FindingKind kind, Findings& findings)
        : criteria_(criteria), triggers_(triggers), kind_(kind), findings_(findings) {}

    void Judge() {
        for (std::size_t i = 0; i < criteria_.size(); ++i) {
            const Limit* limit = ExitLimitOf(criteria_[i]);
            // Said once per metric: at its first criterion.
            if (limit == nullptr || IsBlank(limit->metric) || HasEarlier(i, *limit)) {
                continue;
            }
            if (const Limit* trigger = FirstTrigger(*limit)) {
                JudgeMetric(*limit, *trigger);
            } else {
                DoubtOtherUnit(*limit);
            }
        }
    }

private:
    bool HasEarlier(std::size_t end, const Limit& limit) const {
        for (std::size_t i = 0; i < end; ++i) {
            const Limit* earlier = ExitLimitOf(criteria_[i]);
            if (earlier != nullptr && SameMetric(*earlier, limit)) {
                return true;
            }
        }
        return false;
    }

    const Limit* FirstTrigger(const Limit& limit) const {
        for (const RollbackTrigger& trigger : triggers_) {
            if (trigger.limit && SameMetric(*trigger.limit, limit)) {
                return &*trigger.limit;
            }
        }
        return nullptr;
    }

    bool IsCovered(const Limit& metric, double value) const {
        for (const RollbackTrigger& trigger : triggers_) {
            if (trigger.limit && SameMetric(*trigger.limit, metric) && Holds(*trigger.limit, value)) {
                return true;
            }
        }
        for (const auto& criterion : criteria_) {
            const Limit* limit = ExitLimitOf(criterion);
            if (limit != nullptr && SameMetric(*limit, metric) && !Holds(*limit, value)) {
                return false;
            }
        }
        return true;
    }

    /// The threshold itself first, so that the message names a round number where it can.
    std::optional<double> FindUncovered(const Limit& metric, double threshold) const {
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        for (const double value :
             std::array{threshold, std::nextafter(threshold, -kInfinity), std::nextafter(threshold, kInfinity)}) {
            if (!IsCovered(metric, value)) {
                return value;
            }
        }
        return std::nullopt;
    }

    void JudgeMetric(const Limit& limit, const Limit& trigger) {
        std::optional<double> value;
        const Limit* at = nullptr;
        const auto look = [&](const Limit& candidate) {
            if (!value && SameMetric(candidate, limit)) {
                value = FindUncovered(limit, candidate.threshold);
                at = value ? &candidate : nullptr;
            }
        };
        for (const auto& criterion : criteria_) {
            if (const Limit* candidate = ExitLimitOf(criterion)) {
                look(*candidate);
            }
        }
        for (const RollbackTrigger& candidate : triggers_) {
            if (candidate.limit) {
                look(*candidate.limit);
            }
        }
        if (!value) {
            return;
        }
        const std::string where = *value < at->threshold   ? Text("just under ", NumberText(at->threshold))
                                  : *value > at->threshold ? Text("just over ", NumberText(at->threshold))
                                                           : NumberText(*value);
        Report(findings_, "EXP-7", kind_,
               {Text("Between the exit limit (", LimitText(limit), ") and the rollback trigger (", LimitText(trigger),
                     ") is a band that neither covers: ", where, limit.unit.empty() ? "" : " ", limit.unit,
                     " would be neither good enough nor a reason to roll back."),
                "Move the limits until they meet, for example with < and >= at the same threshold.", limit.metric});
    }

    void DoubtOtherUnit(const Limit& limit) {
        for (const RollbackTrigger& trigger : triggers_) {
            if (trigger.limit && trigger.limit->metric == limit.metric) {
                Doubt(findings_, "EXP-7",
                      {Text("The exit limit (", LimitText(limit), ") and the rollback trigger (",
                            LimitText(*trigger.limit), ") are in different units and cannot be compared."),
                       "State both in one unit.", limit.metric});
                return;
            }
        }
    }

    const Criteria& criteria_;
    const std::vector<RollbackTrigger>& triggers_;
    FindingKind kind_;
    Findings& findings_;
};

}  // namespace

// EXP-7: no band between the exit limit and the rollback trigger.
void CheckExp7(const PromotionFacts& facts, Findings& findings) {
    if (facts.plan && facts.manifest.rollback) {
        Bands(facts.plan->criteria, facts.manifest.rollback->triggers, FindingKind::kDenied, findings).Judge();
    }
}

// The triggers are the manifest's and may still move: said when the plan is set, blocking when a promotion uses both.
void CheckExp7Plan(const PlanFactsAct& act, Findings& findings) {
    if (act.manifest.rollback) {
        Bands(act.plan.exit_criteria, act.manifest.rollback->triggers, FindingKind::kDoubt, findings).Judge();
    }
}

}  // namespace policy
