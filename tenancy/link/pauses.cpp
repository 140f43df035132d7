#include "tenancy/link/pauses.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "platform/crypto/crypto.hpp"

namespace tenancy::link {

using std::chrono::milliseconds;

milliseconds DrawEvenly(milliseconds bound) {
    std::uint64_t chance = 0;
    for (const char byte : platform::RandomBytes(sizeof chance)) {
        chance = chance << 8U | static_cast<unsigned char>(byte);
    }
    return milliseconds(chance % static_cast<std::uint64_t>(bound.count() + 1));
}

Pauses::Pauses(milliseconds first, milliseconds longest, std::size_t controllers, DrawPause draw)
    : first_(first),
      longest_(longest),
      controllers_(std::max<std::size_t>(controllers, 1)),
      draw_(draw ? std::move(draw) : DrawPause(DrawEvenly)) {}

milliseconds Pauses::Next() {
    constexpr std::size_t kMostDoublings = 16;
    const std::size_t doublings = std::min(attempts_++ / controllers_, kMostDoublings);
    return draw_(std::min(longest_, first_ * (std::int64_t{1} << doublings)));
}

}  // namespace tenancy::link
