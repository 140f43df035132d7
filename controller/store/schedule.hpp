// One controller at a time runs the schedules of a database. Errors as store::Database.
#pragma once

#include "controller/store/database.hpp"

namespace store {

/// Until the end of the transaction; false when another controller has it.
bool TryLockSchedules(Tx& tx);

}  // namespace store
