// What operations have come to, for many of them at once and with as little as they can be judged by: of an instance
// what it is ordered and said last, of a step only that it passed or not. For lists and numbers; whoever shows one
// operation reads operations.hpp. A fixed number of statements, however many operations there are. Errors as
// store::Database.
#pragma once

#include <string>
#include <vector>

#include "controller/store/operations.hpp"

namespace store {

/// One instance of one operation. Of `part` what was not read is empty: reasons, evidence, and most of the instance.
struct OperationPart {
    policy::RecordId operation;
    OperationInstance part;
};

/// Those that stand: the newest about their subject that some instance was chosen for, or was ordered.
std::vector<Operation> LoadStandingOperations(Tx& tx);
/// Ordered by operation, then by instance.
std::vector<OperationPart> LoadOperationParts(Tx& tx, const std::vector<policy::RecordId>& operations);

struct HaltedOperation {
    policy::RecordId operation;
    std::string why;
};
std::vector<HaltedOperation> LoadHalted(Tx& tx, const std::vector<policy::RecordId>& operations);

}  // namespace store
