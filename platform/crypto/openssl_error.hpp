// Private to platform/crypto: what to do when OpenSSL says no where it cannot.
#pragma once

#include <openssl/err.h>

#include <array>
#include <stdexcept>
#include <string>

namespace platform {

/// Throws with OpenSSL's own reason, and leaves its error queue empty for the next caller on this thread.
[[noreturn]] inline void ThrowOpenSslError(const char* what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    throw std::runtime_error(std::string("OpenSSL: ") + what + " failed: " + reason.data());
}

}  // namespace platform
