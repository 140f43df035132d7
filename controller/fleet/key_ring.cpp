#include "controller/fleet/key_ring.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "platform/base/files.hpp"
#include "tenancy/wire/rotation.hpp"

namespace fleet {
namespace {

constexpr std::size_t kMostKeyBytes = 16 * 1024;

auto NoNextKey(std::string problem) {
    return platform::Unexpected<std::string>(std::move(problem));
}

}  // namespace

platform::Expected<std::optional<platform::SigningKey>, std::string> ReadNextKey(const std::string& path) {
    const auto pem = platform::ReadFile(path, kMostKeyBytes);
    if (!pem && pem.error().code == ENOENT) {
        return std::optional<platform::SigningKey>();
    }
    if (!pem) {
        return NoNextKey(pem.error().message);
    }
    const auto mode = platform::FileMode(path);
    if (!mode || (*mode & (S_IRWXG | S_IRWXO)) != 0) {
        return NoNextKey("the key " + path + " must be its owner's alone: chmod 600 " + path);
    }
    auto key = platform::SigningKey::FromPem(*pem);
    if (!key) {
        return NoNextKey(path + " holds no unencrypted Ed25519 private key (PEM); make one: portcullisd next-key");
    }
    return std::optional(std::move(*key));
}

SignedHandover SignHandover(const platform::SigningKey& from, const platform::SigningKey& to, platform::Time now) {
    SignedHandover handover;
    handover.from_key = from.KeyId();
    handover.to_key = to.KeyId();
    handover.to_pem = to.PublicPem();
    handover.statement = tenancy::wire::EncodeKeyHandover({handover.from_key, handover.to_pem, now});
    handover.signature = from.Sign(handover.statement);
    return handover;
}

void KeyRing::Learn(const policy::InstanceId& instance, const std::string& key_id) {
    const std::lock_guard lock(mutex_);
    pinned_[instance] = key_id;
}

void KeyRing::Forget(const policy::InstanceId& instance) {
    const std::lock_guard lock(mutex_);
    pinned_.erase(instance);
}

std::string KeyRing::PinnedBy(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    const auto found = pinned_.find(instance);
    return found == pinned_.end() ? std::string() : found->second;
}

const platform::SigningKey* KeyRing::Find(const std::string& key_id) {
    if (const auto found = others_.find(key_id); found != others_.end()) {
        return &found->second;
    }
    for (const std::string& path : paths_) {
        if (auto next = ReadNextKey(path); next && *next && (*next)->KeyId() == key_id) {
            return &others_.emplace(key_id, std::move(**next)).first->second;
        }
    }
    return nullptr;
}

std::string KeyRing::Sign(const policy::InstanceId& instance, const std::string& document) {
    std::optional<platform::SigningKey> other;
    {
        const std::lock_guard lock(mutex_);
        const auto pinned = pinned_.find(instance);
        if (pinned != pinned_.end() && pinned->second != id_in_use_) {
            if (const platform::SigningKey* key = Find(pinned->second)) {
                other = *key;
            }
        }
    }
    return (other ? *other : in_use_).Sign(document);
}

bool KeyRing::Holds(const std::string& key_id) {
    const std::lock_guard lock(mutex_);
    return key_id == id_in_use_ || Find(key_id) != nullptr;
}

}  // namespace fleet
