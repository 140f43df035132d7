// How long this side waits for PostgreSQL. A time-out of the server's is of no use when the server hangs: libpq waits
// for its answer without a limit, and with the waiting thread everything behind it.
//
// A WatchedSocket is one connection's: between Begin and End one thread of the process's own counts the time, and when
// it is over it shuts the socket down. Whoever waits in libpq then gets an error at once; the connection is of no use
// any more. The watched descriptor is a duplicate, so that one which libpq has closed meanwhile, and whose number
// somebody else has got, is never touched (docs/adr/0076).
//
// Begin and End are two atomic writes; the watching thread looks ten times a second while anything is watched, and
// sleeps otherwise. Thread safety: Begin, End and IsCut belong to the connection's thread; nested spans keep the outer
// one. Errors: std::system_error when the descriptor cannot be duplicated.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace platform {

class WatchedSocket {
public:
    explicit WatchedSocket(int socket);
    ~WatchedSocket();
    WatchedSocket(const WatchedSocket&) = delete;
    WatchedSocket& operator=(const WatchedSocket&) = delete;

    /// False when a span runs already, which then goes on.
    bool Begin(std::chrono::milliseconds span);
    void End();
    /// A span ran out: the connection was ended from this side.
    bool IsCut() const {
        return cut_.load();
    }

private:
    friend class SocketWatch;

    const int duplicate_;
    std::atomic<std::int64_t> deadline_{0};  // of the steady clock, in nanoseconds; 0: nothing is waited for
    std::atomic<bool> cut_{false};
};

/// Begin and End of a span.
class TimeLimit {
public:
    TimeLimit(WatchedSocket& socket, std::chrono::milliseconds span) : socket_(socket), own_(socket.Begin(span)) {}
    ~TimeLimit() {
        if (own_) {
            socket_.End();
        }
    }
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;

private:
    WatchedSocket& socket_;
    const bool own_;
};

}  // namespace platform
