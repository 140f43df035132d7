// The private keys that sign orders, and which of them each instance has pinned.
//
// One key is in use. While it is being replaced there is a second in a file beside it, which is read when it is needed
// for the first time, so that a key that is put there needs no restart. An order is signed by the key the instance has
// pinned; when this controller does not hold it, by the key in use, which the instance refuses and reports.
//
// Thread safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/time.hpp"
#include "platform/crypto/crypto.hpp"

namespace fleet {

/// The other key, from its file: nothing when there is none, a text for the operator when it cannot be used.
platform::Expected<std::optional<platform::SigningKey>, std::string> ReadNextKey(const std::string& path);

struct SignedHandover {
    std::string from_key;  // ids
    std::string to_key;
    std::string to_pem;
    std::string statement;
    std::string signature;
};
SignedHandover SignHandover(const platform::SigningKey& from, const platform::SigningKey& to, platform::Time now);

class KeyRing {
public:
    /// `paths`: files that may hold the other key, the first that does counts.
    KeyRing(const platform::SigningKey& in_use, std::vector<std::string> paths)
        : in_use_(in_use), id_in_use_(in_use.KeyId()), paths_(std::move(paths)) {}

    void Learn(const policy::InstanceId& instance, const std::string& key_id);
    void Forget(const policy::InstanceId& instance);
    /// What it has pinned; empty when that was not learned.
    std::string PinnedBy(const policy::InstanceId& instance) const;

    /// The signature of an order for this instance.
    std::string Sign(const policy::InstanceId& instance, const std::string& document);
    /// Held while an order is signed and sent, and while a hand-over is sent and the next key learned: an order by the
    /// older key must not go out behind the hand-over, where it would be taken for forged.
    std::mutex& OneAfterAnother() {
        return sending_;
    }
    bool Holds(const std::string& key_id);
    const std::string& IdInUse() const {
        return id_in_use_;
    }

private:
    const platform::SigningKey* Find(const std::string& key_id);

    const platform::SigningKey in_use_;
    const std::string id_in_use_;
    const std::vector<std::string> paths_;
    std::mutex sending_;
    mutable std::mutex mutex_;
    std::map<std::string, platform::SigningKey> others_;
    std::unordered_map<policy::InstanceId, std::string> pinned_;
};

}  // namespace fleet
