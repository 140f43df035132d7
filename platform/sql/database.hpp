// Sessions with PostgreSQL: a bounded pool, and the ways to run statements. No libpqxx type is visible here. Knows no
// table: each owner of a schema (a folder `store`) hands over what its sessions and transactions need beside, as a
// DatabaseProfile.
//
// Write(body) runs `body` in one READ COMMITTED transaction and commits; every operation locks the rows it decides
// about first (docs/adr/0020), so that what it read is what it acts on. After a serialization failure or a deadlock the
// body runs again (at most 5 times), so it touches nothing but the transaction. An exception out of the body rolls
// back. Read(body) is a read-only REPEATABLE READ transaction: one snapshot for all its statements. Once(body) has no
// transaction around it: for a body of exactly one reading statement, where BEGIN and COMMIT would cost more than the
// statement. OneTrip(settings, body) is the same under local settings: settings and statement go to the server
// together, one round trip, one read-only transaction that PostgreSQL ends with the statement.
//
// Local settings are what row-level security looks at (`current_setting('x.y', true)`). They hold for one transaction
// and are gone after it however it ends, so a pooled connection carries nothing to its next user. Where a session has
// had such a setting before, PostgreSQL reads it as '' and not as null: policies say nullif(current_setting(...), '').
//
// A server that hangs holds nobody for longer than statement_timeout + answer_grace: the statement's own time-out is
// the server's work, and when that does not come either, the connection is ended from this side (time_limit.hpp). From
// then on one caller at a time tries to connect anew and all others get Unavailable at once, until one of them is
// answered.
//
// Errors: Unavailable when no connection could be had, the server took too long, or it went away before the commit was
// acknowledged; RuleViolation when a database constraint or trigger refused (its `rule` is the rule's id, its text is
// for people); Conflict when a unique key is taken; everything else is a bug. Thread safe.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace platform {

/// An open transaction. Defined in platform/sql/tx.hpp for those who write SQL; opaque to everybody else.
class Tx;

class Unavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What PostgreSQL refused by itself, in a transaction that is rolled back by now.
class RuleViolation : public std::runtime_error {
public:
    RuleViolation(std::string rule, const std::string& message) : std::runtime_error(message), rule_(std::move(rule)) {}
    const std::string& Rule() const {
        return rule_;
    }

private:
    std::string rule_;
};

/// A unique key that exists already, or a row that changed meanwhile; `what()` is internal.
class Conflict : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct DatabaseOptions {
    std::string conninfo;
    int connections = 4;
    std::string application_name;  // what pg_stat_activity shows
    std::chrono::milliseconds statement_timeout{5'000};
    std::chrono::milliseconds answer_grace{2'000};  // behind statement_timeout, for the server's word about it
    std::chrono::milliseconds lock_timeout{4'000};
    std::chrono::milliseconds acquire_timeout{2'000};
    std::chrono::seconds connect_timeout{3};
    /// Until it is true nobody gets a connection: what must be done to the database first is not done yet. None: at
    /// once.
    std::shared_ptr<const std::atomic<bool>> prepared;
};

/// A constraint that holds a rule by itself. PostgreSQL's message names tables and columns; this one is for people.
struct ConstraintRule {
    std::string_view constraint;
    std::string_view rule;
    std::string_view message;
};

/// What the owner of a schema adds. SQL text of the program's own, never of a caller; the default adds nothing.
struct DatabaseProfile {
    std::string search_path = "pg_temp";  // as it is: statements name the schema of every table
    // Statements, several with `;` between them: once in a session, after the BEGIN of Write and of Read ("SET LOCAL
    // ..."), and after the COMMIT of Write, each in the round trip that is made anyway.
    std::string session_settings;
    std::string write_settings;
    std::string read_settings;
    std::string after_commit;
    /// One row, read in the round trip of BEGIN: the transaction's time (Tx::Now), then what the owner likes
    /// (Tx::BeginRow).
    std::string clock = "SELECT transaction_timestamp()";
    std::span<const ConstraintRule> rules;  // outlives the Database
};

/// `name` with a dot in it ("tenancy.org"), or a setting of PostgreSQL's. The value is quoted, whatever it holds.
struct LocalSetting {
    std::string name;
    std::string value;
};
using LocalSettings = std::vector<LocalSetting>;

class Database {
public:
    explicit Database(DatabaseOptions options, DatabaseProfile profile = {});
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    template <typename Body>
    auto Write(Body&& body) {
        return Run(kWrite, LocalSettings(), std::forward<Body>(body));
    }
    /// The settings go with BEGIN, in its round trip.
    template <typename Body>
    auto Write(const LocalSettings& settings, Body&& body) {
        return Run(kWrite, settings, std::forward<Body>(body));
    }
    template <typename Body>
    auto Read(Body&& body) {
        return Run(kRead, LocalSettings(), std::forward<Body>(body));
    }
    template <typename Body>
    auto Read(const LocalSettings& settings, Body&& body) {
        return Run(kRead, settings, std::forward<Body>(body));
    }
    template <typename Body>
    auto Once(Body&& body) {
        return Run(kOnce, LocalSettings(), std::forward<Body>(body));
    }
    /// `body` runs exactly one named Statement that only reads (Tx::Exec, Find, One, All or ListPage); it has no Now.
    template <typename Body>
    auto OneTrip(const LocalSettings& settings, Body&& body) {
        return Run(kOneTrip, settings, std::forward<Body>(body));
    }

    /// True when a write would be accepted now (not a standby, not read-only). Never throws.
    bool Writable();

private:
    enum Mode { kWrite, kRead, kOnce, kOneTrip };

    template <typename Body>
    auto Run(Mode mode, const LocalSettings& settings, Body&& body) {
        using Result = std::invoke_result_t<Body&, Tx&>;
        if constexpr (std::is_void_v<Result>) {
            RunIn(mode, settings, [&](Tx& tx) { body(tx); });
        } else {
            std::optional<Result> result;
            RunIn(mode, settings, [&](Tx& tx) { result.emplace(body(tx)); });
            return std::move(*result);
        }
    }
    void RunIn(Mode mode, const LocalSettings& settings, const std::function<void(Tx&)>& body);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platform
