// Who may call now: the SQL that two look-ups share, the plain one and the one within a gate read. Internal to store.
//
// Roles are those the principal holds now; for a token, those among them that the token carries.
#pragma once

#include <string>

#include "controller/store/tokens.hpp"
#include "controller/store/tx.hpp"
#include "platform/crypto/crypto.hpp"

// hash: the parameter that holds the token's hash, in hex
#define PORTCULLIS_TOKEN_CALLER(hash)                                                   \
    " p.id, p.kind, p.display_name, t.id,"                                              \
    " (SELECT coalesce(string_agg(g.role, ',' ORDER BY g.role), '') FROM role_grants g" \
    "  WHERE g.principal_id = p.id AND g.status = 'active' AND g.role = ANY (t.roles))" \
    " FROM tokens t JOIN principals p ON p.id = t.principal_id"                         \
    " WHERE t.hash = decode(" hash                                                      \
    ", 'hex') AND t.revoked_at IS NULL AND p.active"                                    \
    " AND (t.expires_at IS NULL OR t.expires_at > portcullis.now()) "
// principal: the parameter that holds its id
#define PORTCULLIS_NAMED_CALLER(principal)                                              \
    " p.id, p.kind, p.display_name, '',"                                                \
    " (SELECT coalesce(string_agg(g.role, ',' ORDER BY g.role), '') FROM role_grants g" \
    "  WHERE g.principal_id = p.id AND g.status = 'active')"                            \
    " FROM principals p WHERE p.id = " principal " AND p.active "

namespace store {

inline Caller ReadCaller(Columns& in) {
    Caller caller;
    caller.principal = in.Id<policy::PrincipalId>();
    caller.kind = in.Enum<policy::PrincipalKind>();
    caller.display_name = in.Text();
    caller.token = in.Id<policy::RecordId>();
    caller.roles = in.EnumList<policy::Role>();
    return caller;
}

std::string DigestHex(const platform::Digest& digest);

}  // namespace store
