// What operations need beside the transaction: one value, made by the daemon, alive as long as the server.
// Members are thread safe by themselves.
#pragma once

#include <string>

namespace store {
class Database;
}

namespace app {

struct Services {
    store::Database& database;
    bool simulated_clock = false;
};

}  // namespace app
