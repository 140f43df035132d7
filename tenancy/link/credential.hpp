// The instance's credential and its exchange for an enrolment token: the files, and what may be done with them.
// Errors are values, with messages for people. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"

namespace tenancy::link {

/// "pce_....<fingerprint>", as the operator got it.
struct EnrolmentToken {
    std::string secret;           // with its prefix
    std::string key_fingerprint;  // SHA-256 of the controller's public key (PEM), hex
};
std::optional<EnrolmentToken> ParseEnrolmentToken(std::string_view text);

class Credentials {
public:
    Credentials(std::string folder, std::string token_file)
        : folder_(std::move(folder)), token_file_(std::move(token_file)) {}

    /// The credential in use; empty when there is none.
    platform::Expected<std::optional<std::string>, std::string> Current() const;
    /// The token, when its file is there.
    platform::Expected<std::optional<EnrolmentToken>, std::string> Token() const;
    /// The credential to exchange a token for: made and on the disk before it is used, the same until it is Adopted.
    platform::Expected<std::string, std::string> Next() const;
    /// The controller has taken it.
    platform::Expected<void, std::string> AdoptNext() const;
    /// The controller refused to exchange it: the next attempt makes another.
    void DropNext() const;

private:
    std::string CurrentPath() const {
        return folder_ + "/channel-credential";
    }
    std::string NextPath() const {
        return folder_ + "/channel-credential.next";
    }

    std::string folder_;
    std::string token_file_;
};

}  // namespace tenancy::link
