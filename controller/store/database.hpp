// Sessions with PostgreSQL: a bounded pool, and the two ways to run a transaction. No libpqxx type is visible here.
//
// Write(body) runs `body` in one READ COMMITTED transaction and commits; every operation locks the rows it decides
// about first (docs/adr), so that what it read is what it acts on. After a serialization failure or a deadlock the body
// runs again (at most 5 times), so it touches nothing but the transaction. An exception out of the body rolls back.
// Read(body) is a read-only REPEATABLE READ transaction: one snapshot for all its statements. Once(body) has no
// transaction around it: for a body of exactly one reading statement, where BEGIN and COMMIT would cost more than the
// statement (gates, the look-up of a token).
//
// Errors: Unavailable when no connection could be had, the server took too long, or it went away before the commit was
// acknowledged; RuleViolation when a database constraint or trigger refused (its `rule` is the rule's id, its text is
// for people); Conflict when a unique key is taken; everything else is a bug. Thread safe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace store {

/// An open transaction. Defined in controller/store/tx.hpp for the store's own files; opaque to everybody else.
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
    std::string application_name = "portcullisd";
    std::chrono::milliseconds statement_timeout{5'000};
    std::chrono::milliseconds lock_timeout{4'000};
    std::chrono::milliseconds acquire_timeout{2'000};
    std::chrono::seconds connect_timeout{3};
};

class Database {
public:
    explicit Database(DatabaseOptions options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    template <typename Body>
    auto Write(Body&& body) {
        return Run(kWrite, std::forward<Body>(body));
    }
    template <typename Body>
    auto Read(Body&& body) {
        return Run(kRead, std::forward<Body>(body));
    }
    template <typename Body>
    auto Once(Body&& body) {
        return Run(kOnce, std::forward<Body>(body));
    }

    /// True when a write would be accepted now (not a standby, not read-only). Never throws.
    bool Writable();

private:
    enum Mode { kWrite, kRead, kOnce };

    template <typename Body>
    auto Run(Mode mode, Body&& body) {
        using Result = std::invoke_result_t<Body&, Tx&>;
        if constexpr (std::is_void_v<Result>) {
            RunIn(mode, [&](Tx& tx) { body(tx); });
        } else {
            std::optional<Result> result;
            RunIn(mode, [&](Tx& tx) { result.emplace(body(tx)); });
            return std::move(*result);
        }
    }
    void RunIn(Mode mode, const std::function<void(Tx&)>& body);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace store
