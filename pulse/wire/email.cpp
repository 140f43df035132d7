#include "pulse/wire/email.hpp"

namespace pulse::wire {
namespace {

constexpr std::size_t kLongestEmail = 254;

}  // namespace

bool IsEmail(std::string_view text) {
    const auto at = text.find('@');
    return text.size() <= kLongestEmail && at != text.npos && at > 0 && at + 1 < text.size() &&
           text.find('@', at + 1) == text.npos && text.find_first_of(" \t\r\n,;<>\"") == text.npos;
}

}  // namespace pulse::wire
