// What stands open for everybody, as the console's navigation says it on every page. One statement; errors as
// store::Database.
#pragma once

#include <cstdint>

#include "controller/store/database.hpp"

namespace store {

struct StandingCounts {
    std::int64_t audit_seq = 0;  // while it is the same, nothing was done
    std::int64_t open_incidents = 0;
    std::int64_t firing_alerts = 0;
};

StandingCounts CountStanding(Tx& tx);

}  // namespace store
