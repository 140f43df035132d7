// The public keys of controllers that this account has talked to, for verification without the server: keys.pem beside
// the profiles (profile.hpp). The first key seen is noted, as ssh does; another one later is never added by itself.
//
// Errors: Failure with kExitUsage.
#pragma once

#include <string>

namespace cli {

/// The keys to verify with: of the file that --key names, else the noted ones.
std::string ReadKeys(const std::string& key_option);

/// What `Note` found, to tell the user.
enum class KeyNoted { kNew, kKnown, kDiffers, kNowhere };
/// Notes `public_pem` when none is noted yet. kNowhere: this account has no folder for it.
KeyNoted NoteKey(const std::string& public_pem);
/// Where they are noted; empty when nowhere.
std::string KnownKeysPath();

}  // namespace cli
