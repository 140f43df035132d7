// How long ago a kill in the journal was given, whatever became of the machine's time of day since: a process counts by
// its own clock, the next one by how long the machine has run, and only behind a start of the machine by the time of
// day. Thread safe.
#pragma once

#include "controller/wire/kill_entry.hpp"
#include "platform/base/time.hpp"

namespace app {

/// Which start of this machine it is, and how long it has run.
void NoteMachine(wire::KillEntry& entry);
/// Since the entry was noted, by this process or an earlier one.
platform::Duration AgeOf(const wire::KillEntry& entry);

}  // namespace app
