// The files of the signing keys: the one in use, and beside it the next one while it is being handed over to.
//
// `signing.key` in the data folder, or the file of --signing-key-file; `.next` behind that name for the next one. When
// a hand-over is completed, the next start puts the next key in the place of the old one, which is gone then: what it
// signed verifies with its public half, which the database keeps.
//
// Errors: platform::StartError, std::runtime_error, with a text for the operator.
#pragma once

#include <string>
#include <vector>

#include "controller/app/keys.hpp"
#include "controller/store/database.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/settings/settings.hpp"

namespace controller::daemon {

std::string SigningKeyPath(const platform::Settings& settings);
std::string NextKeyPath(const platform::Settings& settings);

/// The key to sign with from now on: `in_use`, or the next one when the hand-over to it is completed.
platform::SigningKey SettleSigningKey(store::Database& database, const platform::Settings& settings,
                                      const platform::SigningKey& in_use);

app::KeySuccession SuccessionOf(const platform::SigningKey& in_use, const std::string& next_path);

/// portcullisd next-key: makes it, once, and says what to do with it.
int MakeNextKey(const platform::Settings& settings);

}  // namespace controller::daemon
