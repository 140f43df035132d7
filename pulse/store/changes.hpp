// Hears from PostgreSQL who changed accounts, sessions, tokens and billing, and holds the lock that says that this
// database is this program's: one pulsed for one database.
//
// A thread of its own with a connection of its own, outside of the pool. `on_trust(true)`: every change is told from
// here on, so what is kept in memory may be used; `on_trust(false)`: something may have been missed, nothing kept may
// be used. The connection lost: retries with a growing pause. Somebody else has taken the lock meanwhile: stays
// untrusted, says so and keeps asking. Callbacks run on the listener's thread.
//
// The constructor connects and takes the lock itself: platform::Unavailable when it cannot, DatabaseTaken when another
// program has it. Construct and destroy on one thread.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pulse::store {

class DatabaseTaken : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct ChangeHandlers {
    std::function<void(bool trusted)> on_trust;
    /// `kind`: account, session, token, billing; `key`: what they are found by.
    std::function<void(std::string_view kind, std::string_view key)> on_change;
    /// For the log: what is wrong, or nothing when it is over.
    std::function<void(std::string_view problem)> on_state;
};

class ChangeListener {
public:
    ChangeListener(std::string conninfo, ChangeHandlers handlers);
    /// Nothing is trusted afterwards.
    ~ChangeListener();
    ChangeListener(const ChangeListener&) = delete;
    ChangeListener& operator=(const ChangeListener&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse::store
