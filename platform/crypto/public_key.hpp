// Public keys of others, made from the numbers in a JSON Web Key, and the check of a signature by them (RFC 7518).
//
// Only RS256 (RSA of 2048 bits or more, PKCS #1 v1.5, SHA-256) and ES256 (P-256, SHA-256). A key is bound to its
// algorithm: there is no way to check a signature by another one. Malformed input is an empty optional or false.
// Value types; thread safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace platform {

enum class SignatureAlgorithm : std::uint8_t { kRs256, kEs256 };

class PublicKey {
public:
    /// Modulus and exponent, big endian bytes.
    static std::optional<PublicKey> FromRsa(std::string_view modulus, std::string_view exponent);
    /// The point's coordinates, 32 bytes each.
    static std::optional<PublicKey> FromP256(std::string_view x, std::string_view y);

    SignatureAlgorithm Algorithm() const {
        return algorithm_;
    }
    /// The signature's bytes; for ES256 the two numbers of 32 bytes each.
    bool Verify(std::string_view message, std::string_view signature) const;

private:
    struct Key;
    PublicKey(std::shared_ptr<const Key> key, SignatureAlgorithm algorithm);

    std::shared_ptr<const Key> key_;
    SignatureAlgorithm algorithm_;
};

}  // namespace platform
