// How the key that signs orders and the credentials of instances are replaced: hand-overs, which key each instance has
// pinned, successors of credentials. What must hold is enforced by the schema (migration 0014). Errors as
// store::Database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "platform/crypto/crypto.hpp"

namespace store {

/// One key names the next.
struct KeyHandover {
    policy::RecordId id;
    std::string from_key;  // ids
    std::string to_key;
    std::string statement;
    std::string signature;
    std::string reason;
    policy::Time created_at{};
    std::string created_by;
    std::optional<policy::Time> completed_at;
    std::int64_t behind = 0;  // instances that have another key than the new one pinned, and still count
};

struct NewKeyHandover {
    policy::RecordId id;
    std::string from_key;
    std::string to_key;
    std::string statement;
    std::string signature;
    std::string reason;
    policy::PrincipalId created_by;
};

KeyHandover InsertKeyHandover(Tx& tx, const NewKeyHandover& handover);
/// All there ever were, in the order in which one key followed the other.
std::vector<KeyHandover> LoadKeyHandovers(Tx& tx);
/// Those that are open although nobody who counts is behind: completed now, and said so. Their new keys' ids.
std::vector<std::string> CompleteKeyHandovers(Tx& tx, const std::string& controller);

struct PinnedKey {
    policy::InstanceId instance;
    std::string key;
};
/// Those that are known among these instances.
std::vector<PinnedKey> LoadPinnedKeys(Tx& tx, const std::vector<policy::InstanceId>& instances);
/// True when it is another than before.
bool RecordPinnedKey(Tx& tx, const policy::InstanceId& instance, const std::string& key);

/// A good credential that is to be replaced.
struct CredentialRotation {
    policy::RecordId id;
    policy::InstanceId instance;
};
/// Asks for it; empty when the instance has no credential in use. A second request for the same one is the first.
std::optional<CredentialRotation> RequestRotation(Tx& tx, const policy::RecordId& id,
                                                  const policy::InstanceId& instance, const std::string& reason,
                                                  const std::string& by);
/// Asks for all that are in use for longer than `lifetime` and were not asked for yet, at most `limit`; whose.
std::vector<policy::InstanceId> RequestOverdueRotations(Tx& tx, policy::Duration lifetime, int limit);
/// Owed to these instances.
std::vector<CredentialRotation> LoadOwedRotations(Tx& tx, const std::vector<policy::InstanceId>& instances);
/// The successor that the instance has made, by the hash of it (hex). Another that was registered and never used is
/// revoked. False when the rotation is over, or the hash is of another credential. The same again is fine.
bool RegisterSuccessor(Tx& tx, const policy::RecordId& rotation, const policy::InstanceId& instance,
                       const policy::RecordId& credential, const std::string& hash);

/// Whose a good credential is.
struct CredentialOwner {
    policy::InstanceId instance;
    std::string pinned_key;  // empty: not known
    bool first_use = false;  // a successor that was never used
};
std::optional<CredentialOwner> FindCredentialOwner(Tx& tx, const platform::Digest& hash);

/// The newest key that orders may be signed with, when it was ever handed over: its PEM.
std::optional<std::string> LoadNewestKeyPem(Tx& tx);

struct FirstUse {
    policy::RecordId credential;
    policy::RecordId predecessor;
};
/// When this credential is good and was never used: it is now, and its predecessor is revoked.
std::optional<FirstUse> UseSuccessor(Tx& tx, const platform::Digest& hash, const std::string& controller);

}  // namespace store
