#include "controller/store/schedule.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

// The two numbers name this lock in the whole database: "prtc", 1.
constexpr Statement kTryLockSchedules{"schedule_try_lock", "SELECT pg_try_advisory_xact_lock(1886549091, 1)"};

}  // namespace

bool TryLockSchedules(Tx& tx) {
    return tx.One(kTryLockSchedules, [](Columns& in) { return in.Flag(); });
}

}  // namespace store
