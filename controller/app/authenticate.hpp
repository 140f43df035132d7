// Naming the caller. A token is looked up by its hash, together with the roles its principal holds now, at every use;
// only the gate remembers a caller, under the number that every change of one raises (gate.hpp).
//
// Errors: as store::Database; a credential that is not good is an empty answer, without a reason, because a reason
// would tell a stranger which half of a guess was right. Thread safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "controller/app/call.hpp"
#include "controller/app/services.hpp"
#include "controller/store/tokens.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {

/// `pcl_` and 43 characters: 32 random bytes.
std::string MakeTokenText();
/// The hash to look up; empty for text that cannot be a token.
std::optional<platform::Digest> TokenHash(std::string_view token);

/// What a request shows: a token of ours, or a principal that a configured identity provider vouches for.
struct Credential {
    std::optional<platform::Digest> token;
    std::optional<policy::PrincipalId> principal;
};

/// Reads the text after `Bearer `. Empty when it is neither. Asks no database.
std::optional<Credential> ReadCredential(const Services& services, std::string_view bearer);
/// One round trip. None when the credential is not good now.
std::optional<store::Caller> FindCaller(const Services& services, const Credential& credential);

/// The call of a principal that may act, under this request's id.
Call MakeCall(store::Caller caller, std::string request_id);

/// Writes a token's last use, at most once a minute for each, outside the transaction of the request. A failure to
/// write is nobody's failure: it is tried again at the next use.
class TokenUse {
public:
    void Note(store::Database& database, const std::string& token_id, platform::SteadyTime now);

private:
    std::mutex mutex_;
    std::unordered_map<std::string, platform::SteadyTime> noted_;
};

}  // namespace app
