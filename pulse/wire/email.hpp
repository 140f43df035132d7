// What can be an e-mail address. Pure; thread safe.
#pragma once

#include <string_view>

namespace pulse::wire {

/// Something, one @, something; no spaces, at most 254 bytes. Whether mail arrives there, only mail can tell.
bool IsEmail(std::string_view text);

}  // namespace pulse::wire
