// One good memo as text, and what the lint says of changes to it. A finding is compared as "line severity rule code".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/render/memo_lint.hpp"

namespace render_test {

/// As the template, for a workflow change; nothing to be found in it.
std::string GoodMemoText();

/// Every occurrence; fails the test when there is none.
std::string Replaced(std::string text, std::string_view what, std::string_view with);

/// "15 contradiction CHN-2 stays_do_not_fit".
std::vector<std::string> FindingsOf(std::string_view memo,
                                    const std::optional<render::LintFacts>& facts = std::nullopt);

/// Messages and remedies, one line each, for a failing test's output.
std::string Explain(std::string_view memo, const std::optional<render::LintFacts>& facts = std::nullopt);

}  // namespace render_test
