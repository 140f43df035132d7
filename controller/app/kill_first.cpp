#include "controller/app/kill_first.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "controller/app/kill_age.hpp"
#include "controller/app/kill_switch.hpp"
#include "controller/app/pending_kill_view.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/idempotency.hpp"
#include "controller/store/tokens.hpp"
#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

constexpr std::chrono::milliseconds kTryAgain{500};
constexpr std::chrono::seconds kTryAsideAgain{30};
constexpr int kRefusalsUntilAside = 3;
constexpr std::size_t kMostKeys = 1'000;

std::string KeyName(const policy::PrincipalId& principal, const std::string& key) {
    return principal.Text() + " " + key;
}

Call CallOf(const wire::KillEntry& entry) {
    Call call;
    call.actor = {entry.actor, entry.actor_kind, entry.roles};
    call.display_name = entry.display_name;
    call.token_id = entry.token_id;
    call.request_id = entry.request_id;
    return call;
}

store::JournalledKill JournalledOf(const wire::KillEntry& entry) {
    store::JournalledKill kill{entry.operation, entry.controller, entry.given_at, entry.machine_time, {}};
    for (const wire::KillTarget& target : entry.targets) {
        kill.pushed.push_back({target.instance, target.generation, target.base});
    }
    return kill;
}

}  // namespace

KillFirst::KillFirst(KillFirstOptions options, store::Database& database, KnownCallers& callers,
                     fleet::KillJournal& journal)
    : options_(std::move(options)), database_(database), callers_(callers), journal_(journal) {
    Recover();
    thread_ = std::thread([this] { EnterLoop(); });
}

KillFirst::~KillFirst() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void KillFirst::Recover() {
    for (const std::string& damage : journal_.Damage()) {
        options_.on_event("kill_journal.damaged", "", damage);
    }
    for (const fleet::JournalEntry& line : journal_.Pending()) {
        auto entry = wire::DecodeKillEntry(line.text);
        auto document = entry ? wire::Document::Parse(entry->order, wire::BodyFormat::kJson, entry->order.size())
                              : platform::Unexpected<platform::FieldErrors>(entry.error());
        auto order = document ? wire::DecodeSwitchOrder(*document)
                              : platform::Unexpected<platform::FieldErrors>(document.error());
        if (!order) {
            options_.on_event("kill_journal.not_understood", line.id,
                              "an entry of the journal of kills cannot be read by this program and stays there: " +
                                  line.text.substr(0, 1000));
            continue;
        }
        auto kill = std::make_shared<Kill>();
        kill->entry = std::move(*entry);
        kill->order = std::move(*order);
        kill->ready = true;
        waiting_.push_back(std::move(kill));
        options_.on_event("kill_journal.recovered", line.id, "a kill that was not entered before the last stop");
    }
}

void KillFirst::Attach(KillChannel channel) {
    const std::lock_guard lock(mutex_);
    channel_ = std::move(channel);
    if (channel_.hold) {
        for (const KillPtr& kill : waiting_) {
            channel_.hold(kill->entry.operation);
        }
    }
}

KillChannel KillFirst::Attached() const {
    const std::lock_guard lock(mutex_);
    return channel_;
}

bool KillFirst::GoesFirst(const Call& call, const wire::SwitchOrder& order, const std::string& key) {
    if (order.enabled) {
        return false;
    }
    policy::KillAct act;
    act.actor = call.actor;
    act.reason = order.reason;
    if (Blocks(policy::JudgeAct(act))) {
        return false;
    }
    {
        const std::lock_guard lock(mutex_);
        if (!key.empty() && keys_.contains(KeyName(call.actor.id, key))) {
            const KillPtr& kill = keys_.at(KeyName(call.actor.id, key)).kill;
            return !kill->entered;  // an entered one's answer is in the database
        }
    }
    const KillChannel channel = Attached();
    std::vector<policy::InstanceId> elsewhere;
    for (const policy::InstanceId& instance : order.instances) {
        if (!channel.heard || !channel.heard(instance)) {
            elsewhere.push_back(instance);
        }
    }
    if (key.empty() && elsewhere.empty() && !order.batch_size) {
        return true;
    }
    const auto used = std::make_shared<bool>(false);
    const auto strangers = std::make_shared<bool>(false);
    const bool answered = callers_.Ask([=, principal = call.actor.id](store::Database& database) {
        database.Read([&](store::Tx& tx) {
            *used = !key.empty() && store::IsIdempotencyKeyUsed(tx, principal, key);
            std::size_t found = 0;
            for (const store::Instance& instance :
                 elsewhere.empty() ? std::vector<store::Instance>() : store::LoadInstances(tx, elsewhere)) {
                found += instance.retired_at ? 0 : 1;
            }
            *strangers = found != elsewhere.size();
        });
    });
    // Batches are issued by what the database says of the ones before.
    return order.batch_size ? !answered : !answered || (!*used && !*strangers);
}

