// The key that the control link has pinned, and what takes its place.
#include <utility>

#include "tenancy/link/control_link.hpp"
#include "tenancy/link/link_files.hpp"
#include "tenancy/link/rotation.hpp"

namespace tenancy::link {
namespace {

platform::Unexpected<std::string> KeyProblem(std::string message) {
    return platform::Unexpected<std::string>(std::move(message));
}

}  // namespace

platform::Expected<void, std::string> ControlLink::PinKey(std::string_view public_pem) {
    const std::lock_guard change(change_mutex_);
    {
        const std::lock_guard lock(mutex_);
        const auto key = platform::VerifyingKey::FromPem(public_pem);
        const auto signer = platform::VerifyingKey::FromPem(current_key_);
        if (key && key_ && key_->KeyId() == key->KeyId()) {
            return {};
        }
        if (key && key_) {
            return KeyProblem("the key " + key_->KeyId() + " is pinned; moving to another controller is a repin");
        }
        if (key && signer && signer->KeyId() != key->KeyId()) {
            return KeyProblem("the order in force was signed by the key " + signer->KeyId() +
                              "; moving to another controller is a repin");
        }
    }
    return WriteKey(public_pem);
}

platform::Expected<void, std::string> ControlLink::RepinKey(std::string_view public_pem) {
    const std::lock_guard change(change_mutex_);
    return WriteKey(public_pem);
}

platform::Expected<void, std::string> ControlLink::WriteKey(std::string_view public_pem) {
    if (!platform::VerifyingKey::FromPem(public_pem)) {
        return KeyProblem("this is no Ed25519 public key");
    }
    auto written = WriteWhole(KeyPath(options_.folder), public_pem);
    if (!written) {
        return written;
    }
    {
        const std::lock_guard lock(mutex_);
        Load();
    }
    Move();
    return {};
}

wire::KeyAnswer ControlLink::TakeNextKey(std::string_view statement, std::string_view signature) {
    const std::lock_guard change(change_mutex_);
    HandoverJudgement judgement;
    std::int64_t floor = 0;
    {
        const std::lock_guard lock(mutex_);
        judgement = JudgeHandover(key_, statement, signature);
        rejected_.forged += judgement.outcome == wire::KeyOutcome::kForged ? 1 : 0;
        rejected_.malformed += judgement.outcome == wire::KeyOutcome::kMalformed ? 1 : 0;
        floor = floor_;
    }
    if (!judgement.next_pem.empty()) {
        // The floor first: until the key is there, the state itself holds the floor of the one before.
        const std::string next = platform::VerifyingKey::FromPem(judgement.next_pem).value().KeyId();
        auto stored = floor == 0 ? platform::Expected<void, std::string>()
                                 : KeepInBlock(FloorPath(options_.folder), EncodeFloor({next, floor}));
        if (stored) {
            stored = WriteKey(judgement.next_pem);
        }
        if (!stored) {
            judgement.outcome = wire::KeyOutcome::kNotStored;
            judgement.reason = stored.error();
        }
    }
    return {judgement.outcome, judgement.reason, PinnedKeyId()};
}

std::string ControlLink::PinnedKeyId() const {
    const std::lock_guard lock(mutex_);
    return key_ ? key_->KeyId() : std::string();
}

}  // namespace tenancy::link
