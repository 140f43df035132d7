// API tokens, and who calls. Only the SHA-256 of a token is stored.
//
// A token acts with the roles it carries as far as its principal still holds them: entitlement is looked up at each
// use, never copied. Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/token_json.hpp"
#include "platform/crypto/crypto.hpp"

namespace store {

using wire::Token;

struct NewToken {
    policy::RecordId id;
    policy::PrincipalId principal;
    std::string name;
    platform::Digest hash{};
    std::vector<policy::Role> roles;
    std::string created_by;
    std::optional<policy::Time> expires_at;
};

/// A principal that may call now, with the roles it may use.
struct Caller {
    policy::PrincipalId principal;
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    std::string display_name;
    policy::RecordId token;  // empty for a caller named by an identity provider
    std::vector<policy::Role> roles;
};

/// None for a token that is unknown, expired or revoked, or whose principal is not active. One statement.
std::optional<Caller> FindCallerByToken(Tx& tx, const platform::Digest& hash);
/// For callers an identity provider names: all roles held now. None when not registered or not active. One statement.
std::optional<Caller> FindCallerById(Tx& tx, const policy::PrincipalId& id);

Token InsertToken(Tx& tx, const NewToken& token);
std::optional<Token> LoadToken(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Ordered by id; of one principal or of all.
Page<Token> ListTokens(Tx& tx, const std::optional<policy::PrincipalId>& principal, const PageQuery& page);
/// Once; a second time is a Conflict.
Token RevokeToken(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by);
/// Writes at most once a minute per token, so that reading with a token stays a read.
void RecordTokenUse(Tx& tx, const policy::RecordId& id);

}  // namespace store
