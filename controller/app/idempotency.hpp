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

struct EncodedAnswer {
    int status = 200;
    std::string headers_json;  // those of the answer itself: ETag, Location, Content-Type
    std::string body;
    std::optional<std::string> stored_body;  // when replays must not repeat `body`: it holds a secret
};

struct OnceResult {
    EncodedAnswer answer;
    bool replayed = false;
    bool key_clash = false;  // the key was used with another request; `answer` is empty
};

/// `key` empty: runs the script in a Write transaction without remembering anything.
OnceResult RunOnce(store::Database& database, const policy::PrincipalId& principal, const std::string& key,
                   const std::string& request_hash, const std::function<EncodedAnswer(store::Tx&)>& script);

}  // namespace app