std::optional<Outcome<GivenKill>> KillFirst::Replay(const KillRequest& request) {
    if (request.key.empty()) {
        return std::nullopt;
    }
    KillPtr kill;
    {
        const std::lock_guard lock(mutex_);
        const auto found = keys_.find(KeyName(request.call.actor.id, request.key));
        if (found == keys_.end()) {
            return std::nullopt;
        }
        if (found->second.request_hash != request.request_hash) {
            return Outcome<GivenKill>(Refused({RefusalKind::kExists,
                                               "conflict.idempotency",
                                               "The Idempotency-Key '" + request.key +
                                                   "' was used for another request within the last day. Use a new key "
                                                   "for a new request.",
                                               {},
                                               {}}));
        }
        kill = found->second.kill;
        if (kill->entered) {
            return Outcome<GivenKill>(GivenKill{*kill->entered, true});
        }
    }
    return Outcome<GivenKill>(GivenKill{View(*kill), true});
}

Outcome<GivenKill> KillFirst::Give(KillRequest request) {
    if (request.order.batch_size) {
        return Refused({RefusalKind::kIndeterminate,
                        "unavailable.database",
                        "Batches are issued by what the database says of the ones before, and it cannot be used at the "
                        "moment. A kill of all at once works: leave batch_size out.",
                        {},
                        {}});
    }
    const KillPtr kill = [&]() -> KillPtr {
        const std::lock_guard one_at_a_time(giving_);
        return Replay(request) ? nullptr : Accept(request);
    }();
    if (!kill) {
        return *Replay(request);
    }
    const KillChannel channel = Attached();
    try {
        if (channel.push) {
            channel.push(kill->entry);
        }
    } catch (const std::exception& error) {
        // It is entered all the same, and then sent as any other order.
        options_.on_event("kill_journal.push_failed", kill->entry.operation.Text(), error.what());
    }
    {
        std::unique_lock lock(mutex_);
        kill->ready = true;
        changed_.notify_all();
        // One that was given before is entered before; when that has been tried already, this one follows later.
        changed_.wait_for(lock, options_.answer_patience, [&] {
            return kill->entered || kill->attempts > 0 || stopping_ ||
                   std::ranges::any_of(waiting_, [](const KillPtr& one) { return one->attempts > 0 && !one->aside; });
        });
        if (kill->entered) {
            return GivenKill{*kill->entered};
        }
    }
    return GivenKill{View(*kill)};
}

