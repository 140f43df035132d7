// What a controller's journal of kills says of an operation that was given before the database was asked (KSW-7).
//
// RecordJournalled comes before the operation is inserted, with what was pushed (NewOperation), in the same
// transaction: PostgreSQL then takes the orders that were sent for the instances' orders, with the same generation and
// time, as far as nothing else was ordered meanwhile. Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"

namespace store {

/// An order that was sent: its generation, and that of the order it was made from (0: none).
struct KillPush {
    policy::InstanceId instance;
    std::int64_t generation = 0;
    std::int64_t base = 0;
};

struct JournalledKill {
    policy::RecordId operation;
    std::string controller;
    policy::Time given_at{};      // by the rules' clock
    policy::Time machine_time{};  // then, by the clock of the database's machine
    std::vector<KillPush> pushed;
};

/// The clock of the database's machine: controllers' may be hours off.
policy::Time LoadMachineTime(Tx& tx);
/// Without what was pushed: that is entered with the operation.
void RecordJournalled(Tx& tx, const JournalledKill& kill);
/// Of an operation that came from a journal; without what was pushed.
std::optional<JournalledKill> LoadJournalled(Tx& tx, const policy::RecordId& operation);

}  // namespace store
