// Hears what other sessions tell on one channel of PostgreSQL (NOTIFY), and says whether anything could have been
// missed.
//
// A thread of its own with a connection of its own, outside of the pool. What a program keeps in memory about rows may
// be used only while it hears of every change:
//
//   kFresh      listening since now: changes are told from here on, nothing kept before may be used
//   kDoubtful   nothing was heard for 5 s and the server is being asked: nothing kept may be used until it has answered
//   kConfirmed  it has answered: what was kept may be used again
//   kLost       the connection is gone, or this ends: nothing kept may be used until kFresh
//
// Retries with a growing pause. With `session_lock` its session holds that advisory lock for as long as it lives, so
// that of several programs on one database only one can be this: the constructor connects and takes it, and after a
// loss there is no kFresh before it is taken again.
//
// Errors of the constructor: Unavailable and SessionLockTaken, with `session_lock` only. All callbacks run on its
// thread and must not throw. Construct and destroy on one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace platform {

class SessionLockTaken : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class Hearing : std::uint8_t { kLost, kFresh, kDoubtful, kConfirmed };

struct NotificationOptions {
    std::string conninfo;
    std::string application_name;
    std::string channel;
    std::optional<std::int64_t> session_lock;
};

struct NotificationHandlers {
    std::function<void(Hearing hearing)> on_hearing;
    std::function<void(std::string_view payload)> on_payload;
    /// For the log: why the connection was lost, or that it is back (empty).
    std::function<void(std::string_view problem)> on_state;
};

class NotificationListener {
public:
    NotificationListener(NotificationOptions options, NotificationHandlers handlers);
    /// Says kLost, then returns; no callback runs afterwards.
    ~NotificationListener();
    NotificationListener(const NotificationListener&) = delete;
    NotificationListener& operator=(const NotificationListener&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platform
