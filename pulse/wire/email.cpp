#include "pulse/wire/email.hpp"

#include <algorithm>

#include "platform/base/text.hpp"

namespace pulse::wire {
namespace {

constexpr std::size_t kLongestEmail = 254;

}  // namespace

bool IsEmail(std::string_view text) {
    const auto at = text.find('@');
    const auto odd = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
    return text.size() <= kLongestEmail && platform::IsValidUtf8(text) && std::ranges::none_of(text, odd) &&
           at != text.npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == text.npos &&
           text.find_first_of(",;<>\"") == text.npos;
}

}  // namespace pulse::wire
