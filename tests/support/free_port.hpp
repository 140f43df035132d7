// A TCP port on 127.0.0.1 that was free a moment ago.
//
// For programs that cannot be asked to take port 0 and tell; our own can, so prefer that. Another process may take the
// port in between: the program then fails to start, which the test must report rather than retry blindly.
#pragma once

#include <cstdint>

namespace support {

std::uint16_t FreePort();

}  // namespace support
