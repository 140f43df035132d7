#include "controller/app/known_callers.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "controller/policy/permissions.hpp"
#include "controller/wire/kill_memory.hpp"

#include "platform/log/log.hpp"
#include "platform/log/tags.hpp"

namespace app {
namespace {

constexpr std::size_t kMostKnown = 256;
constexpr std::chrono::hours kLongestKnown{24};
constexpr std::chrono::seconds kRefreshEvery{1};
/// When somebody was seen again is worth writing so often.
constexpr std::chrono::minutes kWriteEvery{1};
/// A clock of the machine that was set back by more makes what was remembered worthless.
constexpr std::chrono::minutes kClockSlack{5};
constexpr std::chrono::seconds kPatienceForStrangers{5};
/// More of them have to be content with what the database says at once: they must not hold the threads of kills.
constexpr int kMostPatientStrangers = 2;

store::DatabaseOptions ImpatientOptions(const KnownCallersOptions& given) {
    store::DatabaseOptions options;
    options.conninfo = given.conninfo;
    options.prepared = given.prepared;
    options.connections = 1;
    options.statement_timeout = std::chrono::seconds(2);
    options.answer_grace = std::chrono::seconds(1);
    options.connect_timeout = std::chrono::seconds(2);
    return options;
}

std::string BytesOf(const platform::Digest& digest) {
    return {digest.begin(), digest.end()};
}

std::string NameOf(const Credential& credential) {
    if (credential.token) {
        return BytesOf(*credential.token);
    }
    return "principal " + credential.principal->Text();
}

}  // namespace

KnownCallers::KnownCallers(KnownCallersOptions options)
    : options_(std::move(options)), database_(ImpatientOptions(options_)) {
    ReadMemory();
    thread_ = std::thread([this] { Loop(); });
}

KnownCallers::~KnownCallers() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void KnownCallers::Note(const Credential& credential, const store::Caller& caller) {
    if (!policy::MayUse(policy::Permission::kKill, caller.kind, caller.roles)) {
        return;
    }
    const auto now = platform::SteadyNow();
    const std::lock_guard lock(mutex_);
    std::string name = NameOf(credential);
    const auto found = known_.find(name);
    if (found != known_.end()) {
        found->second.caller = caller;
        found->second.seen = now;
        return;
    }
    if (known_.size() >= kMostKnown) {
        known_.erase(std::min_element(known_.begin(), known_.end(), [](const auto& one, const auto& other) {
            return one.second.seen < other.second.seen;
        }));
    }
    known_.emplace(std::move(name), Known{credential, caller, std::nullopt, now, false});
    changed_since_written_ = true;
}

std::optional<store::Caller> KnownCallers::Remembered(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(name);
    if (found == known_.end() || platform::SteadyNow() - found->second.seen > kLongestKnown ||
        (found->second.until && *found->second.until <= platform::SystemNow() + clock_offset_)) {
        return std::nullopt;
    }
    return found->second.caller;
}

std::optional<store::Caller> KnownCallers::Identify(const Credential& credential) {
    const std::string name = NameOf(credential);
    auto remembered = Remembered(name);
    const auto said = std::make_shared<std::optional<store::Caller>>();
    const bool patient = !remembered && strangers_.fetch_add(1) < kMostPatientStrangers;
    const bool answered =
        Ask([this, credential, said](store::Database& database) { *said = Probe(database, credential).caller; },
            patient ? std::chrono::duration_cast<std::chrono::milliseconds>(kPatienceForStrangers) : kPatience);
    if (!remembered) {
        strangers_.fetch_sub(1);
    }
    if (answered) {
        if (*said) {
            Note(credential, **said);
        } else {
            const std::lock_guard lock(mutex_);
            changed_since_written_ = known_.erase(name) > 0 || changed_since_written_;
        }
        return *said;
    }
    if (!remembered) {
        throw store::Unavailable("a caller that this controller has not seen cannot be looked up");
    }
    return remembered;
}

policy::Time KnownCallers::RulesNow() const {
    const std::lock_guard lock(mutex_);
    return platform::SystemNow() + clock_offset_;
}

bool KnownCallers::Ask(std::function<void(store::Database&)> ask, std::chrono::milliseconds patience) {
    const auto question = std::make_shared<Question>();
    question->ask = std::move(ask);
    std::unique_lock lock(mutex_);
    questions_.push_back(question);
    changed_.notify_all();
    changed_.wait_for(lock, patience, [&] { return question->answered || question->failed || stopping_; });
    question->abandoned = true;
    return question->answered;
}

store::GateProbe KnownCallers::Probe(store::Database& database, const Credential& credential) {
    const policy::ReleaseId none;
    const store::GateProbe probe = database.Once([&](store::Tx& tx) {
        return credential.token ? store::ProbeGate(tx, none, *credential.token)
                                : store::ProbeGate(tx, none, *credential.principal);
    });
    NoteClock(probe.state.now);
    return probe;
}

void KnownCallers::NoteClock(policy::Time now) {
    const std::lock_guard lock(mutex_);
    clock_offset_ = now - platform::SystemNow();
}

/// Those that were not looked at since something about callers changed.
void KnownCallers::Refresh() {
    const store::GateState state =
        database_.Once([](store::Tx& tx) { return store::LoadGateState(tx, policy::ReleaseId()); });
    NoteClock(state.now);
    std::vector<std::pair<std::string, Credential>> due;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, known] : known_) {
            if (!known.checked || state.epoch != epoch_) {
                due.emplace_back(name, known.credential);
            }
        }
    }
    for (const auto& [name, credential] : due) {
        const store::GateProbe probe = Probe(database_, credential);
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(name);
        if (found == known_.end()) {
            continue;
        }
        if (!probe.caller || !policy::MayUse(policy::Permission::kKill, probe.caller->kind, probe.caller->roles)) {
            const store::Caller& gone = found->second.caller;
            platform::Log(platform::Level::kInfo, "caller.forgotten",
                          {{platform::tags::kActor, gone.principal.Text()}, {"token", gone.token.Text()}});
            known_.erase(found);
            changed_since_written_ = true;
            continue;
        }
        const store::Caller& before = found->second.caller;
        changed_since_written_ =
            changed_since_written_ || !found->second.checked || before.roles != probe.caller->roles ||
            before.display_name != probe.caller->display_name || found->second.until != probe.caller_until;
        found->second.caller = *probe.caller;
        found->second.until = probe.caller_until;
        found->second.checked = true;
    }
    const std::lock_guard lock(mutex_);
    epoch_ = state.epoch;
}

