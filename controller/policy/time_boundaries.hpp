// When time alone may change a verdict: what lets a verdict be reused while the facts stay the same.
// Pure; thread safe.
#pragma once

#include <optional>

#include "controller/policy/facts.hpp"

namespace policy {

/// The first instant after `facts.now` at which a rule that looks at the clock may come to another result over the same
/// facts: a stay or a maximum ends, a consent expires, a freeze begins or ends, evidence or a risk acceptance lapses.
/// None when no such instant is ahead.
std::optional<Time> NextTimeBoundary(const PromotionFacts& facts);

}  // namespace policy
