#include "controller/store/database.hpp"

#include <condition_variable>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/store/conninfo.hpp"
#include "controller/store/errors.hpp"
#include "controller/store/tx.hpp"
#include "platform/base/clock.hpp"

namespace store {
namespace {

constexpr int kMostAttempts = 5;

// READ COMMITTED, because every decision locks the rows it is about: docs/adr/0020. The clock is read with BEGIN, in
// the same round trip.
constexpr const char* kBeginWrite =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
    "SET LOCAL synchronous_commit = off; "
    "SELECT transaction_timestamp() + \"offset\", simulated FROM portcullis.clock";
constexpr const char* kBeginRead =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    "SET LOCAL plan_cache_mode = auto; "
    "SELECT transaction_timestamp() + \"offset\", simulated FROM portcullis.clock";
// Locks go with the commit, and only then is the disk waited for: by a second, tiny transaction that commits
// synchronously and so flushes everything before it. Writers that queue for the end of the audit chain thus share
// their flushes. What is acknowledged is on the disk; docs/adr/0021 says what this costs.
constexpr const char* kCommitWrite = "COMMIT; SELECT pg_logical_emit_message(true, 'portcullis', '')";
constexpr const char* kCommitRead = "COMMIT";

// Everything a session relies on is set here, whatever the server's or the role's defaults are. Decisions and their
// triggers look rows up by key: planning them anew for each value costs more than it gains. Lists, whose filters may
// be absent, are planned for what was asked (kBeginRead).
std::string SessionSettings(const DatabaseOptions& options) {
    const auto milliseconds = [](std::chrono::milliseconds span) { return std::to_string(span.count()); };
    return "SET search_path = portcullis, pg_temp; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; "
           "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET jit = off; "
           "SET plan_cache_mode = force_generic_plan; SET client_min_messages = warning; SET statement_timeout = " +
           milliseconds(options.statement_timeout) + "; SET lock_timeout = " + milliseconds(options.lock_timeout) +
           "; SET idle_in_transaction_session_timeout = " + milliseconds(options.statement_timeout * 4);
}

}  // namespace

struct Database::Impl {
    explicit Impl(DatabaseOptions given) : options(std::move(given)), settings(SessionSettings(options)) {}

    std::unique_ptr<Connection> Connect() const {
        try {
            auto connection = std::make_unique<Connection>(
                SessionConninfo(options.conninfo, options.application_name, options.connect_timeout));
            pqxx::nontransaction(connection->pq).exec(settings);
            return connection;
        } catch (const pqxx::failure& error) {
            throw Unavailable(std::string("connecting to the database: ") + error.what());
        }
    }

    // A connection in use. Goes back to the pool when it is clean, else its place does.
    class Lease {
    public:
        explicit Lease(Impl& pool) : pool_(pool) {
            const platform::Deadline deadline(pool.options.acquire_timeout);
            {
                std::unique_lock lock(pool.mutex);
                if (!pool.changed.wait_until(lock, deadline.End(),
                                             [&] { return pool.in_use < pool.options.connections; })) {
                    throw Unavailable("all " + std::to_string(pool.options.connections) +
                                      " connections to the database are in use");
                }
                ++pool.in_use;
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

        Connection& Get() {
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
            std::vector<std::unique_ptr<Connection>> dead;
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
                if (connection_ != nullptr) {
                    pool_.idle.push_back(std::move(connection_));
                }
            }
            pool_.changed.notify_one();
        }

        Impl& pool_;
        std::unique_ptr<Connection> connection_;
        bool new_ = false;
    };

    void Attempt(Lease& lease, Mode mode, const std::function<void(Tx&)>& body) const;
    static void RollBack(Lease& lease);

    const DatabaseOptions options;
    const std::string settings;
    std::mutex mutex;  // guards the two below
    std::condition_variable changed;
    int in_use = 0;
    std::vector<std::unique_ptr<Connection>> idle;
};

void Database::Impl::RollBack(Lease& lease) {
    try {
        pqxx::nontransaction(lease.Get().pq).exec("ROLLBACK");
    } catch (const pqxx::failure&) {
        lease.Drop();  // the server ends the transaction with the session
    }
}

void Database::Impl::Attempt(Lease& lease, Mode mode, const std::function<void(Tx&)>& body) const {
    Tx tx(lease.Get());
    if (mode == kOnce) {
        body(tx);
        PORTCULLIS_INVARIANT(!tx.Failed(), "a failed statement is not passed over");
        return;
    }
    const pqxx::result begun = tx.ExecRaw(mode == kWrite ? kBeginWrite : kBeginRead);
    PORTCULLIS_INVARIANT(begun.size() == 1, "the database has been initialised");
    Columns columns(begun[0]);
    const platform::Time now = columns.Instant();
    tx.SetClock(now, columns.Flag());
    body(tx);
    PORTCULLIS_INVARIANT(!tx.Failed(), "a failed statement is not passed over");
    tx.ExecRaw(mode == kWrite ? kCommitWrite : kCommitRead);
}

Database::Database(DatabaseOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Database::~Database() = default;

void Database::RunIn(Mode mode, const std::function<void(Tx&)>& body) {
    Impl::Lease lease(*impl_);
    bool body_began = false;
    const auto watched = [&](Tx& tx) {
        body_began = true;
        body(tx);
    };
    for (int attempt = 1;; ++attempt) {
        try {
            impl_->Attempt(lease, mode, watched);
            return;
        } catch (const ConnectionLost& error) {
            // A pooled connection whose server was restarted fails at its first use. Nothing has been done then, or
            // (kOnce, kRead) nothing that would not bear doing twice. Once the body of a writing transaction has
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
            if (mode != kOnce) {
                Impl::RollBack(lease);
            }
            throw;
        }
    }
}

bool Database::Writable() {
    try {
        bool writable = false;
        RunIn(kOnce, [&](Tx& tx) {
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

}  // namespace store
