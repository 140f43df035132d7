// The open transaction, with libpqxx: for the folders that write SQL and for tests only.
//
// Statements are named constants at the top of the file of their aggregate; each connection prepares one at its first
// use. A statement that failed ends the transaction: nothing may be run after it, and the transaction cannot commit.
// Thread safety: one transaction is one thread's.
#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <pqxx/pqxx>

#include "platform/base/invariant.hpp"
#include "platform/base/time.hpp"
#include "platform/sql/binding.hpp"
#include "platform/sql/columns.hpp"
#include "platform/sql/database.hpp"
#include "platform/sql/page.hpp"
#include "platform/sql/time_limit.hpp"

namespace platform {

/// SQL with a name that is unique in the program: at most 58 letters, digits and `_`.
struct Statement {
    const char* name;
    const char* sql;
};

/// A connection and what it has prepared so far.
struct SqlConnection {
    SqlConnection(const std::string& conninfo, std::span<const ConstraintRule> constraint_rules,
                  std::chrono::milliseconds patience_for_answers)
        : pq(conninfo), socket(pq.sock()), rules(constraint_rules), patience(patience_for_answers) {}

    pqxx::connection pq;
    WatchedSocket socket;
    std::span<const ConstraintRule> rules;
    std::chrono::milliseconds patience;  // for the answer to one round trip
    // Statement::name of what was prepared: in the protocol, and in SQL for what goes in one trip with its settings
    // (libpqxx keeps the two apart).
    std::unordered_set<const char*> prepared;
    std::unordered_set<const char*> prepared_for_trips;
    bool clock_prepared = false;
    struct Kept {
        std::int64_t version = 0;
        std::any value;
    };
    std::unordered_map<const char*, Kept> kept;  // by Statement::name
};

class Tx {
public:
    /// With `one_trip` for one statement, which takes these settings along.
    explicit Tx(SqlConnection& connection, const LocalSettings* one_trip = nullptr)
        : connection_(connection), work_(connection.pq), one_trip_(one_trip) {}
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;

    template <typename... Args>
    pqxx::result Exec(const Statement& statement, const Args&... args) {
        return ExecBound(statement, {Bind(args)...});
    }
    /// Runs it together with what comes next, a statement or the commit, in one trip. For what the body has no use for
    /// the answer of, most of all where the statement takes a lock that others wait for. Within Write only.
    template <typename... Args>
    void Defer(const Statement& statement, const Args&... args) {
        DeferBound(statement, {Bind(args)...});
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

    /// What `load` reads with this statement and makes a T of, kept by the session until `version` is another one. Only
    /// for what every change of raises the version of, and nothing changes that can be taken back by a rollback here.
    template <typename T, typename Load>
    const T& Kept(const Statement& statement, std::int64_t version, Load load) {
        SqlConnection::Kept& kept = connection_.kept[statement.name];
        if (!kept.value.has_value() || kept.version != version) {
            kept.value = T(load());
            kept.version = version;
        }
        return std::any_cast<const T&>(kept.value);
    }

    /// From here on and until the transaction ends, in a round trip of its own; within Write and Read only. Settings
    /// that are known when the transaction begins are cheaper there.
    void SetLocal(const LocalSettings& settings);

    /// The time of this transaction, the same in all of it; from DatabaseProfile::clock.
    Time Now() const;
    /// The whole row of DatabaseProfile::clock.
    const pqxx::row& BeginRow() const;
    bool Failed() const {
        return failed_;
    }

    /// For Database, when the transaction has begun.
    void SetBegun(const pqxx::row& begin_row);
    /// For a schema whose clock can be moved.
    void SetNow(Time now) {
        now_ = now;
    }

private:
    template <typename Row, typename Read>
    static auto ReadRow(const Row& row, Read& read) {
        Columns columns(row);
        return read(columns);
    }
    pqxx::result ExecBound(const Statement& statement, const std::vector<Bound>& values);
    pqxx::result ExecPrepared(const Statement& statement, const std::vector<Bound>& values);
    pqxx::result ExecInOneTrip(const Statement& statement, const std::vector<Bound>& values);
    void DeferBound(const Statement& statement, std::vector<Bound> values);
    /// As SQL to run in front of something.
    std::string TakeDeferred();
    std::string ExecuteText(const Statement& statement, const std::vector<Bound>& values);
    /// From within a handler: what libpqxx threw, as ours.
    [[noreturn]] void Fail(std::string_view doing);
    void FailIfLost(std::string_view doing);

    SqlConnection& connection_;
    pqxx::nontransaction work_;  // BEGIN and COMMIT are ours: one round trip begins and reads the clock
    const LocalSettings* one_trip_;
    std::optional<Time> now_;
    std::optional<pqxx::row> begin_row_;
    std::vector<std::pair<Statement, std::vector<Bound>>> deferred_;
    bool tripped_ = false;
    bool failed_ = false;
};

/// "SELECT set_config('tenancy.org', 'acme', true); ", quoted for this connection; empty for no settings.
std::string LocalSettingsSql(pqxx::connection& connection, const LocalSettings& settings);

}  // namespace platform
