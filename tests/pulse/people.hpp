// Databases in which the people of a seed file have their accounts already.
#pragma once

#include <string>

#include "platform/json/json.hpp"
#include "tests/support/postgres.hpp"

namespace pulse_test {

/// Migrated, with the accounts of `seed` (its "users", as `pulsed --seed` reads them) and the super admin "admin".
/// Organizations and tokens are left to --seed. The passwords are kept at a far lower cost than pulsed's own: with that
/// a start or a sign-in takes most of a second of a processor, many hundred times in a run. Whatever is about the first
/// start or about passwords begins with an empty database instead.
support::Schema SchemaWithPeople(const platform::Json& seed, const std::string& admin_password);

}  // namespace pulse_test
