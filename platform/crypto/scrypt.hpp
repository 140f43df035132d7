// scrypt (RFC 7914): keys from passwords, slowly and with much memory on purpose.
//
// One call holds about 128 * r * n bytes while it runs. Pure; thread safe. Errors: std::runtime_error when OpenSSL
// cannot (an exhausted machine, or parameters that are none).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace platform {

struct ScryptCost {
    std::uint64_t n = 16384;  // memory and time; a power of two
    std::uint32_t r = 8;      // block size
    std::uint32_t p = 5;      // how often, one after the other
};

/// `length` bytes that only this password with this salt and cost gives.
std::string Scrypt(std::string_view password, std::string_view salt, const ScryptCost& cost, std::size_t length);

}  // namespace platform
