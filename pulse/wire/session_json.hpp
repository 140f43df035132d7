// Bodies of login and logout. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/time.hpp"

namespace pulse::wire {

std::string EncodeLoggedIn(std::string_view username, std::string_view csrf_token);
std::string EncodeLoggedOut();

/// The 401 of a wrong password and the 403 of a locked pair: shape A with numbers in `details`.
struct LoginRefusal {
    platform::Time now;
    std::string_view request_id;
    int remaining = 0;  // attempts
    int max_attempts = 0;
    long long locked_seconds = 0;   // of a locked pair; 0 when it is not
    std::string_view lockout_span;  // "15 minutes"
};
std::string EncodeWrongPassword(const LoginRefusal& refusal);
std::string EncodeLocked(const LoginRefusal& refusal);

}  // namespace pulse::wire
