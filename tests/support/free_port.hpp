// A TCP port on 127.0.0.1 that nobody else takes while this process lives, so it may be used, left and used again.
//
// For programs that must come back at the same address, or cannot be asked to take port 0 and tell; prefer that
// otherwise. The port is below those that the system gives to connections and to port 0, and processes that ask here
// never get the same one.
//
// Thread safe. Throws std::runtime_error when there is none.
#pragma once

#include <cstdint>

namespace support {

std::uint16_t FreePort();

}  // namespace support
