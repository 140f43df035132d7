// API tokens as their owners see them; the secret only once. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pulse/store/tokens.hpp"

namespace pulse::wire {

/// {"tokens":[...]}
std::string EncodeTokens(const std::vector<store::Token>& tokens);
/// {"token":"<secret>","record":{...}}
std::string EncodeMintedToken(std::string_view secret, const store::Token& token);

}  // namespace pulse::wire
