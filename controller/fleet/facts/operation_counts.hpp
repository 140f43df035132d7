// What operations have come to, in numbers: judged as each by itself (operation_facts.hpp), for many at once and
// without reasons. Thread safe. Errors as store::Database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/fleet/plan/outcome.hpp"
#include "controller/fleet/plan/verdict.hpp"
#include "controller/store/operations.hpp"

namespace fleet {

struct CountedOperation {
    store::Operation operation;
    std::optional<std::string> halted;  // why
    Verdict verdict;
    /// Of the instances that no newer operation about the same has taken over, by outcome.
    std::array<std::size_t, platform::EnumNames<InstanceOutcome>::kNames.size()> standing{};

    std::size_t Standing(InstanceOutcome outcome) const {
        return standing.at(static_cast<std::size_t>(outcome));
    }
};

/// In the order given.
std::vector<CountedOperation> CountOperations(store::Tx& tx, const std::vector<store::Operation>& operations,
                                              const Patience& patience);

}  // namespace fleet
