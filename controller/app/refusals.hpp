// The refusals operations give, each with its stable code. Pure; thread safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "controller/app/call.hpp"

namespace app {

/// "There is no tenant 'acme'."
Refusal NotFound(std::string_view what, std::string_view id);
/// "The tenant 'acme' exists already."
Refusal Exists(std::string_view what, std::string_view id);
/// The resource is in a state that leaves nothing to do: "The token is revoked already."
Refusal Conflict(std::string_view detail);
/// The caller named another version than the current one.
Refusal Stale(std::string_view what, std::int64_t current, std::int64_t named);
/// A field whose value does not hold against the state: an unknown tenant, a time in the future.
Refusal Invalid(std::string_view pointer, std::string_view message);
/// Of the findings of an act: forbidden when only separation of duties stands against it, else by what they conclude.
Refusal FromFindings(policy::Findings findings, std::string_view detail);

/// True when a finding of these blocks; doubts do not.
bool Blocks(const policy::Findings& findings);

}  // namespace app
