// CLS-5: the class that changed paths suggest (specification, section 3). Pure; thread safe.
#pragma once

#include <span>
#include <vector>

#include "controller/policy/facts.hpp"

namespace policy {

/// The default path rules: auth, audit, permissions, schema and migrations, backup and restore, tenant isolation.
/// Stored as data at first start; the database's rows are what counts afterwards.
std::span<const PathRule> DefaultPathRules();

/// Linear in the text (no backtracking blow-up); see PathRule for the grammar.
bool PathMatches(std::string_view pattern, std::string_view path);

/// The highest floor over all paths; none when no rule matches.
std::optional<ClassFloor> SuggestFloor(const std::vector<std::string>& paths, std::span<const PathRule> rules);

}  // namespace policy
