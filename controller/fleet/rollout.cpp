#include "controller/fleet/rollout.hpp"

#include "controller/fleet/facts/operation_facts.hpp"
#include "controller/fleet/operation_audit.hpp"
#include "controller/fleet/plan/batches.hpp"

namespace fleet {
namespace {

std::vector<BatchedInstance> BatchedOf(const JudgedOperation& judged) {
    std::vector<BatchedInstance> instances;
    for (const JudgedInstance& instance : judged.instances) {
        instances.push_back({instance.part.instance.id.Text(), static_cast<int>(instance.part.batch),
                             instance.part.generation > 0, instance.judgement});
    }
    return instances;
}

}  // namespace

void Rollout::OnNews(store::FleetNews news) {
    if (news == store::FleetNews::kSteps || news == store::FleetNews::kOrders || news == store::FleetNews::kAnything) {
        Wake();
    }
}

void Rollout::OnTick() {
    const auto rolling = Context().database.Once([](store::Tx& tx) { return store::ListRollingOperations(tx); });
    for (const policy::RecordId& id : rolling) {
        Context().database.Write([&](store::Tx& tx) { GoOn(tx, id); });
    }
}

void Rollout::GoOn(store::Tx& tx, const policy::RecordId& id) {
    if (!store::TryLockOperation(tx, id)) {
        return;  // another controller is about it
    }
    const auto operation = store::LoadOperation(tx, id);
    if (!operation || store::LoadHalt(tx, id)) {
        return;
    }
    const JudgedOperation judged = JudgeOperation(tx, *operation, Context().patience, store::WithEvidence::kNo);
    const NextStep next = DecideNext(BatchedOf(judged), operation->verify, operation->stop_on_failure);
    switch (next.what) {
        case NextStep::What::kNothing:
        case NextStep::What::kWait:
            return;
        case NextStep::What::kIssue: {
            const std::size_t ordered = store::IssueBatch(tx, id, next.batch);
            if (ordered > 0) {
                RecordInAudit(tx, Context().controller,
                              {id,
                               "operation.batch",
                               "ordered batch " + std::to_string(next.batch) + " of " + id.Text() + ", " +
                                   std::to_string(ordered) + (ordered == 1 ? " instance" : " instances"),
                               {},
                               {}});
            }
            return;
        }
        case NextStep::What::kHalt:
            if (store::InsertHalt(tx, id, {next.batch, next.why, next.instances, {}})) {
                RecordInAudit(tx, Context().controller,
                              {id,
                               "operation.halted",
                               "halted " + id.Text() + " after batch " + std::to_string(next.batch),
                               next.instances,
                               {next.why}});
            }
            return;
    }
}

}  // namespace fleet
