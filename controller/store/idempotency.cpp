#include "controller/store/idempotency.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

// A key is good for a day. An older row that has not been dropped yet stands for nothing.
#define PORTCULLIS_KEY_LIFE "interval '24 hours'"

// Waits when another open transaction holds the key; yields a row when the key is ours.
constexpr Statement kClaimKey{"claim_idempotency_key",
                              "INSERT INTO idempotency_keys (principal_id, key, request_hash, status, headers, body) "
                              "VALUES ($1, $2, $3, 0, '{}', '') ON CONFLICT DO NOTHING RETURNING key"};
constexpr Statement kDropOldKey{"drop_old_idempotency_key",
                                "DELETE FROM idempotency_keys WHERE principal_id = $1 AND key = $2 "
                                "AND created_at < portcullis.now() - " PORTCULLIS_KEY_LIFE};
constexpr Statement kLoadAnswer{"load_stored_answer",
                                "SELECT request_hash, status, headers, body FROM idempotency_keys "
                                "WHERE principal_id = $1 AND key = $2"};
constexpr Statement kStoreAnswer{"store_answer",
                                 "UPDATE idempotency_keys SET status = $3, headers = $4::jsonb, body = $5 "
                                 "WHERE principal_id = $1 AND key = $2"};
constexpr Statement kReleaseKey{"release_idempotency_key",
                                "DELETE FROM idempotency_keys WHERE principal_id = $1 AND key = $2"};
constexpr Statement kDropKeys{"drop_idempotency_keys",
                              "DELETE FROM idempotency_keys WHERE (principal_id, key) IN ("
                              "SELECT principal_id, key FROM idempotency_keys "
                              "WHERE created_at < portcullis.now() - $1::interval LIMIT $2 FOR UPDATE SKIP LOCKED)"};

#undef PORTCULLIS_KEY_LIFE

bool TakeKey(Tx& tx, const policy::PrincipalId& principal, const std::string& key, const std::string& request_hash) {
    return !tx.Exec(kClaimKey, principal, key, request_hash).empty();
}

}  // namespace

std::optional<StoredAnswer> ClaimIdempotencyKey(Tx& tx, const policy::PrincipalId& principal, const std::string& key,
                                                const std::string& request_hash) {
    if (TakeKey(tx, principal, key, request_hash)) {
        return std::nullopt;
    }
    if (tx.Exec(kDropOldKey, principal, key).affected_rows() > 0 && TakeKey(tx, principal, key, request_hash)) {
        return std::nullopt;
    }
    auto answer = tx.Find(
        kLoadAnswer,
        [](Columns& columns) {
            StoredAnswer stored;
            stored.request_hash = columns.Text();
            stored.status = static_cast<int>(columns.Int());
            stored.headers = columns.Text();
            stored.body = columns.Text();
            return stored;
        },
        principal, key);
    if (!answer) {
        throw Conflict("idempotency key " + key + " was dropped while it was looked up");
    }
    return answer;
}

void StoreAnswer(Tx& tx, const policy::PrincipalId& principal, const std::string& key, int status,
                 const std::string& headers_json, const std::string& body) {
    tx.Exec(kStoreAnswer, principal, key, status, headers_json, body);
}

void ReleaseIdempotencyKey(Tx& tx, const policy::PrincipalId& principal, const std::string& key) {
    tx.Exec(kReleaseKey, principal, key);
}

int DropIdempotencyKeys(Tx& tx, policy::Duration age, int limit) {
    return static_cast<int>(tx.Exec(kDropKeys, age, limit).affected_rows());
}

}  // namespace store
