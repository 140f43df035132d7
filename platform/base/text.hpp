// Small text functions that several modules need. They work on bytes and UTF-8, never on the process's locale.
//
// Pure and thread safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platform {

/// Without spaces, tabs, carriage returns and newlines at both ends. A view into `text`.
std::string_view Trim(std::string_view text);

/// The parts between separators, empty ones included: always at least one. Views into `text`.
std::vector<std::string_view> Split(std::string_view text, char separator);

std::string Join(const std::vector<std::string>& parts, std::string_view separator);
std::string Join(const std::vector<std::string_view>& parts, std::string_view separator);

/// "1 day", "3 days"; the plural is `singular` + "s" unless given.
std::string Plural(long long count, std::string_view singular, std::string_view plural = {});

/// ASCII only; other bytes stay.
std::string ToLowerAscii(std::string_view text);
std::string ToUpperAscii(std::string_view text);

/// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsValidUtf8(std::string_view text);

/// Characters as a person counts them for a limit. For text that IsValidUtf8.
std::size_t CountCodePoints(std::string_view text);

/// The longest beginning of `text` that has at most `max_code_points` and ends between two characters.
std::string_view TruncateUtf8(std::string_view text, std::size_t max_code_points);

/// One line of printable UTF-8, whatever the bytes were: control characters become \n, \t, \xNN, a backslash becomes
/// two, and bytes that are no UTF-8 become \xNN. So no value can forge a second log line or drive a terminal.
std::string EscapeForLog(std::string_view text);

/// 'text' for an error message: escaped as for the log, cut after 60 characters.
std::string QuoteForMessage(std::string_view text);

/// The candidate that `word` was probably meant to be (a slip or two, a forgotten part), for "did you mean" hints.
/// Case and the difference between '-' and '_' do not count.
std::optional<std::string> NearMiss(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace platform
