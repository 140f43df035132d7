#include "controller/store/tokens.hpp"

#include "controller/store/callers.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

#define PORTCULLIS_TOKEN_COLUMNS                                                                              \
    "id, principal_id, name, array_to_string(roles, ','), created_at, created_by, expires_at, last_used_at, " \
    "revoked_at, revoked_by"

constexpr Statement kInsertToken{
    "insert_token",
    "INSERT INTO tokens (id, principal_id, name, hash, roles, created_by, expires_at) "
    "VALUES ($1, $2, $3, decode($4, 'hex'), $5, $6, $7) RETURNING " PORTCULLIS_TOKEN_COLUMNS};
constexpr Statement kLoadToken{"load_token", "SELECT " PORTCULLIS_TOKEN_COLUMNS " FROM tokens WHERE id = $1"};
constexpr Statement kLockToken{"lock_token",
                               "SELECT " PORTCULLIS_TOKEN_COLUMNS " FROM tokens WHERE id = $1 FOR UPDATE"};
constexpr Statement kListTokens{"list_tokens",
                                "SELECT " PORTCULLIS_TOKEN_COLUMNS
                                " FROM tokens "
                                "WHERE ($1::text IS NULL OR principal_id = $1) AND ($2::text IS NULL OR id > $2) "
                                "ORDER BY id LIMIT $3"};
constexpr Statement kRevokeToken{"revoke_token",
                                 "UPDATE tokens SET revoked_by = $2 WHERE id = $1 AND revoked_by IS NULL "
                                 "RETURNING " PORTCULLIS_TOKEN_COLUMNS};
constexpr Statement kRecordTokenUse{
    "record_token_use",
    "UPDATE tokens SET last_used_at = portcullis.now() WHERE id = $1 "
    "AND (last_used_at IS NULL OR last_used_at < portcullis.now() - interval '1 minute')"};

#undef PORTCULLIS_TOKEN_COLUMNS

constexpr Statement kFindCallerByToken{"find_caller_by_token", "SELECT" PORTCULLIS_TOKEN_CALLER("$1")};
constexpr Statement kFindCallerById{"find_caller_by_id", "SELECT" PORTCULLIS_NAMED_CALLER("$1")};

Token ReadToken(Columns& columns) {
    Token token;
    token.id = columns.Id<policy::RecordId>();
    token.principal = columns.Id<policy::PrincipalId>();
    token.name = columns.Text();
    token.roles = columns.EnumList<policy::Role>();
    token.created_at = columns.Instant();
    token.created_by = columns.Text();
    token.expires_at = columns.OptInstant();
    token.last_used_at = columns.OptInstant();
    token.revoked_at = columns.OptInstant();
    token.revoked_by = columns.OptText();
    return token;
}

}  // namespace

std::string DigestHex(const platform::Digest& digest) {
    return platform::HexEncode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::optional<Caller> FindCallerByToken(Tx& tx, const platform::Digest& hash) {
    return tx.Find(kFindCallerByToken, ReadCaller, DigestHex(hash));
}

std::optional<Caller> FindCallerById(Tx& tx, const policy::PrincipalId& id) {
    return tx.Find(kFindCallerById, ReadCaller, id);
}

Token InsertToken(Tx& tx, const NewToken& token) {
    return tx.One(kInsertToken, ReadToken, token.id, token.principal, token.name, DigestHex(token.hash), token.roles,
                  token.created_by, token.expires_at);
}

std::optional<Token> LoadToken(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockToken : kLoadToken, ReadToken, id);
}

Page<Token> ListTokens(Tx& tx, const std::optional<policy::PrincipalId>& principal, const PageQuery& page) {
    return tx.ListPage(
        kListTokens, page, ReadToken, [](const Token& row) { return row.id.Text(); }, principal);
}

Token RevokeToken(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by) {
    auto token = tx.Find(kRevokeToken, ReadToken, id, by);
    if (!token) {
        throw Conflict("token " + id.Text() + " is revoked already or does not exist");
    }
    return std::move(*token);
}

void RecordTokenUse(Tx& tx, const policy::RecordId& id) {
    tx.Exec(kRecordTokenUse, id);
}

}  // namespace store
