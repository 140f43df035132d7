// API tokens as their owners see them; the secret only once. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pulse/store/tokens.hpp"

namespace pulse::wire {

/// Where organizations are not in use, nothing says that a token is bound to one.
enum class Bindings { kShown, kHidden };

/// {"tokens":[...]}
std::string EncodeTokens(const std::vector<store::Token>& tokens, Bindings bindings = Bindings::kShown);
/// {"token":"<secret>","record":{...}}
std::string EncodeMintedToken(std::string_view secret, const store::Token& token, Bindings bindings = Bindings::kShown);

}  // namespace pulse::wire
