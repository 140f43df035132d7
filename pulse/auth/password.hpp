// Passwords at rest, as platform/crypto keeps them.
#pragma once

#include "platform/crypto/password.hpp"

namespace pulse::auth {

using platform::HashPassword;
using platform::kLongestPassword;
using platform::kShortestPassword;
using platform::PasswordComplaint;
using platform::SpendVerification;
using platform::VerifyPassword;

}  // namespace pulse::auth