KillFirst::KillPtr KillFirst::Accept(KillRequest& request) {
    auto kill = std::make_shared<Kill>();
    wire::KillEntry& entry = kill->entry;
    entry.given_at = callers_.RulesNow();
    entry.machine_time = platform::SystemNow();
    NoteMachine(entry);
    kill->given = platform::SteadyNow();
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(entry.given_at.time_since_epoch());
    entry.operation = policy::RecordId::Trusted("op_" + platform::MakeUlid(since_epoch.count()));
    entry.controller = options_.controller;
    entry.actor = request.call.actor.id;
    entry.actor_kind = request.call.actor.kind;
    entry.roles = request.call.actor.roles;
    entry.display_name = request.call.display_name;
    entry.token_id = request.call.token_id;
    entry.request_id = request.call.request_id;
    entry.order = std::move(request.order_text);
    const KillChannel channel = Attached();
    if (channel.aim) {
        channel.aim(entry, request.order);
    }
    if (auto kept = journal_.Append({entry.operation.Text(), wire::EncodeKillEntry(entry)}); !kept) {
        options_.on_event("kill_journal.failed", entry.operation.Text(), kept.error());
        kill->warnings.push_back(
            "This kill could not be written to the controller's journal. It was sent, and it is entered as long as "
            "this process lives; see that it is on record before you rely on it.");
    }
    kill->order = std::move(request.order);
    kill->key = request.key;
    kill->request_hash = request.request_hash;
    kill->storable = std::move(request.storable);
    const std::lock_guard lock(mutex_);
    waiting_.push_back(kill);
    if (!kill->key.empty()) {
        std::string name = KeyName(entry.actor, kill->key);
        keys_in_order_.push_back(name);
        keys_.emplace(std::move(name), Keyed{kill->request_hash, kill});
        if (keys_in_order_.size() > kMostKeys) {
            keys_.erase(keys_in_order_.front());
            keys_in_order_.pop_front();
        }
    }
    return kill;
}

std::optional<wire::Operation> KillFirst::Show(const policy::RecordId& operation) {
    KillPtr kill;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                        [&](const KillPtr& waiting) { return waiting->entry.operation == operation; });
        if (found == waiting_.end()) {
            return std::nullopt;
        }
        kill = *found;
    }
    return View(*kill);
}

std::size_t KillFirst::NotEntered() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
}

wire::Operation KillFirst::View(const Kill& kill) {
    const wire::KillEntry entry = [&] {
        const std::lock_guard lock(mutex_);
        return kill.entry;
    }();
    wire::Operation view = ViewPendingKill(entry, kill.order, Attached().heard);
    view.warnings = kill.warnings;
    return view;
}

// --- Entering, on a thread of its own --------------------------------------------------------------------------------

/// The first in order that is not set aside; one that is, when no other waits. Under the mutex.
KillFirst::KillPtr KillFirst::NextDue() {
    const auto now = platform::SteadyNow();
    for (const KillPtr& kill : waiting_) {
        if (!kill->aside) {
            return kill->ready && kill->not_before <= now ? kill : nullptr;
        }
    }
    for (const KillPtr& kill : waiting_) {
        if (kill->not_before <= now) {
            return kill;
        }
    }
    return nullptr;
}

void KillFirst::EnterLoop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const KillPtr kill = NextDue();
        if (!kill) {
            if (waiting_.empty()) {
                changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            } else {
                changed_.wait_for(lock, kTryAgain, [this] { return stopping_ || NextDue() != nullptr; });
            }
            continue;
        }
        lock.unlock();
        try {
            Enter(kill);
        } catch (const store::Unavailable& lost) {
            Failed(kill, false, lost.what());
            Reach();
        } catch (const std::exception& refused) {
            Failed(kill, true, refused.what());
        }
        lock.lock();
    }
}

void KillFirst::Enter(const KillPtr& kill) {
    const bool keyed = database_.Write([&](store::Tx& tx) { return EnterInto(tx, *kill); });
    const policy::RecordId& id = kill->entry.operation;
    // What the instances have answered meanwhile is recorded from now on; the answer to who gave it can wait, and says
    // more then. So can the journal: what it has twice is entered once.
    const KillChannel channel = Attached();
    if (channel.entered) {
        channel.entered(id);
    }
    journal_.Entered(id.Text());
    if (channel.answers_first) {
        channel.answers_first();
    }
    Done(kill, ViewEntered(*kill));
    if (keyed) {
        KeepWholeAnswer(*kill);
    }
}

