// The schema `pulse` and its versions; apply them after those of the schema `tenancy` (platform/sql/migrations.hpp).
#pragma once

#include <vector>

#include "platform/sql/migrations.hpp"

namespace pulse::store {

inline constexpr std::string_view kSchemaName = "pulse";

const std::vector<platform::Migration>& Migrations();

inline platform::SchemaHistory History() {
    return {kSchemaName, Migrations()};
}

}  // namespace pulse::store
