// What a failed statement means: PostgreSQL's SQLSTATE and constraint names turned into the store's own exceptions.
// Internal to store. Thread safe.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace store {

/// A serialization failure or a deadlock: the transaction may simply run again.
class RunAgain : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The connection is of no use any more. Becomes Unavailable unless the work can be started over.
class ConnectionLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Rethrows the libpqxx exception being handled as one of ours; `doing` names the statement for the log. Call from a
/// catch block only. `connected` is whether the connection was still open afterwards.
[[noreturn]] void RethrowAsStoreError(std::string_view doing, bool connected);

}  // namespace store
