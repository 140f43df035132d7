#include "controller/store/clock.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kLoadClock{"clock_load", R"sql(
    SELECT portcullis.now(), simulated, floor(extract(epoch FROM "offset") * 1000000)::bigint FROM clock)sql"};
constexpr Statement kAdvanceClock{"clock_advance", R"sql(
    UPDATE clock SET "offset" = "offset" + $1::interval)sql"};

ClockState ReadClockState(Columns& in) {
    ClockState state;
    state.now = in.Instant();
    state.simulated = in.Flag();
    state.offset = platform::Duration(in.Int());
    return state;
}

}  // namespace

platform::Time Now(const Tx& tx) {
    return tx.Now();
}

bool IsClockSimulated(const Tx& tx) {
    return tx.BeginRow()[1].as<bool>();  // after the time, as the store's Database reads it with BEGIN
}

ClockState LoadClock(Tx& tx) {
    return tx.One(kLoadClock, ReadClockState);
}

ClockState AdvanceClock(Tx& tx, platform::Duration by) {
    tx.Exec(kAdvanceClock, by);
    const ClockState state = LoadClock(tx);
    tx.SetNow(state.now);
    return state;
}

}  // namespace store
