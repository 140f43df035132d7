// The fleet in numbers, for whoever watches it: what the database knows, the same for every controller that asks.
// Errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"

namespace store {

/// How long ago an order was given, by the machine's clock.
struct OrderAge {
    policy::RecordId operation;
    std::string kind;  // as fleet::OperationKind
    bool enabled = false;
    policy::Duration age{};
};
/// Of those among these that there are.
std::vector<OrderAge> LoadOrderAges(Tx& tx, const std::vector<policy::RecordId>& operations);

}  // namespace store
