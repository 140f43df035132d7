// API tokens: what they may do, for which organizations, and whose they are. Always bound to at least one organization,
// so that no token reaches further than somebody meant it to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/sql/database.hpp"
#include "pulse/store/accounts.hpp"

namespace pulse::store {

struct Token {
    std::string id;
    std::string name;
    std::string secret_hash;
    std::string prefix;  // the first characters, for people to tell their tokens apart
    std::string suffix;
    std::vector<std::string> scopes;
    std::vector<std::string> org_ids;
    std::string owner_user;
    platform::Time created_at;
    std::optional<platform::Time> expires_at;
    std::optional<platform::Time> last_used_at;
    SystemRole owner_role = SystemRole::kUser;
};

/// Nothing for one that has ended, or whose owner may not come in any more.
std::optional<Token> FindToken(platform::Tx& tx, std::string_view secret_hash);
/// Gives the row as it was stored.
Token InsertToken(platform::Tx& tx, const Token& token);
/// Those bound to the organization (also those bound to others beside), oldest first.
std::vector<Token> ListTokensOf(platform::Tx& tx, std::string_view org_id);
bool AnyTokenExists(platform::Tx& tx);
/// False when there is no such token that is bound to the organization.
bool DropToken(platform::Tx& tx, std::string_view id, std::string_view org_id);
/// The organization is gone: nothing stays bound to it, and tokens that were for it alone end.
void UnbindTokens(platform::Tx& tx, std::string_view org_id);
void RecordTokenUse(platform::Tx& tx, std::string_view id);

}  // namespace pulse::store
