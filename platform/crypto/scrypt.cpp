#include "platform/crypto/scrypt.hpp"

#include <openssl/evp.h>

#include "platform/crypto/openssl_error.hpp"

namespace platform {
namespace {

// OpenSSL refuses what would take more; twice what the costs in use need.
constexpr std::uint64_t kMostMemory = std::uint64_t{256} * 1024 * 1024;

}  // namespace

std::string Scrypt(std::string_view password, std::string_view salt, const ScryptCost& cost, std::size_t length) {
    std::string key(length, '\0');
    if (EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                       salt.size(), cost.n, cost.r, cost.p, kMostMemory, reinterpret_cast<unsigned char*>(key.data()),
                       key.size()) != 1) {
        ThrowOpenSslError("scrypt");
    }
    return key;
}

}  // namespace platform
