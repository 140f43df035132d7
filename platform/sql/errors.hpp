// What a failed statement means: PostgreSQL's SQLSTATE and constraint names turned into our own exceptions. A trigger
// refuses with ERRCODE 'PC001' and the message 'RULE-ID: text for people'. Internal to platform/sql. Thread safe.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "platform/sql/database.hpp"

namespace platform {

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

/// It was ended from this side, because the server did not answer in time.
class ServerSilent : public ConnectionLost {
public:
    using ConnectionLost::ConnectionLost;
};

/// Rethrows the libpqxx exception being handled as one of ours; `doing` names the statement for the log. Call from a
/// catch block only. `connected` is whether the connection was still open afterwards.
[[noreturn]] void RethrowAsSqlError(std::string_view doing, bool connected, std::span<const ConstraintRule> rules);

}  // namespace platform
