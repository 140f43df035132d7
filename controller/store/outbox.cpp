#include "controller/store/outbox.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kAppendOutbox{"outbox_append", R"sql(
    INSERT INTO outbox (kind, subject, data) VALUES ($1, $2, $3::jsonb))sql"};
constexpr Statement kLoadOutbox{"outbox_load", R"sql(
    SELECT seq, at, kind, subject, data::text FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2)sql"};

}  // namespace

void AppendOutbox(Tx& tx, const std::string& kind, const std::string& subject, const std::string& data_json) {
    tx.Exec(kAppendOutbox, kind, subject, data_json);
}

std::vector<OutboxEvent> LoadOutbox(Tx& tx, std::int64_t after_seq, int limit) {
    return tx.All(
        kLoadOutbox,
        [](Columns& in) {
            OutboxEvent event;
            event.seq = in.Int();
            event.at = in.Instant();
            event.kind = in.Text();
            event.subject = in.Text();
            event.data = in.Text();
            return event;
        },
        after_seq, limit);
}

}  // namespace store
