#include "platform/base/clock.hpp"

#include <algorithm>

namespace platform {

Time SystemNow() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

SteadyTime SteadyNow() {
    return std::chrono::steady_clock::now();
}

Duration Deadline::Remaining() const {
    return std::max(std::chrono::duration_cast<Duration>(end_ - SteadyNow()), Duration::zero());
}

}  // namespace platform
