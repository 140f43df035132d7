// What controllers themselves find out about operations, in the audit chain: one entry for each matter of an operation,
// however many instances it is about.
//
// Errors and thread safety as store::AppendAudit: the last statements of a transaction.
#pragma once

#include <string>
#include <vector>

#include "controller/store/operations.hpp"

namespace fleet {

struct OperationNote {
    policy::RecordId operation;
    std::string action;   // "operation.verified"
    std::string summary;  // without the instances
    std::vector<std::string> instances;
    std::vector<std::string> findings;  // what was seen, for people
};

void RecordInAudit(store::Tx& tx, const std::string& controller, const OperationNote& note);

}  // namespace fleet
