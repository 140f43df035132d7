// Operations on API tokens (ATT-1, ATT-2). Errors, attribution and transactions as controller/app/call.hpp says.
//
// Whoever has a token acts as its principal, so who may make one is what attribution stands on (docs/adr/0053):
//   - A user makes tokens for itself, with no more roles than the token in use carries.
//   - An admin makes tokens for components.
//   - An admin makes a user's first token. A later one only when every token the user had was revoked, by somebody else
//     than this admin: letting a user in again takes two people, so one admin cannot quietly become somebody.
#pragma once

#include <optional>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/wire/token_json.hpp"

namespace app {

/// The secret is in the answer and nowhere else: only its hash is kept.
Outcome<wire::IssuedToken> IssueToken(store::Tx& tx, const Call& call, const wire::IssueToken& command);
/// One's own; an admin may revoke any.
Outcome<wire::Token> RevokeToken(store::Tx& tx, const Call& call, const policy::RecordId& id);
/// One's own; an admin sees those of `principal`, or all.
Outcome<Page<wire::Token>> ListTokens(store::Tx& tx, const Call& call,
                                      const std::optional<policy::PrincipalId>& principal, const PageQuery& page);

/// Why this admin may not make a token or a password for that user: something let the user in, and not all of it was
/// taken away by others. None when it may.
std::optional<Refusal> RefuseToLetIn(store::Tx& tx, const Call& call, const policy::PrincipalId& user);

Outcome<wire::WhoAmI> ShowCaller(store::Tx& tx, const Call& call);

}  // namespace app
