#include "pulse/wire/session_json.hpp"

#include <chrono>

#include "platform/json/json.hpp"

namespace pulse::wire {
namespace {

using platform::Json;

Json LoginError(int status, const char* code, std::string text, const LoginRefusal& refusal) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(refusal.now).time_since_epoch().count();
    Json body{{"error", std::move(text)},
              {"code", code},
              {"status_code", status},
              {"timestamp", seconds},
              {"details", Json::object()}};
    if (!refusal.request_id.empty()) {
        body["request_id"] = refusal.request_id;
    }
    return body;
}

}  // namespace

std::string EncodeLoggedIn(std::string_view username, std::string_view csrf_token) {
    return Json{{"success", true}, {"message", "Signed in."}, {"username", username}, {"csrfToken", csrf_token}}.dump(
        -1, ' ', false, Json::error_handler_t::replace);
}

std::string EncodeLoggedOut() {
    return Json{{"success", true}, {"message", "Signed out."}}.dump();
}

std::string EncodeWrongPassword(const LoginRefusal& refusal) {
    Json body = LoginError(401, "invalid_credentials", "User name or password is wrong.", refusal);
    body["details"] = {{"remaining", refusal.remaining},
                       {"maxAttempts", refusal.max_attempts},
                       {"attempts", refusal.max_attempts - refusal.remaining},
                       {"lockoutDuration", refusal.lockout_span}};
    body["remaining"] = refusal.remaining;
    body["maxAttempts"] = refusal.max_attempts;
    return body.dump();
}

std::string EncodeLocked(const LoginRefusal& refusal) {
    Json body =
        LoginError(403, "account_locked",
                   "Too many wrong passwords for this name from your address. Wait before trying again.", refusal);
    const auto until = refusal.now + std::chrono::seconds(refusal.locked_seconds);
    body["details"] = {{"lockedUntil", platform::FormatTime(until)},
                       {"remainingMinutes", (refusal.locked_seconds + 59) / 60}};
    return body.dump();
}

}  // namespace pulse::wire
