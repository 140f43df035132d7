#include "controller/app/idempotency.hpp"

#include <utility>

#include "controller/store/idempotency.hpp"

namespace app {

OnceResult RunOnce(store::Database& database, const policy::PrincipalId& principal, const std::string& key,
                   const std::string& request_hash, const std::function<StorableAnswer(store::Tx&)>& script) {
    return database.Write([&](store::Tx& tx) {
        OnceResult result;
        if (key.empty()) {
            script(tx);
            return result;
        }
        if (auto stored = store::ClaimIdempotencyKey(tx, principal, key, request_hash)) {
            result.key_clash = stored->request_hash != request_hash;
            if (!result.key_clash) {
                result.replay = {stored->status, std::move(stored->headers), std::move(stored->body)};
            }
            return result;
        }
        const StorableAnswer answer = script(tx);
        if (answer.status >= 500) {
            store::ReleaseIdempotencyKey(tx, principal, key);
        } else {
            store::StoreAnswer(tx, principal, key, answer.status, answer.headers_json, answer.body);
        }
        return result;
    });
}

void KeepAnswer(store::Database& database, const policy::PrincipalId& principal, const std::string& key,
                const StorableAnswer& answer) {
    database.Write([&](store::Tx& tx) {
        store::StoreAnswer(tx, principal, key, answer.status, answer.headers_json, answer.body);
        return true;
    });
}

}  // namespace app
