// Passwords at rest: scrypt with a salt of their own, cost and salt written beside the key.
//
// Form: `scrypt$16384$8$5$<salt>$<key>`, salt and key as base64url. A verification takes about 16 MiB and a tenth of a
// second; at most two run at the same time, others wait, so that guesses can neither fill the memory nor take all
// threads. Thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace platform {

inline constexpr std::size_t kShortestPassword = 8;
inline constexpr std::size_t kLongestPassword = 1024;

/// What is wrong with a new password, as a sentence; nothing when it is fine.
std::optional<std::string> PasswordComplaint(std::string_view password);

std::string HashPassword(std::string_view password);
/// False for a wrong password and for a text that is no hash of ours.
bool VerifyPassword(std::string_view stored, std::string_view password);
/// Takes as long as VerifyPassword: for names that nobody has, so that an answer's time does not tell which exist.
void SpendVerification(std::string_view password);

}  // namespace platform
