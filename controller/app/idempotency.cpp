#include "controller/app/idempotency.hpp"

#include <utility>

#include "controller/store/idempotency.hpp"

namespace app {

OnceResult RunOnce(store::Database& database, const policy::PrincipalId& principal, const std::string& key,
                   const std::string& request_hash, const std::function<EncodedAnswer(store::Tx&)>& script) {
    return database.Write([&](store::Tx& tx) {
        OnceResult result;
        if (key.empty()) {
            result.answer = script(tx);
            return result;
        }
        if (auto stored = store::ClaimIdempotencyKey(tx, principal, key, request_hash)) {
            result.replayed = stored->request_hash == request_hash;
            result.key_clash = !result.replayed;
            if (result.replayed) {
                result.answer = {stored->status, std::move(stored->headers), std::move(stored->body), {}};
            }
            return result;
        }
        result.answer = script(tx);
        if (result.answer.status >= 500) {
            store::ReleaseIdempotencyKey(tx, principal, key);
        } else {
            store::StoreAnswer(tx, principal, key, result.answer.status, result.answer.headers_json,
                               result.answer.stored_body.value_or(result.answer.body));
        }
        return result;
    });
}

}  // namespace app
