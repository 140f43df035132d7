// What reading a progress tracker came to, as JSON (PKT-1 to PKT-7). Pure; thread safe.
#pragma once

#include <string>

#include "controller/tracker/lint.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

/// `findings`, `board` (as it really stands), `contradictions` and how many findings were left out of the list.
std::string EncodeTrackerJudgement(const tracker::Judgement& judgement);

Schemas TrackerSchemas();

}  // namespace wire
