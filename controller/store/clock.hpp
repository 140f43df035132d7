// The clock that all rules use: the database's, with an offset on a database made with a simulated clock.
//
// Whether it is simulated was decided when the database was initialised and never changes; the offset only grows.
// Errors: as store::Database. Thread safety: as store::Tx, one transaction is one thread's.
#pragma once

#include "controller/store/database.hpp"
#include "platform/base/time.hpp"

namespace store {

struct ClockState {
    platform::Time now{};
    bool simulated = false;
    platform::Duration offset{};
};

/// The time of this transaction: the same in all of it, and what every `_at` column written in it holds. No round trip.
platform::Time Now(const Tx& tx);
bool IsClockSimulated(const Tx& tx);

ClockState LoadClock(Tx& tx);
/// Refused (RuleViolation CHN-2) on a real clock and for anything but a positive span. `Now` is the new time
/// afterwards.
ClockState AdvanceClock(Tx& tx, platform::Duration by);

}  // namespace store
