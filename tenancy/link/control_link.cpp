#include "tenancy/link/control_link.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "tenancy/link/link_files.hpp"
#include "tenancy/link/local_order.hpp"
#include "tenancy/link/rotation.hpp"

namespace tenancy::link {
namespace {

constexpr std::string_view kWayOut =
    " Tenants are switched off. A new order of the controller mends this; if none can come, reset the link on this "
    "machine.";

platform::Unexpected<std::string> LinkProblem(std::string message) {
    return platform::Unexpected<std::string>(std::move(message));
}

std::string RestartProblem(const std::string& why) {
    return "The process cannot start again as ordered, for " + why + ".";
}

std::string FirstError(const platform::FieldErrors& errors) {
    if (errors.empty()) {
        return "it cannot be read";
    }
    return (errors.front().pointer.empty() ? "the document" : errors.front().pointer) + " " + errors.front().message;
}

}  // namespace

ControlLink::ControlLink(LinkOptions options, TenantSwitch& tenant_switch)
    : options_(std::move(options)), switch_(tenant_switch) {
    const std::lock_guard change(change_mutex_);
    {
        const std::lock_guard lock(mutex_);
        Load();
        LoadLocal();
        if (current_) {
            started_ = StoredRestart{current_->generation, current_->operation};
        }
    }
    Move();
}

AcceptResult ControlLink::Accept(std::string_view document_text, std::string_view signature_base64url) {
    const std::lock_guard change(change_mutex_);
    AcceptResult result;
    {
        const std::lock_guard lock(mutex_);
        result = Decide(document_text, signature_base64url);
    }
    if (result.outcome == AcceptOutcome::kApplied || result.outcome == AcceptOutcome::kPending ||
        result.outcome == AcceptOutcome::kNotStored) {
        result.switch_changed = Move();
    }
    return result;
}

void ControlLink::Reject(AcceptOutcome outcome) {
    const std::lock_guard lock(mutex_);
    Turn(outcome, {});
}

AcceptResult ControlLink::Decide(std::string_view document_text, std::string_view signature) {
    if (document_text.size() > wire::kMaxControlBytes) {
        return Turn(AcceptOutcome::kMalformed, "the document is larger than any control document may be");
    }
    if (!key_) {
        return Turn(AcceptOutcome::kForged, "no controller's key is pinned on this instance");
    }
    if (!key_->Verify(document_text, signature)) {
        return Turn(AcceptOutcome::kForged, "the signature is not one of the pinned key " + key_->KeyId());
    }
    auto document = wire::DecodeControlDocument(document_text);
    if (!document) {
        return Turn(AcceptOutcome::kMalformed, FirstError(document.error()));
    }
    if (document->instance != options_.instance) {
        return Turn(AcceptOutcome::kMisdirected, "the document is for the instance " +
                                                     platform::QuoteForMessage(document->instance) + ", this is " +
                                                     platform::QuoteForMessage(options_.instance));
    }
    if (IsAwaited(*document)) {
        // It comes again before it is in force: nothing new, nothing wrong.
        AcceptResult again = Turn(AcceptOutcome::kPending, {});
        again.restart_due = restart_due_.has_value();
        return again;
    }
    if (!floor_known_) {
        return Turn(AcceptOutcome::kStale,
                    "what was accepted before is lost, so nothing shows that this is newer: " + problem_);
    }
    // The very order that was damaged on the disk may come again: it is not older than what was accepted.
    const std::int64_t least = damaged_ ? floor_ : floor_ + 1;
    if (document->generation < least) {
        return Turn(AcceptOutcome::kStale, "generation " + std::to_string(document->generation) + " is not above " +
                                               std::to_string(floor_) + ", accepted before");
    }
    return Store(document_text, signature, std::move(*document));
}

AcceptResult ControlLink::Turn(AcceptOutcome outcome, std::string reason) {
    switch (outcome) {
        case AcceptOutcome::kStale:
            ++rejected_.stale;
            break;
        case AcceptOutcome::kForged:
            ++rejected_.forged;
            break;
        case AcceptOutcome::kMalformed:
            ++rejected_.malformed;
            break;
        case AcceptOutcome::kMisdirected:
            ++rejected_.misdirected;
            break;
        case AcceptOutcome::kNotStored:
            ++rejected_.not_stored;
            break;
        case AcceptOutcome::kApplied:
        case AcceptOutcome::kPending:
            break;
    }
    return {outcome, current_ ? current_->generation : floor_, std::move(reason), false, false};
}

AcceptResult ControlLink::Store(std::string_view document_text, std::string_view signature,
                                wire::ControlDocument document) {
    const auto stored = WriteWhole(StatePath(options_.folder),
                                   EncodeState({std::string(document_text), std::string(signature), key_pem_}));
    if (!stored) {
        // Off is the safe side, so it does not wait for the disk; on does.
        unstored_off_ = unstored_off_ || !document.enabled;
        return Turn(AcceptOutcome::kNotStored,
                    document.enabled ? stored.error() : NoteUnstoredOff(document.generation, stored.error()));
    }
    if (off_noted_) {
        // What is stored now is newer. Where the block cannot be cleared, its generation tells.
        off_noted_ = !PutIntoBlock(OffPath(options_.folder), {});
    }
    // After the state: a crash in between leaves a floor that is too low, which the state itself corrects.
    const auto floor = WriteWhole(FloorPath(options_.folder), EncodeFloor({key_->KeyId(), document.generation}));
    problem_ = floor ? std::string() : floor.error();
    floor_ = document.generation;
    floor_known_ = true;
    current_key_ = key_pem_;
    return PutInForce(std::move(document));
}

std::string ControlLink::NoteUnstoredOff(std::int64_t generation, std::string why) {
    const auto noted = PutIntoBlock(OffPath(options_.folder), EncodeOff({key_->KeyId(), generation}));
    off_noted_ = off_noted_ || noted;
    why += "; it is off all the same, and ";
    return why + (noted ? "that is noted and holds when the process starts again"
                        : "on when the process starts again, for that cannot be noted: " + noted.error());
}

platform::Expected<void, std::string> ControlLink::KeepRoom() {
    const std::lock_guard change(change_mutex_);
    return TakeBlock(OffPath(options_.folder));
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

AcceptResult ControlLink::PutInForce(wire::ControlDocument document) {
    const bool due = options_.applying == Applying::kByRestart && NeedsRestart(document);
    const bool follows = pending_ && StoredRestart{pending_->generation, pending_->operation}.Covers(
                                         document.generation, document.operation);
    if (due) {
        restart_due_ = document;
    }
    if (document.enabled && (due || follows)) {
        // Whatever keeps the switch off, keeps it off until then.
        unstored_off_ = unstored_off_ || damaged_;
        damaged_ = false;
        if (current_) {
            current_->flags = wire::NarrowestFlags(current_->flags, document.flags);
        }
        pending_ = std::move(document);
        return {AcceptOutcome::kPending, current_ ? current_->generation : 0, {}, false, due};
    }
    damaged_ = false;
    unstored_off_ = false;
    pending_.reset();
    current_ = std::move(document);
    const auto outcome = options_.applying == Applying::kElsewhere ? AcceptOutcome::kPending : AcceptOutcome::kApplied;
    return {outcome, floor_, {}, false, due};
}

bool ControlLink::IsAwaited(const wire::ControlDocument& document) const {
    return (pending_ && *pending_ == document) ||
           (options_.applying == Applying::kElsewhere && current_ && *current_ == document);
}

bool ControlLink::NeedsRestart(const wire::ControlDocument& document) const {
    const auto done = [&](const std::optional<StoredRestart>& restart) {
        return restart && restart->Covers(document.generation, document.operation);
    };
    return document.mode == wire::ApplyMode::kRestart && !done(noted_) && !done(started_);
}

std::optional<wire::ControlDocument> ControlLink::RestartDue() const {
    const std::lock_guard lock(mutex_);
    return restart_due_;
}

platform::Expected<void, std::string> ControlLink::NoteRestart() {
    const std::lock_guard change(change_mutex_);
    const std::lock_guard lock(mutex_);
    if (!restart_due_) {
        return LinkProblem("no order asks for a restart");
    }
    StoredRestart restart{restart_due_->generation, restart_due_->operation};
    auto written = WriteWhole(RestartPath(options_.folder), EncodeRestart(restart));
    if (!written) {
        restart_problem_ = RestartProblem("that cannot be noted: " + written.error());
        return written;
    }
    restart_problem_.clear();
    noted_ = std::move(restart);
    restart_due_.reset();
    return {};
}

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
    const auto text = ReadIfThere(path);
    if (text && !*text) {
        if (floor_there) {
            floor_known_ = floor.has_value();
            Damage(path + " is missing although orders were accepted before.");
        }
        return;
    }
    const std::optional<StoredState> state = text ? DecodeState(**text) : std::nullopt;
    const auto key = state ? platform::VerifyingKey::FromPem(state->key) : std::nullopt;
    if (!key || !key->Verify(state->document, state->signature)) {
        floor_known_ = floor.has_value();
        return Damage(text ? path + " is damaged: it does not hold a signed order." : text.error() + ".");
    }
    auto document = wire::DecodeControlDocument(state->document);
    if (!document || document->instance != options_.instance) {
        floor_known_ = floor.has_value();
        return Damage(path + " holds an order for another instance.");
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

SwitchInputs ControlLink::Inputs() const {
    SwitchInputs inputs;
    inputs.environment = options_.environment;
    if (current_) {
        inputs.order = current_->enabled;
    }
    if (unstored_off_) {
        inputs.order = false;
    }
    inputs.local_off = local_off_;
    inputs.state_damaged = damaged_;
    return inputs;
}

bool ControlLink::Move() {
    SwitchInputs inputs;
    {
        const std::lock_guard lock(mutex_);
        inputs = Inputs();
        staged_.store(current_ && wire::TenancyIsStaged(*current_), std::memory_order_release);
    }
    return switch_.Set(inputs);
}

void ControlLink::RestartImpossible(const std::string& why) {
    const std::lock_guard lock(mutex_);
    restart_problem_ = RestartProblem(why);
}

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
            return LinkProblem("the key " + key_->KeyId() + " is pinned; moving to another controller is a repin");
        }
        if (key && signer && signer->KeyId() != key->KeyId()) {
            return LinkProblem("the order in force was signed by the key " + signer->KeyId() +
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
        return LinkProblem("this is no Ed25519 public key");
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
                                 : WriteWhole(FloorPath(options_.folder), EncodeFloor({next, floor}));
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

bool ControlLink::RefreshLocal() {
    const std::lock_guard change(change_mutex_);
    {
        const std::lock_guard lock(mutex_);
        LoadLocal();
    }
    return Move();
}

platform::Expected<void, std::string> ControlLink::Reset() {
    const std::lock_guard change(change_mutex_);
    {
        const std::lock_guard lock(mutex_);
        if (off_noted_) {
            if (auto cleared = PutIntoBlock(OffPath(options_.folder), {}); !cleared) {
                return cleared;
            }
        }
        // Floor last: while it is there, a missing state is damage and keeps the switch off.
        for (const std::string& path : {StatePath(options_.folder), FloorPath(options_.folder)}) {
            auto removed = RemoveFile(path);
            if (!removed) {
                return removed;
            }
        }
        unstored_off_ = false;
        Load();
    }
    Move();
    return {};
}

std::optional<wire::ControlDocument> ControlLink::Current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

ControlLink::InForce ControlLink::Now() const {
    const std::lock_guard lock(mutex_);
    return {current_, Inputs()};
}

std::int64_t ControlLink::Generation() const {
    const std::lock_guard lock(mutex_);
    return current_ ? current_->generation : (pending_ ? 0 : floor_);
}

Rejections ControlLink::Rejected() const {
    const std::lock_guard lock(mutex_);
    return rejected_;
}

std::string ControlLink::Problem() const {
    const std::lock_guard lock(mutex_);
    std::string all = problem_;
    for (const std::string* more : {&local_problem_, &restart_problem_}) {
        all.append(all.empty() || more->empty() ? "" : " ").append(*more);
    }
    return all;
}

}  // namespace tenancy::link
