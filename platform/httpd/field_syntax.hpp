// The small grammar of header fields (RFC 9110, section 5.6): tokens, spaces, numbers. Bytes, never the locale.
//
// Pure and thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace platform {

/// The character in lower case; NUL when it cannot stand in a token.
char LowerTokenCharacter(char character);

bool IsToken(std::string_view text);
bool EqualsToken(std::string_view text, std::string_view lower_case);

/// Without spaces and tabs at both ends; a stray carriage return stays, and is refused later.
std::string_view TrimBlanks(std::string_view text);

bool IsAllDigits(std::string_view text);

/// Up to 18 decimal digits and nothing else: what cannot overflow, and is more than any limit.
std::optional<std::uint64_t> ParseContentLength(std::string_view text);

enum class ValueFault { kNone, kControl, kEncoding };

/// A header's value is one line of UTF-8 without control characters but the tab.
ValueFault CheckHeaderValue(std::string_view value);

}  // namespace platform
