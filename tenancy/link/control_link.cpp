#include "tenancy/link/control_link.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "tenancy/link/link_files.hpp"
#include "tenancy/link/local_order.hpp"
#include "tenancy/link/state_file.hpp"

namespace tenancy::link {
namespace {

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
    const auto stored =
        KeepState(StatePath(options_.folder), {std::string(document_text), std::string(signature), key_pem_});
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
    const auto floor = KeepInBlock(FloorPath(options_.folder), EncodeFloor({key_->KeyId(), document.generation}));
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
        staged_.store(
            current_ ? wire::TenancyIsStaged(*current_) : options_.before_first_order == BeforeFirstOrder::kNobody,
            std::memory_order_release);
    }
    return switch_.Set(inputs);
}

void ControlLink::RestartImpossible(const std::string& why) {
    const std::lock_guard lock(mutex_);
    restart_problem_ = RestartProblem(why);
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