bool KillFirst::EnterInto(store::Tx& tx, const Kill& kill) {
    const wire::KillEntry& entry = kill.entry;
    if (store::LoadOperation(tx, entry.operation)) {
        return false;
    }
    if (!entry.token_id.empty()) {
        store::RecordTokenUse(tx, policy::RecordId::Trusted(entry.token_id));
    }
    const bool keyed =
        !kill.key.empty() && kill.storable && !store::ClaimIdempotencyKey(tx, entry.actor, kill.key, kill.request_hash);
    store::JournalledKill journalled = JournalledOf(entry);
    // How long ago it was given counts, and not what this machine's clock said: what restarts are proven by must not
    // be an hour older than the order because that is an hour behind.
    // The age is taken last: a process that starts again at once must not seem to have begun before the order.
    const policy::Time now = store::LoadMachineTime(tx);
    const platform::Duration age =
        kill.given ? std::chrono::duration_cast<platform::Duration>(platform::SteadyNow() - *kill.given) : AgeOf(entry);
    journalled.machine_time = now - std::max(age, platform::Duration{});
    const auto entered = EnterSwitch(tx, CallOf(entry), kill.order, &journalled);
    PORTCULLIS_INVARIANT(entered.has_value(), "what a kill needs was judged before it was sent");
    if (keyed) {
        // Without its instances, which take as long to read and to write as their orders: all that the instances answer
        // waits for this transaction. KeepWholeAnswer puts what was answered in its place.
        const StorableAnswer answer = kill.storable(ViewWithoutInstances(kill));
        store::StoreAnswer(tx, entry.actor, kill.key, answer.status, answer.headers_json, answer.body);
    }
    return keyed;
}

wire::Operation KillFirst::ViewWithoutInstances(const Kill& kill) const {
    wire::KillEntry entry;
    {
        const std::lock_guard lock(mutex_);
        entry = kill.entry;
    }
    entry.targets.clear();
    wire::Operation view = ViewPendingKill(entry, kill.order, {});
    view.journal->entered = true;
    view.summary = "on record; GET it to see its instances";
    return view;
}

// What a later request with the same key is answered with, also by another process. It is a convenience: the id is
// stored with the entry.
void KillFirst::KeepWholeAnswer(const Kill& kill) {
    wire::Operation answered;
    {
        const std::lock_guard lock(mutex_);
        answered = *kill.entered;
    }
    try {
        KeepAnswer(database_, kill.entry.actor, kill.key, kill.storable(answered));
    } catch (const std::exception& lost) {
        options_.on_event("kill_journal.answer_not_kept", kill.entry.operation.Text(), lost.what());
    }
}

wire::Operation KillFirst::ViewEntered(const Kill& kill) {
    try {
        return database_.Read([&](store::Tx& tx) {
            return *ShowOperation(tx, options_.patience, kill.entry.operation, store::WithEvidence::kNo);
        });
    } catch (const std::exception& lost) {
        options_.on_event("kill_journal.not_shown", kill.entry.operation.Text(), lost.what());
        wire::Operation view = View(kill);
        view.journal->entered = true;
        view.summary = "on record; what has become of it cannot be read at the moment";
        return view;
    }
}

void KillFirst::Done(const KillPtr& kill, wire::Operation operation) {
    bool late = false;
    {
        const std::lock_guard lock(mutex_);
        operation.warnings = kill->warnings;
        kill->entered = std::move(operation);
        late = kill->attempts > 0;
        std::erase(waiting_, kill);
    }
    changed_.notify_all();
    if (late) {
        options_.on_event("kill_journal.entered", kill->entry.operation.Text(),
                          "a kill that was journalled is in the database now");
    }
}

void KillFirst::Failed(const KillPtr& kill, bool refused, std::string_view why) {
    KillChannel channel;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = kill->attempts++ == 0;
        kill->refused += refused ? 1 : 0;
        kill->not_before = platform::SteadyNow() + kTryAgain;
        if (kill->refused >= kRefusalsUntilAside) {
            kill->aside = true;
            kill->not_before = platform::SteadyNow() + kTryAsideAgain;
            channel = channel_;
        }
    }
    changed_.notify_all();
    if (first || refused) {
        options_.on_event(refused ? "kill_journal.refused" : "kill_journal.waits", kill->entry.operation.Text(), why);
    }
    if (channel.entered) {
        channel.entered(kill->entry.operation);  // it holds up no reports any more
    }
}

}  // namespace app
