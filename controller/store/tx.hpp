// The open transaction, with libpqxx: for the store's own files and tests only.
//
// Statements are named constants at the top of the file of their aggregate; each connection prepares one at its first
// use. A statement that failed ends the transaction: nothing may be run after it, and the transaction cannot commit.
// Thread safety: one transaction is one thread's.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <pqxx/pqxx>

#include "controller/store/binding.hpp"
#include "controller/store/columns.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"
#include "platform/base/time.hpp"

namespace store {

/// SQL with a name that is unique in the program.
struct Statement {
    const char* name;
    const char* sql;
};

/// A connection and what it has prepared so far.
struct Connection {
    explicit Connection(const std::string& conninfo) : pq(conninfo) {}

    pqxx::connection pq;
    std::unordered_set<const char*> prepared;  // Statement::name
};

class Tx {
public:
    explicit Tx(Connection& connection) : connection_(connection), work_(connection.pq) {}
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;

    template <typename... Args>
    pqxx::result Exec(const Statement& statement, const Args&... args) {
        return ExecBound(statement, {Bind(args)...});
    }
    /// Runs text as it is, several statements too; for BEGIN and COMMIT, and for tests.
    pqxx::result ExecRaw(const std::string& sql);

    /// Statement that yields a row or none.
    template <typename Read, typename... Args>
    auto Find(const Statement& statement, Read read, const Args&... args)
        -> std::optional<decltype(read(std::declval<Columns&>()))> {
        const pqxx::result rows = Exec(statement, args...);
        if (rows.empty()) {
            return std::nullopt;
        }
        return ReadRow(rows[0], read);
    }
    /// Statement that yields exactly one row.
    template <typename Read, typename... Args>
    auto One(const Statement& statement, Read read, const Args&... args) {
        auto row = Find(statement, read, args...);
        PORTCULLIS_INVARIANT(row.has_value(), "a statement that must yield a row did");
        return std::move(*row);
    }
    template <typename Read, typename... Args>
    auto All(const Statement& statement, Read read, const Args&... args) {
        const pqxx::result rows = Exec(statement, args...);
        std::vector<decltype(read(std::declval<Columns&>()))> all;
        all.reserve(rows.size());
        for (const auto& row : rows) {
            all.push_back(ReadRow(row, read));
        }
        return all;
    }
    /// Statement whose last parameters are the key to continue after (null: from the beginning) and the limit.
    template <typename Read, typename Key, typename... Args>
    auto ListPage(const Statement& statement, const PageQuery& page, Read read, Key key, const Args&... args) {
        const auto after = page.after.empty() ? std::nullopt : std::optional<std::string>(page.after);
        Page<decltype(read(std::declval<Columns&>()))> result;
        result.rows = All(statement, read, args..., after, page.limit + 1);
        if (result.rows.size() > static_cast<std::size_t>(page.limit)) {
            result.rows.pop_back();
            result.next = key(result.rows.back());
        }
        return result;
    }

    /// See store::Now; set when the transaction begins.
    platform::Time Now() const;
    bool IsClockSimulated() const {
        return simulated_;
    }
    void SetClock(platform::Time now, bool simulated) {
        now_ = now;
        simulated_ = simulated;
    }
    bool Failed() const {
        return failed_;
    }

private:
    template <typename Row, typename Read>
    static auto ReadRow(const Row& row, Read& read) {
        Columns columns(row);
        return read(columns);
    }
    pqxx::result ExecBound(const Statement& statement, const std::vector<Bound>& values);

    Connection& connection_;
    pqxx::nontransaction work_;  // BEGIN and COMMIT are ours: one round trip begins and reads the clock
    std::optional<platform::Time> now_;
    bool simulated_ = false;
    bool failed_ = false;
};

}  // namespace store
