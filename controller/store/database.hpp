// The controller's database: platform/sql/database.hpp says what a transaction is and which errors there are. Here it
// gets what is the controller's own: its schema, its clock, its rules behind constraints, and how its commits reach the
// disk (docs/adr/0021). Thread safe.
#pragma once

#include "platform/sql/database.hpp"

namespace store {

using platform::Conflict;
using platform::DatabaseOptions;
using platform::RuleViolation;
using platform::Tx;
using platform::Unavailable;

class Database : public platform::Database {
public:
    /// Its sessions are named portcullisd unless the options name them.
    explicit Database(DatabaseOptions options);
};

}  // namespace store
