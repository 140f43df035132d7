// Passwords of users, for signing in at the web console (ATT-1). Errors, attribution and transactions as
// controller/app/call.hpp says; SetPassword runs its own transaction, because scrypt is no work for one.
//
// Whoever knows a password acts as its user, so it is given like a token (tokens.hpp):
//   - A user sets the own one, and shows the one in use when there is one.
//   - An admin gives a user a first one while nothing else ever let that user in, and later only when others have taken
//     away all that did.
// A new password, and one that is taken away, end all sessions that the old one opened.
#pragma once

#include "controller/app/call.hpp"
#include "controller/app/services.hpp"
#include "controller/wire/password_json.hpp"
#include "controller/wire/principal_json.hpp"

namespace app {

Outcome<wire::Principal> SetPassword(const Services& services, const Call& call, const policy::PrincipalId& subject,
                                     const wire::SetPassword& command);
/// By an admin, or by the subject. A user without one: a conflict.
Outcome<wire::Principal> RemovePassword(store::Tx& tx, const Call& call, const policy::PrincipalId& subject);

}  // namespace app
