// A connection string with what every session of ours adds to it. Pure; thread safe.
#pragma once

#include <chrono>
#include <string>

namespace platform {

/// Adds name, time-outs and keep-alives, so that a server that vanished from the network is noticed within seconds. A
/// setting that the operator gave stays. For both forms libpq knows: `host=... dbname=...` and `postgresql://...`.
std::string SessionConninfo(const std::string& conninfo, const std::string& application_name,
                            std::chrono::seconds connect_timeout);

}  // namespace platform
