// Rules of the catalogue as documents. Pure; thread safe.
#pragma once

#include <string>

#include "controller/policy/catalogue.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

/// `id, title, reference, hard_stop, judges, needed_for?, enforced_by?`
std::string EncodeRule(const policy::Rule& rule);
/// The whole catalogue: `{version, items}`.
std::string EncodeCatalogue();

Schemas RuleSchemas();

}  // namespace wire
