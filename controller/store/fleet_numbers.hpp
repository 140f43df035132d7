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

/// Instances that are not retired and that are alike in this.
struct InstanceGroup {
    std::string ordered;   // off, on; environment: nothing was ordered
    std::string reported;  // off, on; hosted: the switch does not decide; unheard: not now; never
    std::string unheard;   // for how long: under_5m, under_1h, under_1d, longer; empty when it is heard, or never was
    std::int64_t instances = 0;
};
/// An instance is heard when it is connected and its last word is not older than `silence`, by the machine's clock.
std::vector<InstanceGroup> LoadInstanceGroups(Tx& tx, policy::Duration silence);

/// Ages are in seconds, by the clock of the rules unless it says otherwise; none: there is nothing to be that old.
struct FleetNumbers {
    std::int64_t longest_silence = 0;            // of the unheard instances, by the machine's clock
    std::int64_t orders_outstanding = 0;         // instances that do not say that their newest order is in force
    std::int64_t oldest_outstanding = 0;         // age of the oldest of these orders
    std::int64_t open_reviews = 0;               // of kills
    std::int64_t flags_killed = 0;               // flags
    std::optional<std::int64_t> key_age;         // since it was named, or since somebody was first to be let in with it
    std::int64_t keys_behind = 0;                // instances that have not pinned the key that is handed over to
    std::optional<std::int64_t> credential_age;  // of the oldest that is good and in use
    std::int64_t credentials_to_replace = 0;
    std::optional<std::int64_t> drill_passed_age;  // since a drill passed last
    std::optional<std::string> drill_outcome;      // of the drill that ended last
};
FleetNumbers LoadFleetNumbers(Tx& tx, policy::Duration silence);

}  // namespace store
