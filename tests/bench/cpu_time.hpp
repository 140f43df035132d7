// What processes worked for, for benchmarks on machines whose wall clock is noisy.
#pragma once

#include <sys/types.h>

namespace bench {

/// User and system time of a process, of its children that have ended, and of those that live: seconds, as exact as the
/// kernel's ticks are (10 ms).
double CpuSecondsOfFamily(pid_t process);

/// User and system time of this process alone, in seconds.
double CpuSecondsOfThisProcess();

}  // namespace bench
