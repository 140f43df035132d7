// Whether a row that is read stays as it is until the transaction ends.
#pragma once

#include <cstdint>

namespace platform {

enum class Lock : std::uint8_t {
    kNone,
    kForUpdate  // other writers of this row wait; what was read is what is acted on
};

}  // namespace platform
