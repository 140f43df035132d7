// The instances that hold a connection to this controller, and what is known of each: the channel's memory.
//
// One connection an instance: a newer one takes the place of the older, which is closed. Thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "controller/fleet/admission.hpp"
#include "controller/fleet/answers_first.hpp"
#include "platform/base/clock.hpp"
#include "platform/ws/connection.hpp"
#include "tenancy/wire/control_document.hpp"

namespace fleet {

/// Shared, never changed.
using KnownOrder = std::shared_ptr<const tenancy::wire::ControlDocument>;

/// What an instance reported last.
struct LastWord {
    std::int64_t generation = 0;
    bool enabled = false;
    bool hosted = false;
    std::string boot_id;
};

/// Every so many generations one is kept for orders that are sent before the database is asked (kill_sender.hpp).
inline constexpr std::int64_t kKeptGenerations = 16;

class Links {
public:
    /// The connection whose place it takes; null when there was none.
    platform::WsConnectionPtr Open(const Admission& admission, const platform::WsConnectionPtr& connection);
    /// False when another connection has taken its place.
    bool Close(const policy::InstanceId& instance, std::uint64_t connection);

    /// The instance said that it has this generation; `answered` when it was about an order.
    void Report(const policy::InstanceId& instance, std::uint64_t connection, const LastWord& word, bool answered);
    /// The two processes that took turns with its credential within the last hour; nothing when there was one at a
    /// time. A process that ended does not come back, so an older boot id behind a newer one is another process.
    std::optional<std::string> TwoProcesses(const policy::InstanceId& instance) const;
    /// How much longer a process, whose connection was alive when another process took its place, may take to dial
    /// again; nothing when there is none. A process that was started anew finds the connection before it closed.
    std::optional<platform::Duration> AwaitedBeside(const policy::InstanceId& instance) const;

    /// It was asked something that it answers with one message. Orders count by themselves.
    void Expect(const policy::InstanceId& instance);
    /// True when a message of the instance was expected: one for each that it was sent.
    bool TakeExpected(const policy::InstanceId& instance, std::uint64_t connection);

    struct Waiting {
        policy::InstanceId instance;
        std::int64_t above = 0;  // only an order above this generation is news for it
        std::int64_t known = 0;  // the generation of the order that is known; 0: none
    };
    /// Those that have reported, and are not waiting for the answer to an order sent after `sent_before`.
    std::vector<Waiting> Ready(platform::SteadyTime sent_before) const;
    /// The connection to send an order of this generation through, noted as sent at `now`; null when it is not wanted
    /// any more.
    platform::WsConnectionPtr Send(const policy::InstanceId& instance, std::int64_t generation,
                                   platform::SteadyTime now);

    /// To send it something else; null when it has none.
    platform::WsConnectionPtr Connection(const policy::InstanceId& instance) const;
    /// Of everybody connected.
    std::vector<policy::InstanceId> Instances() const;

    /// Whether an order above this generation, which the instance reports, is known, and it was not sent since
    /// `sent_before`: while it is on its way there is nothing to do.
    bool Lacks(const policy::InstanceId& instance, std::int64_t generation, platform::SteadyTime sent_before) const;
    /// The order the instance has now, as it was loaded or made last.
    void Know(const policy::InstanceId& instance, KnownOrder order);
    /// For each of these (all: of everybody) that has reported: the next generation that is kept for orders which the
    /// database is asked about later, noted as sent at `now`, and the order that `make` makes of the one before (null:
    /// none is known).
    struct Aimed {
        policy::InstanceId instance;
        std::int64_t generation = 0;
        std::int64_t base = 0;  // the generation of the order before; 0: none is known
    };
    using MakeOrder = std::function<KnownOrder(const Aimed& aimed, const tenancy::wire::ControlDocument* before)>;
    std::vector<Aimed> Aim(bool all, const std::vector<policy::InstanceId>& instances, platform::SteadyTime now,
                           const MakeOrder& make);
    /// Connection and order, while that generation is the newest; nulls when it is not.
    std::pair<platform::WsConnectionPtr, KnownOrder> FindAimed(const policy::InstanceId& instance,
                                                               std::int64_t generation) const;
    /// True when it was sent before `sent_before`, over this connection or the one before, and what the instance
    /// reports is older; noted as sent at `now` then.
    bool SendAgain(const policy::InstanceId& instance, std::int64_t generation, platform::SteadyTime sent_before,
                   platform::SteadyTime now);
    /// What it reported last, while it is connected and has reported.
    std::optional<LastWord> Heard(const policy::InstanceId& instance) const;

    /// While an operation that was sent already is not entered in the database, reports are not recorded: it could not
    /// tell what they are about.
    void Hold(const policy::RecordId& operation);
    void Release(const policy::RecordId& operation);
    /// Called after each Release, without a lock; it must not wait. Empty: nobody any more.
    void OnRelease(std::function<void()> call);
    bool Held() const;
    /// Behind a Release: an instance has not answered, and not for so long that nobody would wait for it.
    bool AnswersAwaited() const;
    /// What waited for the last Release is recorded, or nothing did.
    void Recorded();
    /// For work that can wait for that.
    const std::shared_ptr<AnswersFirst>& Answers() const {
        return answers_;
    }

    std::vector<std::string> CredentialHashes() const;
    /// Those whose credential was asked about and is not good; who came in meanwhile was not asked about.
    std::vector<platform::WsConnectionPtr> WithBadCredential(const std::vector<std::string>& asked,
                                                             const std::vector<std::string>& good) const;
    std::size_t Count() const;

private:
    struct Link {
        platform::WsConnectionPtr connection;
        std::string credential_hash;
        bool reported = false;
        bool took_place = false;  // of one that was alive, with this credential
        LastWord word;
        std::int64_t sent = 0;
        platform::SteadyTime sent_at;
        KnownOrder known;
        std::int64_t expected = 0;          // messages
        platform::SteadyTime silent_since;  // when it was sent the first of the orders that it has not answered

        void Note(std::int64_t generation, platform::SteadyTime now) {
            silent_since = sent > word.generation ? silent_since : now;
            sent = generation;
            sent_at = now;
            ++expected;
        }
    };

    /// Which processes have reported with a credential; kept when the connection ends.
    struct Boots {
        std::string credential_hash;
        std::string last;
        std::string before;
        std::optional<platform::SteadyTime> took_turns;
        std::optional<platform::SteadyTime> took_place;  // a process, while the connection of the other was alive
    };
    /// Under the mutex.
    void NoteBoot(const policy::InstanceId& instance, const Link& link);
    /// Under the mutex.
    bool MoreAnswers() const;
    void SetAnswers() {
        answers_->Set(unrecorded_ && held_.empty());
    }
    /// Under the mutex: `link` ends, and its order may not have arrived.
    void KeepAimed(const policy::InstanceId& instance, const Link& link);

    mutable std::mutex mutex_;
    std::unordered_map<policy::InstanceId, Link> links_;
    /// While something is held: the aimed orders of connections that ended, since nobody else could tell them.
    std::unordered_map<policy::InstanceId, KnownOrder> left_;
    std::unordered_map<policy::InstanceId, Boots> boots_;
    std::set<policy::RecordId> held_;
    bool unrecorded_ = false;  // since a Release
    const std::shared_ptr<AnswersFirst> answers_ = std::make_shared<AnswersFirst>();
    std::mutex releasing_;  // over on_release_ and its call
    std::function<void()> on_release_;
};

}  // namespace fleet
