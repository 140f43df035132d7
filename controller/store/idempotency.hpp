// Idempotency keys: the first answer to a POST, kept to be replayed for a day.
//
// Within the transaction of the operation: claim the key first, store the answer last. A second request with the same
// key waits in ClaimIdempotencyKey until the first ends, then finds its answer (or may go ahead, when it rolled back).
// Errors as store::Database.
#pragma once

#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"

namespace store {

struct StoredAnswer {
    std::string request_hash;  // of method, path and body
    int status = 0;
    std::string headers;  // a JSON object
    std::string body;
};

/// None: the key is this transaction's, the operation may run. Else what was answered; the caller compares the hashes.
std::optional<StoredAnswer> ClaimIdempotencyKey(Tx& tx, const policy::PrincipalId& principal, const std::string& key,
                                                const std::string& request_hash);
/// Whether an answer is stored under the key, that still counts. Waits for nobody.
bool IsIdempotencyKeyUsed(Tx& tx, const policy::PrincipalId& principal, const std::string& key);
/// After a claim, in the same transaction.
void StoreAnswer(Tx& tx, const policy::PrincipalId& principal, const std::string& key, int status,
                 const std::string& headers_json, const std::string& body);
/// Gives a claimed key back, in the same transaction: the answer is not one to repeat.
void ReleaseIdempotencyKey(Tx& tx, const policy::PrincipalId& principal, const std::string& key);
/// Gives the claim up, in the same transaction: the answer is not worth keeping.
void ReleaseIdempotencyKey(Tx& tx, const policy::PrincipalId& principal, const std::string& key);
/// Forgets keys older than `age`; returns how many, at most `limit` at a time.
int DropIdempotencyKeys(Tx& tx, policy::Duration age, int limit);

}  // namespace store
