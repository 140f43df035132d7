#include "platform/sql/database.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/sql/conninfo.hpp"
#include "platform/sql/errors.hpp"
#include "platform/sql/tx.hpp"

namespace platform {
namespace {

constexpr int kMostAttempts = 5;
/// A server that refuses does so at once; one that takes so long to let somebody in is not well.
constexpr std::chrono::seconds kSlowToConnect{1};
/// Between two who ask whether it answers again.
constexpr std::chrono::milliseconds kAskAgain{250};
constexpr const char* kSilent = "the database does not answer; it is being asked again";

// READ COMMITTED, because every decision locks the rows it is about: docs/adr/0020. Settings and the clock go with
// BEGIN, and what the profile adds after a commit with COMMIT, in the same round trip.
constexpr const char* kBeginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ";
constexpr const char* kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ";
constexpr const char* kCommit = "COMMIT";
constexpr const char* kReadClock = "EXECUTE \"trip_clock\"";

// libpqxx would connect anew behind our back, to a session without our settings and without a limit.
void KeepLost(pqxx::connection& connection) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

std::string WithSemicolon(const std::string& statements) {
    return statements.empty() ? "" : statements + "; ";
}

// Everything a session relies on is set here, whatever the server's or the role's defaults are.
std::string SessionSettings(const DatabaseOptions& options, const DatabaseProfile& profile) {
    const auto milliseconds = [](std::chrono::milliseconds span) { return std::to_string(span.count()); };
    return "SET search_path = " + profile.search_path +
           "; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; "
           "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET jit = off; "
           "SET client_min_messages = warning; SET statement_timeout = " +
           milliseconds(options.statement_timeout) + "; SET lock_timeout = " + milliseconds(options.lock_timeout) +
           "; SET idle_in_transaction_session_timeout = " + milliseconds(options.statement_timeout * 4) +
           (profile.session_settings.empty() ? "" : "; " + profile.session_settings);
}

}  // namespace

struct Database::Impl {
    Impl(DatabaseOptions given, DatabaseProfile of_schema)
        : options(std::move(given)),
          profile(std::move(of_schema)),
          session_settings(SessionSettings(options, profile)),
          begin_write(kBeginWrite + WithSemicolon(profile.write_settings)),
          begin_read(kBeginRead + WithSemicolon(profile.read_settings)),
          prepare_clock("PREPARE \"trip_clock\" AS " + WithSemicolon(profile.clock)),
          commit_write(profile.after_commit.empty() ? kCommit : WithSemicolon(kCommit) + profile.after_commit) {}

    std::unique_ptr<SqlConnection> Connect() {
        const Stopwatch stopwatch;
        try {
            auto connection = std::make_unique<SqlConnection>(
                SessionConninfo(options.conninfo, options.application_name, options.connect_timeout), profile.rules,
                options.statement_timeout + options.answer_grace);
            KeepLost(connection->pq);
            const TimeLimit limit(connection->socket, options.connect_timeout);
            pqxx::nontransaction(connection->pq).exec(session_settings);
            return connection;
        } catch (const pqxx::failure& error) {
            if (stopwatch.Elapsed() >= kSlowToConnect) {
                NoteSilence();
            }
            throw Unavailable(std::string("connecting to the database: ") + error.what());
        }
    }

    // The server did not answer: connections that lie idle would not be answered either.
    void NoteSilence() {
        std::vector<std::unique_ptr<SqlConnection>> doubtful;
        {
            const std::lock_guard lock(mutex);
            silent.store(true);
            ask_again_at = SteadyNow() + kAskAgain;
            doubtful.swap(idle);
        }
        changed.notify_all();
    }
    void NoteAnswer() {
        if (silent.load()) {
            silent.store(false);
        }
    }

    // A connection in use. Goes back to the pool when it is clean, else its place does.
    class Lease {
    public:
        explicit Lease(Impl& pool) : pool_(pool) {
            if (pool.options.prepared && !pool.options.prepared->load()) {
                throw Unavailable("the database has not been prepared for this program yet");
            }
            const Deadline deadline(pool.options.acquire_timeout);
            {
                std::unique_lock lock(pool.mutex);
                const bool in_time = pool.changed.wait_until(
                    lock, deadline.End(), [&] { return pool.silent.load() || pool.in_use < pool.options.connections; });
                if (pool.silent.load() &&
                    (pool.asking || SteadyNow() < pool.ask_again_at || pool.in_use >= pool.options.connections)) {
                    throw Unavailable(kSilent);
                }
                if (!in_time) {
                    throw Unavailable("all " + std::to_string(pool.options.connections) +
                                      " connections to the database are in use");
                }
                ++pool.in_use;
                pool.asking = asks_ = pool.silent.load();
                if (!pool.idle.empty()) {
                    connection_ = std::move(pool.idle.back());
                    pool.idle.pop_back();
                }
            }
            if (connection_ == nullptr) {
                try {
                    Renew();
                } catch (...) {
                    Return();
                    throw;
                }
            }
        }
        ~Lease() {
            Return();
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        SqlConnection& Get() {
            return *connection_;
        }
        bool IsNew() const {
            return new_;
        }
        bool IsDropped() const {
            return connection_ == nullptr;
        }
        void Drop() {
            connection_.reset();
        }
        // In place of one that turned out to be dead. The other idle ones have most likely died with it.
        void Renew() {
            std::vector<std::unique_ptr<SqlConnection>> dead;
            if (connection_ != nullptr) {
                const std::lock_guard lock(pool_.mutex);
                dead.swap(pool_.idle);
            }
            connection_.reset();
            connection_ = pool_.Connect();
            new_ = true;
        }

    private:
        void Return() {
            {
                const std::lock_guard lock(pool_.mutex);
                --pool_.in_use;
                pool_.asking = pool_.asking && !asks_;
                if (connection_ != nullptr && !connection_->socket.IsCut()) {
                    pool_.idle.push_back(std::move(connection_));
                }
            }
            pool_.changed.notify_one();
        }

        Impl& pool_;
        std::unique_ptr<SqlConnection> connection_;
        bool new_ = false;
        bool asks_ = false;  // on behalf of all, whether the server answers again
    };

