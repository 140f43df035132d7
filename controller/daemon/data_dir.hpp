// The files of the data folder: the signing key and the first tokens. Secrets: readable by their owner alone.
//
// Errors: std::runtime_error with a text for the operator.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "platform/crypto/crypto.hpp"

namespace controller::daemon {

struct FirstToken {
    policy::PrincipalId principal;
    std::string text;
};

/// From `<data_dir>/signing.key`, which is made when it is missing.
platform::SigningKey LoadOrMakeSigningKey(const std::filesystem::path& data_dir);

/// `<data_dir>/initial-tokens`, one `principal: token` a line.
std::filesystem::path InitialTokensPath(const std::filesystem::path& data_dir);
void WriteInitialTokens(const std::filesystem::path& data_dir, const std::vector<FirstToken>& tokens);
void RemoveInitialTokens(const std::filesystem::path& data_dir);

}  // namespace controller::daemon
