#include "controller/app/clock.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/clock.hpp"

namespace app {
namespace {

// PostgreSQL and the text form know four digits of a year; nobody rehearses further ahead.
constexpr platform::Duration kFurthest = std::chrono::days{3653};

}  // namespace

Outcome<wire::ClockReading> ShowClock(store::Tx& tx) {
    return wire::ClockReading{store::Now(tx), store::IsClockSimulated(tx)};
}

Outcome<wire::ClockReading> AdvanceClock(store::Tx& tx, const Call& call, const wire::AdvanceClock& command) {
    const AuditSubject subject{.action = "clock.advance"};
    if (!store::IsClockSimulated(tx)) {
        return Refused(RecordRefusal(
            tx, call, subject,
            Conflict("This database was made with the real clock, which nobody moves. A simulated one needs a new "
                     "database: portcullisd --simulated-clock on an empty data directory.")));
    }
    const platform::Time now = store::Now(tx);
    const platform::Duration by = command.by.value_or(command.to.value_or(now) - now);
    if (by <= platform::Duration::zero() || by > kFurthest) {
        return Refused(Invalid(command.by ? "/by" : "/to",
                               "must lead forward from " + platform::FormatTime(now) + ", by at most ten years"));
    }
    const store::ClockState state = store::AdvanceClock(tx, by);
    wire::AuditDetails details;
    details.Instant("from", now).Instant("to", state.now);
    RecordDone(tx, call, subject,
               "moved the simulated clock forward by " + platform::FormatDuration(by) + " to " +
                   platform::FormatTime(state.now),
               details);
    return wire::ClockReading{state.now, state.simulated};
}

}  // namespace app
