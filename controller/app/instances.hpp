// Operations on managed instances: letting them in, looking at them, taking them out. Errors, attribution and
// transactions as controller/app/call.hpp says.
#pragma once

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/store/instances.hpp"
#include "controller/wire/fleet_json.hpp"

namespace app {

/// The token is in the answer and nowhere else: only its hash is kept. Its last part is the fingerprint of the key that
/// signs orders, `key_pem`, so that the instance pins the right one, whoever answers it.
Outcome<wire::IssuedEnrolment> Enrol(store::Tx& tx, const Call& call, const std::string& key_pem,
                                     const wire::NewEnrolment& command);

Outcome<wire::Instance> ShowInstance(store::Tx& tx, const fleet::Patience& patience, const policy::InstanceId& id);
Outcome<Page<wire::Instance>> ListInstances(store::Tx& tx, const fleet::Patience& patience, bool with_retired,
                                            const PageQuery& page);

/// The credential is good no more; its connection ends. The instance stays where it is, and can be let in anew.
Outcome<wire::Instance> RevokeInstance(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                       const policy::InstanceId& id, const std::string& reason);
/// Out of the fleet: no order is for it any more.
Outcome<wire::Instance> RetireInstance(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                       const policy::InstanceId& id, const std::string& reason);

}  // namespace app
