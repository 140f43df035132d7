// An operation of the fleet in a few lines while it goes on, from the API's document. What counts is what was proven:
// an instance that only took the order is not done, and one that is not heard is shown by name.
//
// Pure; thread safe. Names of instances and reasons are shown without control characters.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "controller/cli/exit_codes.hpp"
#include "platform/json/json.hpp"

namespace cli {

using platform::Json;

/// For a terminal of `width` columns, drawn in the same place again and again: bar, counts, steps, and those that are
/// not done, by name.
std::vector<std::string> DrawProgress(const Json& operation, std::chrono::seconds elapsed, std::size_t width);

/// The same in one line, for a log.
std::string ProgressLine(const Json& operation);

/// "value ok, probes failed (attempt 2)": the latest of each step, in the order of the checklist.
std::string StepsInWords(const Json& part);

/// Nothing will change any more, the watch included.
bool IsOver(const Json& operation);

/// Zero only when there are instances and each of them is verified; applied when verification is off. What is still
/// open is pending; what somebody else's newer order replaced is a conflict; who is not heard is not decided; all else
/// failed.
ExitCode CodeOfOperation(const Json& operation);

}  // namespace cli
