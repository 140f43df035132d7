// Where the controller is and who is asking: command line over environment over profile file. A profile named on the
// command line is the command line's word: its address and token come before the variables'. A token only goes to the
// address it was configured with: a profile's to that profile's, the variables' not to another than PORTCULLIS_URL.
//
// The file is $PORTCULLIS_CONFIG, or $XDG_CONFIG_HOME/portcullis/config.yaml, or ~/.config/portcullis/config.yaml:
//
//     default: production
//     profiles:
//       production: {url: https://portcullis.example.org, token_file: /run/secrets/portcullis-token}
//
// A file that names a token (`token`) must not be readable by others. Errors: Failure with kExitUsage.
#pragma once

#include <string>

namespace cli {

struct ProfileRequest {
    std::string url;         // --url
    std::string token_file;  // --token-file; there is no option for the token itself: everybody sees arguments
    std::string profile;     // --profile
};

struct Profile {
    std::string url;
    std::string token;  // may be empty: the call goes out without one
};

/// Where the file would be; empty for an account without a home folder.
std::string ProfileFilePath();

Profile ResolveProfile(const ProfileRequest& request);

}  // namespace cli
