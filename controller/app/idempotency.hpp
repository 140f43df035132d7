// One answer for one idempotency key (docs/api.md): the first request with a key runs its script, every later one with
// the same content gets the answer that was stored in the script's own transaction, and one with another content is
// refused. Two at once: the second waits for the first.
//
// Answers of 500 and above are not stored: what could not be decided may be asked again under the same key.
// Errors and thread safety as store::Database.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "controller/app/call.hpp"
#include "controller/store/database.hpp"

namespace app {

/// What is kept for replays. It may differ from what is sent the first time: a secret is shown once.
struct StorableAnswer {
    int status = 200;
    std::string headers_json;  // those of the answer itself: ETag, Location, Content-Type
    std::string body;
};

struct OnceResult {
    std::optional<StorableAnswer> replay;  // none: the script ran
    bool key_clash = false;                // the key was used with another request; the script did not run
};

/// `key` empty: runs the script in a Write transaction without remembering anything.
OnceResult RunOnce(store::Database& database, const policy::PrincipalId& principal, const std::string& key,
                   const std::string& request_hash, const std::function<StorableAnswer(store::Tx&)>& script);

/// Puts what is only known after the transaction in place of the answer that its script gave.
void KeepAnswer(store::Database& database, const policy::PrincipalId& principal, const std::string& key,
                const StorableAnswer& answer);

}  // namespace app