// --- On the disk -----------------------------------------------------------------------------------------------------

void KnownCallers::ReadMemory() {
    if (options_.memory == nullptr) {
        return;
    }
    const auto text = options_.memory->Load();
    if (!text || !*text) {
        return text ? void() : options_.on_problem(text.error());
    }
    const auto memory = wire::DecodeCallerMemory(**text);
    if (!memory) {
        return options_.on_problem("what was remembered of callers cannot be read by this program");
    }
    clock_offset_ = std::chrono::microseconds(memory->clock_ahead_us);
    for (const wire::RememberedCaller& caller : memory->callers) {
        const platform::Duration age = platform::SystemNow() - caller.seen;
        const auto hash = platform::HexDecode(caller.token_hash);
        if (age < -kClockSlack || age > kLongestKnown || !hash || known_.size() >= kMostKnown) {
            continue;
        }
        Credential credential;
        if (hash->empty()) {
            credential.principal = caller.principal;
        } else if (hash->size() == std::tuple_size_v<platform::Digest>) {
            std::ranges::copy(*hash, credential.token.emplace().begin());
        } else {
            continue;
        }
        store::Caller known{caller.principal, caller.kind, caller.display_name,
                            caller.token_id.empty() ? policy::RecordId() : policy::RecordId::Trusted(caller.token_id),
                            caller.roles};
        std::string name = NameOf(credential);
        known_.emplace(std::move(name), Known{std::move(credential), std::move(known), caller.until,
                                              platform::SteadyNow() - std::max(age, platform::Duration{}), false});
    }
}

/// Only whom the database has been asked about, and only while it answers: it alone takes anybody away.
void KnownCallers::WriteMemory() {
    if (options_.memory == nullptr) {
        return;
    }
    wire::CallerMemory memory;
    {
        const std::lock_guard lock(mutex_);
        const auto now = platform::SteadyNow();
        if (!changed_since_written_ && now - written_ < kWriteEvery) {
            return;
        }
        changed_since_written_ = false;
        written_ = now;
        memory.clock_ahead_us = std::chrono::duration_cast<std::chrono::microseconds>(clock_offset_).count();
        for (const auto& [name, known] : known_) {
            if (!known.checked) {
                continue;
            }
            wire::RememberedCaller caller;
            caller.token_hash = known.credential.token ? platform::HexEncode(BytesOf(*known.credential.token)) : "";
            caller.principal = known.caller.principal;
            caller.kind = known.caller.kind;
            caller.display_name = known.caller.display_name;
            caller.token_id = known.caller.token.Text();
            caller.roles = known.caller.roles;
            caller.until = known.until;
            caller.seen = platform::SystemNow() - std::chrono::duration_cast<platform::Duration>(now - known.seen);
            memory.callers.push_back(std::move(caller));
        }
    }
    if (const auto saved = options_.memory->Save(wire::EncodeCallerMemory(memory)); !saved) {
        const std::lock_guard lock(mutex_);
        changed_since_written_ = true;
        options_.on_problem(saved.error());
    }
}

void KnownCallers::Loop() {
    platform::SteadyTime refreshed;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait_for(lock, kRefreshEvery, [this] { return stopping_ || !questions_.empty(); });
        if (!questions_.empty()) {
            const auto question = questions_.front();
            questions_.pop_front();
            if (question->abandoned) {
                continue;
            }
            lock.unlock();
            bool answered = false;
            try {
                question->ask(database_);
                answered = true;
            } catch (const std::exception&) {
                // Whoever asked goes on with what is remembered; the request that follows reports the cause.
            }
            lock.lock();
            question->answered = answered;
            question->failed = !answered;
            changed_.notify_all();
        }
        if (!stopping_ && questions_.empty() && platform::SteadyNow() - refreshed >= kRefreshEvery) {
            lock.unlock();
            try {
                Refresh();
                WriteMemory();
            } catch (const std::exception&) {
                // The next round asks again; until then what is remembered stays.
            }
            refreshed = platform::SteadyNow();
            lock.lock();
        }
    }
}

}  // namespace app