    void Attempt(Lease& lease, Mode mode, const LocalSettings& settings, const std::function<void(Tx&)>& body) const;
    static void RollBack(Lease& lease);

    const DatabaseOptions options;
    const DatabaseProfile profile;
    const std::string session_settings;
    const std::string begin_write;
    const std::string begin_read;
    const std::string prepare_clock;  // in the session's first transaction: what it reads is there by then
    const std::string commit_write;
    std::atomic<bool> silent{false};  // the server has not answered; written under the mutex or by who was answered
    std::mutex mutex;                 // guards what is below
    std::condition_variable changed;
    bool asking = false;  // somebody tries whether it answers again
    SteadyTime ask_again_at;
    int in_use = 0;
    std::vector<std::unique_ptr<SqlConnection>> idle;
};

void Database::Impl::RollBack(Lease& lease) {
    if (lease.IsDropped()) {
        return;
    }
    if (!lease.Get().clock_prepared) {
        lease.Drop();  // its first transaction did not begin: nobody knows how far it came
        return;
    }
    try {
        const TimeLimit limit(lease.Get().socket, lease.Get().patience);
        pqxx::nontransaction(lease.Get().pq).exec("ROLLBACK");
    } catch (const std::exception&) {
        // Whatever libpqxx calls it: the exception under way says what happened.
        lease.Drop();  // the server ends the transaction with the session
    }
}

void Database::Impl::Attempt(Lease& lease, Mode mode, const LocalSettings& settings,
                             const std::function<void(Tx&)>& body) const {
    Tx tx(lease.Get(), mode == kOneTrip ? &settings : nullptr);
    if (mode == kOnce || mode == kOneTrip) {
        body(tx);
        PORTCULLIS_INVARIANT(!tx.Failed(), "a failed statement is not passed over");
        return;
    }
    std::string begin = mode == kWrite ? begin_write : begin_read;
    begin += LocalSettingsSql(lease.Get().pq, settings);
    begin += lease.Get().clock_prepared ? kReadClock : prepare_clock + kReadClock;
    const pqxx::result begun = tx.ExecRaw(begin);
    lease.Get().clock_prepared = true;
    PORTCULLIS_INVARIANT(begun.size() == 1, "the database has been initialised");
    tx.SetBegun(begun[0]);
    body(tx);
    PORTCULLIS_INVARIANT(!tx.Failed(), "a failed statement is not passed over");
    tx.ExecRaw(mode == kWrite ? commit_write : kCommit);
}

Database::Database(DatabaseOptions options, DatabaseProfile profile)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(profile))) {}
Database::~Database() = default;

void Database::RunIn(Mode mode, const LocalSettings& settings, const std::function<void(Tx&)>& body) {
    Impl::Lease lease(*impl_);
    bool body_began = false;
    const auto watched = [&](Tx& tx) {
        body_began = true;
        body(tx);
    };
    for (int attempt = 1;; ++attempt) {
        try {
            impl_->Attempt(lease, mode, settings, watched);
            impl_->NoteAnswer();
            return;
        } catch (const ServerSilent& error) {
            lease.Drop();
            impl_->NoteSilence();
            throw Unavailable(error.what());
        } catch (const ConnectionLost& error) {
            // A pooled connection whose server was restarted fails at its first use. Nothing has been done then, or
            // (all but kWrite) nothing that would not bear doing twice. Once the body of a writing transaction has
            // begun, the commit may have happened: the caller must know that the outcome is unknown.
            const bool may_start_over = !lease.IsNew() && (mode != kWrite || !body_began);
            if (!may_start_over) {
                lease.Drop();
                throw Unavailable(error.what());
            }
            lease.Renew();
        } catch (const RunAgain& error) {
            Impl::RollBack(lease);
            if (attempt == kMostAttempts) {
                throw Unavailable(std::string("given up after several attempts: ") + error.what());
            }
            if (lease.IsDropped()) {
                lease.Renew();
            }
        } catch (...) {
            if (mode == kWrite || mode == kRead) {
                Impl::RollBack(lease);
            }
            throw;
        }
    }
}

bool Database::Writable() {
    try {
        bool writable = false;
        RunIn(kOnce, {}, [&](Tx& tx) {
            const auto row = tx.ExecRaw(
                "SELECT NOT pg_is_in_recovery() AND "
                "current_setting('default_transaction_read_only') = 'off'");
            writable = Columns(row[0]).Flag();
        });
        return writable;
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace platform
