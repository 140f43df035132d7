// Operations on tenant exposure plans (specification, section 5). Errors as controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <optional>

#include "controller/app/call.hpp"
#include "controller/wire/release_json.hpp"

namespace app {

/// The next revision of the release's plan; `version` is the release's, which is also the plan's ETag; approvals of the
/// older one stop counting (SOD-5). The same content again changes nothing. CHN-3, CHN-9, EXP-1..5 and EXP-7 are judged
/// here, so that a plan that cannot hold is not kept.
Outcome<wire::Plan> SetPlan(store::Tx& tx, const Call& call, const policy::ReleaseId& id, std::int64_t version,
                            const policy::ExposurePlan& plan);
Outcome<wire::Plan> ShowPlan(store::Tx& tx, const policy::ReleaseId& id);

}  // namespace app
