// The schema `tenancy`: its migrations, what a session needs to meet it, and the proof that nothing is left open.
//
// A service that embeds the core migrates `tenancy` first and its own schema after it, gives each of its own tables to
// tenants in the migration that makes it (SELECT tenancy.protect('pulse.customers')), and calls RequireProtection
// before it serves: with one forgotten table it does not start. Thread safe. Errors: those of platform/sql;
// ProtectionError.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/sql/database.hpp"
#include "platform/sql/migrations.hpp"

namespace tenancy::store {

/// Of migrations/tenancy; embedded in the program.
const std::vector<platform::Migration>& Migrations();
platform::SchemaHistory History();

/// What the constraints of the schema mean for people. Lives as long as the program.
std::span<const platform::ConstraintRule> Rules();
/// For a database of which only `tenancy` is used; a service with a schema of its own starts from it.
platform::DatabaseProfile Profile();

struct ProtectionFault {
    std::string relation;
    std::string fault;
};
/// What of the database, as it is now, would let one tenant meet another; none is what it should be.
std::vector<ProtectionFault> LoadProtectionFaults(platform::Database& database);

/// Its text names every fault, for the operator.
class ProtectionError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};
void RequireProtection(platform::Database& database);

}  // namespace tenancy::store
