// API tokens, and who the caller is, as the API, the store and the operations see them. The secret is a field of one
// answer only, the one that made the token. Value types; the functions are pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Token {
    policy::RecordId id;
    policy::PrincipalId principal;
    std::string name;
    std::vector<policy::Role> roles;
    platform::Time created_at{};
    std::string created_by;
    std::optional<platform::Time> expires_at;
    std::optional<platform::Time> last_used_at;
    std::optional<platform::Time> revoked_at;
    std::optional<std::string> revoked_by;
};

struct IssuedToken {
    Token token;
    std::string secret;  // pcl_...
};

struct IssueToken {
    std::string name;
    std::optional<policy::PrincipalId> principal;    // none: for oneself
    std::optional<std::vector<policy::Role>> roles;  // none: all that the principal holds
    std::optional<platform::Time> expires_at;
};

struct WhoAmI {
    policy::PrincipalId id;
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    std::string display_name;
    std::vector<policy::Role> roles;  // that the credential in use may act with now
    std::optional<Token> token;       // none for a caller named by an identity provider
};

std::string EncodeToken(const Token& token);
std::string EncodeIssuedToken(const IssuedToken& issued);
std::string EncodeWhoAmI(const WhoAmI& who);
Decoded<IssueToken> DecodeIssueToken(const Document& document);

Schemas TokenSchemas();

}  // namespace wire
