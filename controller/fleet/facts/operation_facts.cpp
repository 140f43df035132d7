#include "controller/fleet/facts/operation_facts.hpp"

#include <utility>

#include "controller/wire/fleet_json.hpp"
#include "platform/base/invariant.hpp"

namespace fleet {

ObservedFacts ObservedOf(const store::Instance& instance) {
    ObservedFacts observed;
    if (instance.status) {
        observed.ever_heard = true;
        observed.connected = instance.status->connected_to.has_value();
        observed.silent_for = instance.status->silent_for.value_or(platform::Duration{});
        observed.hosted = instance.status->hosted;
        observed.agent = instance.status->agent;
        observed.enabled = instance.status->enabled;
        observed.generation = instance.status->generation;
        observed.beside_for = instance.status->beside_for;
        observed.contested = instance.status->problem.starts_with(kTwoProcesses);
    }
    return observed;
}

OperationKind KindOf(const store::Operation& operation) {
    const auto kind = platform::ParseEnum<OperationKind>(operation.kind);
    PORTCULLIS_INVARIANT(kind.has_value(), "the database knows no other kind of operation");
    return *kind;
}

CheckPlan CheckPlanOf(const store::Operation& operation) {
    return {KindOf(operation), operation.mode == "restart", operation.verify,
            operation.verify && operation.watch_for > policy::Duration{}};
}

OrderFacts OrderFactsOf(const store::Operation& operation, const store::OperationInstance& part,
                        const std::optional<store::OperationHalt>& halt) {
    OrderFacts order;
    order.plan = CheckPlanOf(operation);
    order.enable = operation.enabled;
    order.batch = static_cast<int>(part.batch);
    order.generation = part.generation;
    order.age = part.age;
    order.age_on_record = part.age_on_record;
    order.newest_generation = part.instance.desired ? part.instance.desired->generation : part.generation;
    order.replaced = part.replaced;
    order.retired = part.instance.retired_at.has_value();
    if (halt) {
        order.halted = halt->why;
    }
    order.attempts = static_cast<int>(part.attempts);
    for (const store::OperationStep& row : part.steps) {
        const auto step = platform::ParseEnum<Step>(row.step);
        const auto outcome = platform::ParseEnum<StepOutcome>(row.outcome);
        PORTCULLIS_INVARIANT(step && outcome, "the database knows no other step");
        switch (*step) {
            case Step::kApplied:
                order.applied_once = true;
                order.applied_age = operation.age - row.after;
                break;
            case Step::kContradicted:
                order.contradicted_once = true;
                break;
            case Step::kRefused:
                order.refusal = row.detail.empty() ? wire::RefusalOf(row.evidence) : row.detail;
                break;
            case Step::kRestart:
                // The first is what followed from its reports; without that there is no other.
                order.restart_proven = true;
                order.steps.push_back({*step, *outcome, row.detail});
                break;
            default:
                order.steps.push_back({*step, *outcome, row.detail});
        }
    }
    return order;
}

JudgedOperation JudgeOperation(store::Tx& tx, const store::Operation& operation, const Patience& patience,
                               store::WithEvidence with) {
    JudgedOperation judged{operation,
                           store::LoadHalt(tx, operation.id),
                           {},
                           Verdict(KindOf(operation), operation.enabled, operation.verify)};
    for (store::OperationInstance& part : store::LoadOperationInstances(tx, operation.id, with)) {
        Judgement judgement =
            JudgeInstance(OrderFactsOf(operation, part, judged.halt), ObservedOf(part.instance), patience);
        judged.verdict.Add(part.instance.id.Text(), judgement);
        judged.instances.push_back({std::move(part), std::move(judgement)});
    }
    return judged;
}

}  // namespace fleet
