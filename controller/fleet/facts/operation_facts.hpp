// From what the store knows of an operation to what it has come to: the facts that the pure functions of fleet/plan ask
// for, and their answers for all instances. The one way there is, for whoever shows an operation or goes on with it.
//
// Thread safe. Errors as store::Database.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "controller/fleet/plan/outcome.hpp"
#include "controller/fleet/plan/verdict.hpp"
#include "controller/store/operations.hpp"

namespace fleet {

/// How the recorded problem of an instance begins while the channel hears two processes under its name.
inline constexpr std::string_view kTwoProcesses = "Two processes use this name";

ObservedFacts ObservedOf(const store::Instance& instance);
OperationKind KindOf(const store::Operation& operation);
CheckPlan CheckPlanOf(const store::Operation& operation);
OrderFacts OrderFactsOf(const store::Operation& operation, const store::OperationInstance& part,
                        const std::optional<store::OperationHalt>& halt);

struct JudgedInstance {
    store::OperationInstance part;
    Judgement judgement;
};

struct JudgedOperation {
    store::Operation operation;
    std::optional<store::OperationHalt> halt;
    std::vector<JudgedInstance> instances;  // ordered by name
    Verdict verdict;
};

JudgedOperation JudgeOperation(store::Tx& tx, const store::Operation& operation, const Patience& patience,
                               store::WithEvidence with);

}  // namespace fleet
