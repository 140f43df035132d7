// Rules that PostgreSQL holds alone: what their row names stands in the migrations, and they refuse no promotion here.
// That the database refuses is shown by tests/store.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/catalogue.hpp"

namespace policy_test {

/// The names of triggers and constraints in what the row says about its enforcement.
std::vector<std::string> DatabaseNames(const policy::Rule& rule);
/// True when a migration creates a trigger or constraint of this name.
bool StandsInMigrations(std::string_view name);

/// The row has no check, names these, and they stand in the migrations.
void ExpectHeldByDatabase(std::string_view rule, std::initializer_list<std::string_view> names);
/// The row judges no promotion, so that it can refuse no good release.
void ExpectJudgesNothing(std::string_view rule);

}  // namespace policy_test
