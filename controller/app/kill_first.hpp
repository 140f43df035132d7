// Kill first (KSW-7, docs/adr/0074): a kill goes to the instances before anything that can wait.
//
//   judge      the rule that a kill needs a reason and a named actor; needs no database
//   aim        which connected instances, with which generation
//   journal    on this controller's disk, flushed
//   push       signed documents to the instances connected here
//   reach      while the database does not answer: those that connect only now, those too to whom an earlier process
//              had no time to send it; journalled as the others before it is sent
//   enter      operation, orders, review and audit entry in the database, by a thread that enters everything in the
//              order it was given, once: the operation's id is made beforehand, and what is there already is skipped
//
// Give answers with the operation as entered, or, when the database does not answer within a moment, with what is known
// here; the entry follows when it is back, also from the next process. A journal that cannot be written stops no kill:
// the answer says so. An entry that PostgreSQL turns away is reported, set aside and tried again; it does not hold up
// those behind it.
//
// Switching on never comes here. Thread safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "controller/app/call.hpp"
#include "controller/app/idempotency.hpp"
#include "controller/app/known_callers.hpp"
#include "controller/fleet/journal/kill_journal.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/store/database.hpp"
#include "controller/wire/fleet_json.hpp"
#include "controller/wire/kill_entry.hpp"
#include "platform/base/clock.hpp"

namespace app {

/// What an instance connected here reported last.
struct HeardInstance {
    std::int64_t generation = 0;
    bool enabled = false;
    bool hosted = false;
};

/// The channel's part in it; made by whoever has both.
struct KillChannel {
    std::function<void(wire::KillEntry&, const wire::SwitchOrder&)> aim;
    std::function<void(const wire::KillEntry&)> push;
    std::function<void(const policy::RecordId&)> hold;
    std::function<void(const policy::RecordId&)> entered;
    std::function<void()> answers_first;  // a short wait for what was answered meanwhile to be recorded
    std::function<std::optional<HeardInstance>(const policy::InstanceId&)> heard;
    /// Everybody connected.
    std::function<std::vector<policy::InstanceId>()> connected;
};

struct KillFirstOptions {
    std::string controller;  // this process, as records name it
    fleet::Patience patience;
    std::chrono::milliseconds answer_patience{2'000};  // how long Give waits for the database
    /// For the log: what happened to which operation, and more about it.
    std::function<void(std::string_view event, std::string_view operation, std::string_view detail)> on_event;
};

struct KillRequest {
    Call call;
    wire::SwitchOrder order;
    std::string order_text;  // wire::KillOrderText
    std::string key;         // Idempotency-Key; empty: none
    std::string request_hash;
    /// What is stored under the key once the operation is entered.
    std::function<StorableAnswer(const wire::Operation&)> storable;
};

struct GivenKill {
    wire::Operation operation;
    bool replayed = false;
};

class KillFirst {
public:
    /// What was journalled before is entered as soon as that is possible.
    KillFirst(KillFirstOptions options, store::Database& database, KnownCallers& callers, fleet::KillJournal& journal);
    ~KillFirst();
    KillFirst(const KillFirst&) = delete;
    KillFirst& operator=(const KillFirst&) = delete;

    /// From now on, or (empty) no more.
    void Attach(KillChannel channel);

    /// False for what the database has to be asked about first: switching on, batches, an order that a rule refuses,
    /// names of no instance, a key that an answer is stored under.
    bool GoesFirst(const Call& call, const wire::SwitchOrder& order, const std::string& key);
    /// Only what GoesFirst.
    Outcome<GivenKill> Give(KillRequest request);
    /// As far as it is known here; none for one that is not given here or is entered.
    std::optional<wire::Operation> Show(const policy::RecordId& operation);
    /// How many were given here, or before by an earlier process, and are not entered.
    std::size_t NotEntered() const;

private:
    struct Kill {
        wire::KillEntry entry;
        std::optional<platform::SteadyTime> given;  // when this process was given it; nothing: an earlier one was
        wire::SwitchOrder order;
        std::string key;
        std::string request_hash;
        std::function<StorableAnswer(const wire::Operation&)> storable;
        std::set<policy::InstanceId> reached;  // connected after it was given, and sent it by this process
        std::vector<std::string> warnings;
        bool ready = false;  // pushed: may be entered
        bool aside = false;
        int refused = 0;  // by PostgreSQL, not for want of it
        int attempts = 0;
        platform::SteadyTime not_before;
        std::optional<wire::Operation> entered;
    };
    using KillPtr = std::shared_ptr<Kill>;
    struct Keyed {
        std::string request_hash;
        KillPtr kill;
    };

    void Recover();
    KillPtr Accept(KillRequest& request);
    std::optional<Outcome<GivenKill>> Replay(const KillRequest& request);
    wire::Operation View(const Kill& kill);
    void EnterLoop();
    KillPtr NextDue();
    /// On the thread that enters, after the database did not answer.
    void Reach();
    struct Reached;
    std::vector<std::pair<KillPtr, std::vector<policy::InstanceId>>> Owed(
        const std::vector<std::pair<policy::InstanceId, std::int64_t>>& heard) const;
    void ReachFor(const KillChannel& channel, const KillPtr& kill, const std::vector<policy::InstanceId>& instances);
    void Enter(const KillPtr& kill);
    /// Whether the kill's key is its own: another request may have used it before, which could not be asked about.
    bool EnterInto(store::Tx& tx, const Kill& kill);
    wire::Operation ViewEntered(const Kill& kill);
    wire::Operation ViewWithoutInstances(const Kill& kill) const;
    void KeepWholeAnswer(const Kill& kill);
    void Done(const KillPtr& kill, wire::Operation operation);
    void Failed(const KillPtr& kill, bool refused, std::string_view why);
    KillChannel Attached() const;

    const KillFirstOptions options_;
    store::Database& database_;
    KnownCallers& callers_;
    fleet::KillJournal& journal_;

    std::mutex giving_;  // aimed, journalled and queued in one order
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    KillChannel channel_;
    std::deque<KillPtr> waiting_;  // in the order given
    std::map<std::string, Keyed> keys_;
    std::deque<std::string> keys_in_order_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace app
