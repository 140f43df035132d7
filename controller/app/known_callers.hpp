// Who may give a kill when the database does not answer: those whose credential this controller has found good before.
//
// The database is asked first, always, on a thread of its own, so that one that hangs holds nobody up. Only when it
// does not answer in time does what was seen before count, and only for kills and for looking at them (docs/adr/0074).
// Remembered are callers that may kill: few, by the hash of their token, for a day at most, not beyond the token's
// end. Whatever changes a caller (a revoked token, a withdrawn role, a principal set inactive) is noticed within about
// a second while the database answers, and takes away what was remembered.
//
// With a memory on the disk (docs/adr/0075) the same holds for the next process: what is remembered is written within
// about a second of each change of it, and read at the start. Until the database confirms it, it counts as it did.
//
// It also knows the rules' clock as the database told it last. Thread safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "controller/app/authenticate.hpp"
#include "controller/fleet/journal/signed_memory.hpp"
#include "controller/store/facts.hpp"
#include "platform/base/clock.hpp"

namespace app {

struct KnownCallersOptions {
    std::string conninfo;                                    // the application's
    std::shared_ptr<const std::atomic<bool>> prepared = {};  // as store::DatabaseOptions has it
    const fleet::SignedMemory* memory = nullptr;             // null: nothing outlives the process
    std::function<void(std::string_view problem)> on_problem = {};
};

class KnownCallers {
public:
    explicit KnownCallers(KnownCallersOptions options);
    ~KnownCallers();
    KnownCallers(const KnownCallers&) = delete;
    KnownCallers& operator=(const KnownCallers&) = delete;

    /// A credential was found good, wherever.
    void Note(const Credential& credential, const store::Caller& caller);
    /// None: it is not good. Throws store::Unavailable when the database does not say and it is not remembered.
    std::optional<store::Caller> Identify(const Credential& credential);
    /// The rules' clock, from the machine's and what the database said last.
    policy::Time RulesNow() const;
    /// Lets the database answer within the time that a kill has for it; false when it did not. Behind a false `ask` may
    /// still run: it owns what it touches.
    bool Ask(std::function<void(store::Database&)> ask, std::chrono::milliseconds patience = kPatience);

    static constexpr std::chrono::milliseconds kPatience{300};

private:
    struct Known {
        Credential credential;
        store::Caller caller;
        std::optional<policy::Time> until;
        platform::SteadyTime seen;
        bool checked = false;  // `until` is known
    };
    struct Question {
        std::function<void(store::Database&)> ask;
        bool abandoned = false;
        bool answered = false;
        bool failed = false;
    };

    void Loop();
    void Refresh();
    store::GateProbe Probe(store::Database& database, const Credential& credential);
    void NoteClock(policy::Time now);
    void ReadMemory();
    void WriteMemory();
    std::optional<store::Caller> Remembered(const std::string& name) const;

    const KnownCallersOptions options_;
    store::Database database_;
    std::atomic<int> strangers_{0};  // waiting to be looked up
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Known> known_;
    std::deque<std::shared_ptr<Question>> questions_;
    platform::Duration clock_offset_{};
    std::int64_t epoch_ = 0;
    bool changed_since_written_ = false;
    platform::SteadyTime written_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace app
