// MEM-7: a hand-written memo against itself and against the facts. Errors as controller/app/call.hpp says.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "controller/app/call.hpp"
#include "controller/wire/record_json.hpp"

namespace app {

/// The release the memo names, or `release`; without a known release only the memo itself is looked at, and that is one
/// of the findings.
Outcome<std::vector<wire::LintLine>> LintMemo(store::Tx& tx, std::string_view text,
                                              const std::optional<policy::ReleaseId>& release);

}  // namespace app
