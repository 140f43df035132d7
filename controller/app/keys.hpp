// Replacing the key that signs orders, and an instance's credential. Errors, attribution and transactions as
// controller/app/call.hpp says.
//
// The private keys are files of the controllers; what is asked for here is the signed word by which the one in use
// names the one that lies beside it.
#pragma once

#include <functional>
#include <string>

#include "controller/app/call.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/policy/instance_id.hpp"
#include "controller/wire/fleet_json.hpp"
#include "controller/wire/key_json.hpp"
#include "platform/base/time.hpp"

namespace app {

struct NextKeyOffer {
    std::string from_key;  // ids
    std::string to_key;
    std::string to_pem;
    std::string statement;
    std::string signature;
};

/// What the daemon knows of the keys.
struct KeySuccession {
    std::string in_use;  // id
    /// A text for the operator when there is no next key, or it cannot be used.
    std::function<platform::Expected<NextKeyOffer, std::string>(platform::Time now)> offer;
};

Outcome<wire::SigningKeys> ShowSigningKeys(store::Tx& tx, const std::string& key_in_use);
/// The instances are told; when the last has pinned the next key, the one before is retired.
Outcome<wire::SigningKeys> HandOverKey(store::Tx& tx, const Call& call, const std::string& key_in_use,
                                       const platform::Expected<NextKeyOffer, std::string>& offer,
                                       const std::string& reason);
/// The instance is asked to make itself another credential; the old one is good until that has been used.
Outcome<wire::Instance> RotateCredential(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                         const policy::InstanceId& id, const std::string& reason);

}  // namespace app
