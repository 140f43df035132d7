// Signing in at the web console, by password or by API token, and being recognised by the session afterwards.
//
// A session's secret is 32 random bytes that only the browser keeps. Whoever signs in, and whoever fails to as somebody
// who exists, is in the audit log. Guesses are slowed down by platform::GuessGuard, which is asked by the caller.
// Errors: as store::Database. Thread safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "controller/app/authenticate.hpp"
#include "controller/app/call.hpp"
#include "controller/app/services.hpp"
#include "controller/store/console_sessions.hpp"

namespace app {

struct SessionLimits {
    std::chrono::seconds idle{std::chrono::hours(2)};
    std::chrono::seconds lifetime{std::chrono::hours(12)};
    int most = 10;  // of one principal
};

/// The name and the password of a user. None: they do not fit, without a reason; it takes the same time whatever is
/// wrong.
std::optional<store::Caller> FindCallerByPassword(const Services& services, std::string_view name,
                                                  std::string_view password, std::string_view request_id);

/// Opens a session and gives its secret. Runs a transaction.
std::string OpenConsoleSession(const Services& services, const store::Caller& caller, const SessionLimits& limits,
                               const std::string& request_id);
/// None for text that is no secret of a session, and for a session that is over.
std::optional<store::ConsoleVisitor> FindConsoleVisitor(const Services& services, std::string_view secret);
/// The person signs out.
void CloseConsoleSession(const Services& services, const Call& call, const policy::RecordId& session);

}  // namespace app
