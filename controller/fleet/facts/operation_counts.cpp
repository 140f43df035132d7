#include "controller/fleet/facts/operation_counts.hpp"

#include <map>
#include <utility>

#include "controller/fleet/facts/operation_facts.hpp"
#include "controller/store/operation_parts.hpp"

namespace fleet {

std::vector<CountedOperation> CountOperations(store::Tx& tx, const std::vector<store::Operation>& operations,
                                              const Patience& patience) {
    std::vector<CountedOperation> counted;
    std::vector<policy::RecordId> ids;
    std::map<policy::RecordId, std::size_t> places;
    for (const store::Operation& operation : operations) {
        places.emplace(operation.id, counted.size());
        ids.push_back(operation.id);
        counted.push_back(
            {operation, std::nullopt, Verdict(KindOf(operation), operation.enabled, operation.verify), {}});
    }
    std::map<policy::RecordId, store::OperationHalt> halts;
    for (store::HaltedOperation& halted : store::LoadHalted(tx, ids)) {
        counted.at(places.at(halted.operation)).halted = halted.why;
        halts[halted.operation].why = std::move(halted.why);
    }
    for (const store::OperationPart& row : store::LoadOperationParts(tx, ids)) {
        CountedOperation& into = counted.at(places.at(row.operation));
        const auto halt = halts.find(row.operation);
        const Judgement judgement = JudgeInstance(
            OrderFactsOf(into.operation, row.part, halt == halts.end() ? std::nullopt : std::optional(halt->second)),
            ObservedOf(row.part.instance), patience);
        into.verdict.Add(row.part.instance.id.Text(), judgement);
        if (!row.part.replaced && !row.part.instance.retired_at) {
            ++into.standing.at(static_cast<std::size_t>(judgement.outcome));
        }
    }
    return counted;
}

}  // namespace fleet
