// The reference of bench_fleet: what the sockets alone cost.
#pragma once

#include <cstddef>
#include <vector>

namespace bench {

/// In milliseconds, `rounds` times `sockets` of them: 400 bytes broadcast by the product's own WebSocket server, in
/// this process, until each of so many plain clients has read them. std::runtime_error when one does not.
std::vector<double> MeasureBareBroadcast(std::size_t sockets, std::size_t rounds);

}  // namespace bench
