// Killing the flag of a release on every instance, and the way back (KSW-3, KSW-7, KSW-8). Errors, attribution and
// transactions as controller/app/call.hpp says.
//
// A kill needs a reason and a named actor, nothing else; it holds for instances that join later, until it is lifted,
// and opens a review. Lifting needs an approval for this flag by a system owner other than the one who lifts it, which
// it spends, and that the reviews of the flag's kills are completed. What the flag is then on for is what releases,
// plans and consents say at that moment.
#pragma once

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/policy/flag_name.hpp"
#include "controller/store/exposure.hpp"
#include "controller/wire/flag_kill_json.hpp"
#include "controller/wire/fleet_json.hpp"

namespace app {

Outcome<wire::Operation> KillFlag(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                  const policy::FlagName& flag, const wire::FlagOrder& command);
Outcome<wire::Operation> LiftFlag(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                  const policy::FlagName& flag, const wire::FlagOrder& command);
Outcome<wire::FlagApproval> ApproveLift(store::Tx& tx, const Call& call, const policy::FlagName& flag,
                                        const std::string& reason);
/// Those in force.
Outcome<Page<wire::FlagKill>> ListFlagKills(store::Tx& tx);

/// What the manifest of a release names as its flag, and the kill of it that is in force.
struct ReleaseFlag {
    std::string flag;
    std::optional<wire::FlagKill> kill;
};
/// None for a release without a flag.
std::optional<ReleaseFlag> FindReleaseFlag(store::Tx& tx, const policy::ReleaseId& release);

}  // namespace app
