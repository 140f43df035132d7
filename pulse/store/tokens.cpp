#include "pulse/store/tokens.hpp"

#include "platform/base/text.hpp"
#include "platform/sql/tx.hpp"

namespace pulse::store {
namespace {

#define PULSE_TOKEN_COLUMNS                                                             \
    "t.id, t.name, t.secret_hash, t.prefix, t.suffix, array_to_string(t.scopes, ','), " \
    "array_to_string(t.org_ids, ','), t.owner_user, t.created_at, t.expires_at, t.last_used_at, a.system_role "

constexpr platform::Statement kFindToken{
    "pulse_find_token", "SELECT " PULSE_TOKEN_COLUMNS
                        "FROM pulse.tokens t JOIN pulse.accounts a ON a.username = t.owner_user "
                        "WHERE t.secret_hash = $1 AND a.active AND (t.expires_at IS NULL OR t.expires_at > now())"};
constexpr platform::Statement kInsertToken{
    "pulse_insert_token",
    "WITH t AS (INSERT INTO pulse.tokens (id, name, secret_hash, prefix, suffix, scopes, org_ids, owner_user, "
    "expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *) "
    "SELECT " PULSE_TOKEN_COLUMNS "FROM t JOIN pulse.accounts a ON a.username = t.owner_user"};
constexpr platform::Statement kListTokens{"pulse_list_tokens",
                                          "SELECT " PULSE_TOKEN_COLUMNS
                                          "FROM pulse.tokens t JOIN pulse.accounts a ON a.username = t.owner_user "
                                          "WHERE t.org_ids @> ARRAY[$1::text] ORDER BY t.created_at, t.id LIMIT 1000"};
constexpr platform::Statement kAnyToken{"pulse_any_token", "SELECT EXISTS (SELECT FROM pulse.tokens)"};
constexpr platform::Statement kDropToken{
    "pulse_drop_token", "DELETE FROM pulse.tokens WHERE id = $1 AND org_ids @> ARRAY[$2::text] RETURNING id"};
constexpr platform::Statement kDropBoundTokens{"pulse_drop_bound_tokens",
                                               "DELETE FROM pulse.tokens WHERE org_ids = ARRAY[$1::text]"};
constexpr platform::Statement kUnbindTokens{
    "pulse_unbind_tokens",
    "UPDATE pulse.tokens SET org_ids = array_remove(org_ids, $1) WHERE org_ids @> ARRAY[$1::text]"};
constexpr platform::Statement kRecordUse{
    "pulse_record_token_use", "UPDATE pulse.tokens SET last_used_at = transaction_timestamp() WHERE id = $1"};

#undef PULSE_TOKEN_COLUMNS

/// Neither scopes nor organization ids hold commas.
std::vector<std::string> ReadTextList(const std::string& joined) {
    std::vector<std::string> texts;
    for (const std::string_view text : platform::Split(joined, ',')) {
        texts.emplace_back(text);
    }
    return texts;
}

Token ReadToken(platform::Columns& columns) {
    Token token;
    token.id = columns.Text();
    token.name = columns.Text();
    token.secret_hash = columns.Text();
    token.prefix = columns.Text();
    token.suffix = columns.Text();
    token.scopes = ReadTextList(columns.Text());
    token.org_ids = ReadTextList(columns.Text());
    token.owner_user = columns.Text();
    token.created_at = columns.Instant();
    token.expires_at = columns.OptInstant();
    token.last_used_at = columns.OptInstant();
    token.owner_role = columns.Enum<SystemRole>();
    return token;
}

}  // namespace

std::optional<Token> FindToken(platform::Tx& tx, std::string_view secret_hash) {
    return tx.Find(kFindToken, ReadToken, secret_hash);
}

Token InsertToken(platform::Tx& tx, const Token& token) {
    return tx.One(kInsertToken, ReadToken, token.id, token.name, token.secret_hash, token.prefix, token.suffix,
                  token.scopes, token.org_ids, token.owner_user, token.expires_at);
}

std::vector<Token> ListTokensOf(platform::Tx& tx, std::string_view org_id) {
    return tx.All(kListTokens, ReadToken, org_id);
}

bool AnyTokenExists(platform::Tx& tx) {
    return tx.One(kAnyToken, [](platform::Columns& columns) { return columns.Flag(); });
}

bool DropToken(platform::Tx& tx, std::string_view id, std::string_view org_id) {
    return !tx.Exec(kDropToken, id, org_id).empty();
}

void UnbindTokens(platform::Tx& tx, std::string_view org_id) {
    tx.Exec(kDropBoundTokens, org_id);
    tx.Exec(kUnbindTokens, org_id);
}

void RecordTokenUse(platform::Tx& tx, std::string_view id) {
    tx.Exec(kRecordUse, id);
}

}  // namespace pulse::store
