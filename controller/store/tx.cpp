#include "controller/store/tx.hpp"

#include "controller/store/errors.hpp"

namespace store {

pqxx::result Tx::ExecBound(const Statement& statement, const std::vector<Bound>& values) {
    PORTCULLIS_INVARIANT(!failed_, "nothing runs in a transaction after a statement that failed");
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const Bound& value : values) {
        texts.push_back(value ? value->c_str() : nullptr);
    }
    try {
        if (connection_.prepared.insert(statement.name).second) {
            connection_.pq.prepare(statement.name, statement.sql);
        }
        return work_.exec_prepared(statement.name, pqxx::prepare::make_dynamic_params(texts));
    } catch (const pqxx::failure&) {
        failed_ = true;
        RethrowAsStoreError(statement.name, connection_.pq.is_open());
    }
}

pqxx::result Tx::ExecRaw(const std::string& sql) {
    PORTCULLIS_INVARIANT(!failed_, "nothing runs in a transaction after a statement that failed");
    try {
        return work_.exec(sql);
    } catch (const pqxx::failure&) {
        failed_ = true;
        RethrowAsStoreError(sql.substr(0, sql.find_first_of(" ;")), connection_.pq.is_open());
    }
}

platform::Time Tx::Now() const {
    PORTCULLIS_INVARIANT(now_.has_value(), "the time is asked for within a transaction");
    return *now_;
}

}  // namespace store
