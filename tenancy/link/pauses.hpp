// How long an instance waits before it dials again: a time drawn evenly between zero and a bound that doubles, so that
// a fleet does not come back all at once, and one that is turned away right after it connected does not knock for ever.
//
// Being let in does not bring the bound down: only a connection that has proved itself does (channel.hpp says when).
//
// With several controllers each is tried once before the bound grows. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

namespace tenancy::link {

/// A time between zero and the bound, both included.
using DrawPause = std::function<std::chrono::milliseconds(std::chrono::milliseconds bound)>;
/// Evenly, by the machine's source of chance.
std::chrono::milliseconds DrawEvenly(std::chrono::milliseconds bound);

class Pauses {
public:
    Pauses(std::chrono::milliseconds first, std::chrono::milliseconds longest, std::size_t controllers,
           DrawPause draw = DrawEvenly);

    /// Before the next attempt; the one after it may take longer.
    std::chrono::milliseconds Next();
    /// The connection that there is, or was, has proved itself: the next pause is as the first.
    void Proved() {
        attempts_ = 0;
    }

private:
    const std::chrono::milliseconds first_;
    const std::chrono::milliseconds longest_;
    const std::size_t controllers_;
    const DrawPause draw_;
    std::size_t attempts_ = 0;  // since the last connection that proved itself
};

}  // namespace tenancy::link
