#include "platform/sql/tx.hpp"

#include <array>
#include <cstring>
#include <string_view>

#include "platform/sql/errors.hpp"

namespace platform {
namespace {

// PostgreSQL cuts names after 63 bytes, without an error.
constexpr std::size_t kLongestStatementName = 58;
constexpr const char* kNothingAfterAFailure = "nothing runs in a transaction after a statement that failed";

std::string TripName(const Statement& statement) {
    PORTCULLIS_INVARIANT(std::strlen(statement.name) <= kLongestStatementName, "a statement's name is not cut");
    return "\"trip_" + std::string(statement.name) + '"';
}

void AppendQuoted(std::string& sql, pqxx::connection& connection, const Bound& value) {
    if (value) {
        sql += '\'';
        sql += connection.esc(*value);
        sql += '\'';
    } else {
        sql += "NULL";
    }
}

void AppendSetConfig(std::string& sql, pqxx::connection& connection, const LocalSetting& setting) {
    sql += "set_config(";
    AppendQuoted(sql, connection, Bind(setting.name));
    sql += ", ";
    AppendQuoted(sql, connection, Bind(setting.value));
    sql += ", true)";
}

}  // namespace

std::string LocalSettingsSql(pqxx::connection& connection, const LocalSettings& settings) {
    std::string sql;
    for (const LocalSetting& setting : settings) {
        sql += sql.empty() ? "SELECT " : ", ";
        AppendSetConfig(sql, connection, setting);
    }
    if (!sql.empty()) {
        sql += "; ";
    }
    return sql;
}

pqxx::result Tx::ExecBound(const Statement& statement, const std::vector<Bound>& values) {
    PORTCULLIS_INVARIANT(!failed_, kNothingAfterAFailure);
    const std::string deferred = TakeDeferred();
    const TimeLimit limit(connection_.socket, connection_.patience);
    try {
        if (!deferred.empty()) {
            return work_.exec(deferred + ExecuteText(statement, values));
        }
        return one_trip_ != nullptr ? ExecInOneTrip(statement, values) : ExecPrepared(statement, values);
    } catch (const pqxx::failure&) {
        Fail(statement.name);
    } catch (const std::logic_error&) {
        FailIfLost(statement.name);
        throw;
    }
}

pqxx::result Tx::ExecPrepared(const Statement& statement, const std::vector<Bound>& values) {
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const Bound& value : values) {
        texts.push_back(value ? value->c_str() : nullptr);
    }
    if (connection_.prepared.insert(statement.name).second) {
        connection_.pq.prepare(statement.name, statement.sql);
    }
    return work_.exec_prepared(statement.name, pqxx::prepare::make_dynamic_params(texts));
}

// Statements sent as one query are one transaction for PostgreSQL, which ends it with the query: there is nothing to
// begin, to commit or to forget. Read-only, so that a lost connection may be answered by asking again.
pqxx::result Tx::ExecInOneTrip(const Statement& statement, const std::vector<Bound>& values) {
    PORTCULLIS_INVARIANT(!std::exchange(tripped_, true), "one trip is one statement");
    const std::string execute = ExecuteText(statement, values);
    std::string sql = "SELECT set_config('transaction_read_only', 'on', true)";
    for (const LocalSetting& setting : *one_trip_) {
        sql += ", ";
        AppendSetConfig(sql, connection_.pq, setting);
    }
    return work_.exec(sql + "; " + execute);
}

/// As SQL, of a statement that is prepared for it at its first use.
std::string Tx::ExecuteText(const Statement& statement, const std::vector<Bound>& values) {
    const std::string name = TripName(statement);
    if (connection_.prepared_for_trips.count(statement.name) == 0) {
        work_.exec("PREPARE " + name + " AS " + statement.sql);
        connection_.prepared_for_trips.insert(statement.name);
    }
    std::string sql = "EXECUTE " + name;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sql += i == 0 ? "(" : ", ";
        AppendQuoted(sql, connection_.pq, values[i]);
    }
    if (!values.empty()) {
        sql += ')';
    }
    return sql;
}

void Tx::DeferBound(const Statement& statement, std::vector<Bound> values) {
    PORTCULLIS_INVARIANT(begin_row_.has_value(), "what has no commit cannot be run with it");
    deferred_.emplace_back(statement, std::move(values));
}

std::string Tx::TakeDeferred() {
    std::string sql;
    for (const auto& [statement, values] : std::exchange(deferred_, {})) {
        const TimeLimit limit(connection_.socket, connection_.patience);
        try {
            sql += ExecuteText(statement, values) + "; ";
        } catch (const pqxx::failure&) {
            Fail(statement.name);
        } catch (const std::logic_error&) {
            FailIfLost(statement.name);
            throw;
        }
    }
    return sql;
}

pqxx::result Tx::ExecRaw(const std::string& sql) {
    PORTCULLIS_INVARIANT(!failed_, kNothingAfterAFailure);
    PORTCULLIS_INVARIANT(one_trip_ == nullptr, "one trip is for a named statement");
    const std::string deferred = TakeDeferred();
    const TimeLimit limit(connection_.socket, connection_.patience);
    try {
        return work_.exec(deferred + sql);
    } catch (const pqxx::failure&) {
        Fail(sql.substr(0, sql.find_first_of(" ;")));
    } catch (const std::logic_error&) {
        FailIfLost(sql.substr(0, sql.find_first_of(" ;")));
        throw;
    }
}

void Tx::Fail(std::string_view doing) {
    failed_ = true;
    if (connection_.socket.IsCut()) {
        throw ServerSilent(std::string(doing) + ": the database did not answer within " +
                           std::to_string(connection_.patience.count()) + " ms");
    }
    RethrowAsSqlError(doing, connection_.pq.is_open(), connection_.rules);
}

// libpqxx calls the use of a connection that has gone a mistake of the program's; it is not ours.
void Tx::FailIfLost(std::string_view doing) {
    if (!connection_.pq.is_open() || connection_.socket.IsCut()) {
        Fail(doing);
    }
}

void Tx::SetLocal(const LocalSettings& settings) {
    PORTCULLIS_INVARIANT(begin_row_.has_value(), "a setting is local to a transaction");
    if (!settings.empty()) {
        ExecRaw(LocalSettingsSql(connection_.pq, settings));
    }
}

void Tx::SetBegun(const pqxx::row& begin_row) {
    begin_row_ = begin_row;
    now_ = Columns(begin_row).Instant();
}

Time Tx::Now() const {
    PORTCULLIS_INVARIANT(now_.has_value(), "the time is asked for within a transaction");
    return *now_;
}

const pqxx::row& Tx::BeginRow() const {
    PORTCULLIS_INVARIANT(begin_row_.has_value(), "what BEGIN read is asked for within a transaction");
    return *begin_row_;
}

}  // namespace platform
