#include "controller/store/idempotency.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

// Waits for another transaction that inserts the same key, and then does nothing if that one has committed.
constexpr Statement kClaimKey{"idempotency_claim", R"sql(
    INSERT INTO idempotency_keys (principal_id, key, request_hash, status, headers, body)
    VALUES ($1, $2, $3, 0, '{}', '') ON CONFLICT DO NOTHING RETURNING 1)sql"};
// A key is good for a day. An older row that has not been dropped yet stands for nothing.
constexpr Statement kDropOldKey{"idempotency_drop_old", R"sql(
    DELETE FROM idempotency_keys
    WHERE principal_id = $1 AND key = $2 AND created_at < portcullis.now() - interval '24 hours')sql"};
constexpr Statement kKeyIsUsed{"idempotency_is_used", R"sql(
    SELECT 1 FROM idempotency_keys
    WHERE principal_id = $1 AND key = $2 AND created_at >= portcullis.now() - interval '24 hours')sql"};
constexpr Statement kLoadAnswer{"idempotency_load", R"sql(
    SELECT request_hash, status, headers::text, body FROM idempotency_keys WHERE principal_id = $1 AND key = $2)sql"};
constexpr Statement kStoreAnswer{"idempotency_store", R"sql(
    UPDATE idempotency_keys SET status = $3, headers = $4::jsonb, body = $5 WHERE principal_id = $1 AND key = $2)sql"};
constexpr Statement kReleaseKey{"idempotency_release", R"sql(
    DELETE FROM idempotency_keys WHERE principal_id = $1 AND key = $2 AND status = 0)sql"};
constexpr Statement kDropKeys{"idempotency_drop", R"sql(
    DELETE FROM idempotency_keys WHERE (principal_id, key) IN (
        SELECT principal_id, key FROM idempotency_keys WHERE created_at < portcullis.now() - $1::interval
        ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))sql"};

bool TakeIdempotencyKey(Tx& tx, const policy::PrincipalId& principal, const std::string& key,
                        const std::string& request_hash) {
    return !tx.Exec(kClaimKey, principal, key, request_hash).empty();
}

}  // namespace

std::optional<StoredAnswer> ClaimIdempotencyKey(Tx& tx, const policy::PrincipalId& principal, const std::string& key,
                                                const std::string& request_hash) {
    if (TakeIdempotencyKey(tx, principal, key, request_hash)) {
        return std::nullopt;
    }
    if (tx.Exec(kDropOldKey, principal, key).affected_rows() > 0 &&
        TakeIdempotencyKey(tx, principal, key, request_hash)) {
        return std::nullopt;
    }
    auto answer = tx.Find(
        kLoadAnswer,
        [](Columns& in) {
            StoredAnswer stored;
            stored.request_hash = in.Text();
            stored.status = static_cast<int>(in.Int());
            stored.headers = in.Text();
            stored.body = in.Text();
            return stored;
        },
        principal, key);
    if (!answer) {
        throw Conflict("idempotency key " + key + " was dropped while it was looked up");
    }
    return answer;
}

bool IsIdempotencyKeyUsed(Tx& tx, const policy::PrincipalId& principal, const std::string& key) {
    return !tx.Exec(kKeyIsUsed, principal, key).empty();
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
