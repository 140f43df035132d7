// What the control link finds on its disk: the order that was accepted last, the floor, the key, an off that could not
// be stored; and what damage is.
#include <utility>

#include "platform/base/text.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/link/link_files.hpp"
#include "tenancy/link/local_order.hpp"
#include "tenancy/link/state_file.hpp"

namespace tenancy::link {
namespace {

constexpr std::string_view kWayOut =
    " Tenants are switched off. A new order of the controller mends this; if none can come, reset the link on this "
    "machine.";

/// Whether nothing newer was ever accepted. The floor is written when an order is stored, so what lies beside it broken
/// was not accepted yet. It may be of the next key already, which goes on with the generations of the one before.
bool IsLastAccepted(const std::optional<StoredFloor>& floor, const std::string& signed_by, std::int64_t generation) {
    return floor && (floor->key_id == signed_by ? floor->generation <= generation : floor->generation == generation);
}

}  // namespace

void ControlLink::Damage(std::string problem) {
    damaged_ = true;
    current_.reset();
    current_key_.clear();
    problem_ = std::move(problem) + std::string(kWayOut);
}

void ControlLink::Load() {
    const std::optional<wire::ControlDocument> before = current_;
    if (const auto text = ReadIfThere(RestartPath(options_.folder)); text && *text) {
        noted_ = DecodeRestart(**text);
    }
    key_.reset();
    key_pem_.clear();
    current_.reset();
    current_key_.clear();
    floor_ = 0;
    floor_known_ = true;
    damaged_ = false;
    problem_.clear();
    const auto key = ReadIfThere(KeyPath(options_.folder));
    if (key && *key) {
        key_ = platform::VerifyingKey::FromPem(**key);
        key_pem_ = key_ ? **key : std::string();
    }
    LoadState();
    if (pending_ && current_ == pending_) {
        current_ = before;  // it is the next process's
    } else {
        pending_.reset();
    }
    if (!key || (*key && !key_)) {
        // No order to switch off could reach this instance any more.
        Damage(KeyPath(options_.folder) + " holds no public key: pin the controller's key again.");
    }
    LoadUnstoredOff();
}

void ControlLink::LoadState() {
    const auto floor_text = ReadIfThere(FloorPath(options_.folder));
    const bool floor_there = !floor_text || *floor_text;
    const std::optional<StoredFloor> floor = floor_text && *floor_text ? DecodeFloor(**floor_text) : std::nullopt;
    const std::string pinned = key_ ? key_->KeyId() : std::string();
    // Another key's floor says nothing about the generations of the pinned one.
    if (floor && floor->key_id == pinned) {
        floor_ = floor->generation;
    }
    const std::string path = StatePath(options_.folder);
    const auto found = ReadState(path);
    if (found && !*found) {
        if (floor_there) {
            floor_known_ = floor.has_value();
            Damage(path + " is missing although orders were accepted before.");
        }
        return;
    }
    const std::optional<StoredState> state = found ? (*found)->state : std::nullopt;
    const auto key = state ? platform::VerifyingKey::FromPem(state->key) : std::nullopt;
    if (!key || !key->Verify(state->document, state->signature)) {
        floor_known_ = floor.has_value();
        return Damage(found ? path + " is damaged: it does not hold a signed order." : found.error() + ".");
    }
    auto document = wire::DecodeControlDocument(state->document);
    if (!document || document->instance != options_.instance) {
        floor_known_ = floor.has_value();
        return Damage(path + " holds an order for another instance.");
    }
    if ((*found)->beside_broken && !IsLastAccepted(floor, key->KeyId(), document->generation)) {
        floor_known_ = floor.has_value();
        return Damage(path + " is damaged: the newest order in it cannot be read.");
    }
    if (key->KeyId() == pinned) {
        if (floor_ > document->generation) {
            return Damage(path + " holds an older order than the last that was accepted.");
        }
        floor_ = document->generation;
    }
    current_key_ = state->key;
    current_ = std::move(*document);
    if (!key_) {
        problem_ = "No controller's key is pinned, so no order can be accepted; the last one stays in force.";
    }
}

void ControlLink::LoadLocal() {
    LocalState local = ReadLocalOrder(options_.folder);
    local_off_ = local.off;
    local_problem_ = std::move(local.problem);
}

/// Whether an order to switch off came that is newer than what is stored. Of the orders of two keys the pinned one's
/// is the newer; generations of one key count.
void ControlLink::LoadUnstoredOff() {
    const auto block = ReadIfThere(OffPath(options_.folder));
    const auto off = block && *block ? DecodeOff(**block) : std::nullopt;
    off_noted_ = off.has_value();
    if (!off) {
        return;
    }
    const auto signer = platform::VerifyingKey::FromPem(current_key_);
    const std::string stored_by = signer ? signer->KeyId() : std::string();
    const bool newer =
        !current_ || off->key_id.empty() ||
        (off->key_id == stored_by ? off->generation > current_->generation : !key_ || stored_by != key_->KeyId());
    if (newer) {
        unstored_off_ = true;
        problem_ += (problem_.empty() ? "" : " ") +
                    std::string("An order to switch off could not be stored when it came (") +
                    platform::EscapeForLog(OffPath(options_.folder)) +
                    "), so tenants are off until an order can be stored: see that the disk has room.";
    }
}

}  // namespace tenancy::link
