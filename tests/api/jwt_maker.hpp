// A token issuer for tests: real keys, signed tokens, and the key set that goes with them.
#pragma once

#include <memory>
#include <string>

#include "platform/json/json.hpp"

namespace api_test {

class JwtIssuer {
public:
    enum class Kind { kRsa, kP256 };

    JwtIssuer(Kind kind, std::string key_id);
    ~JwtIssuer();
    JwtIssuer(JwtIssuer&&) noexcept;

    /// The public key as a member of a key set.
    platform::Json Jwk() const;
    /// Header and claims, signed.
    std::string Sign(const platform::Json& claims) const;
    /// The same with any header, `alg` included.
    std::string SignWithHeader(const platform::Json& header, const platform::Json& claims) const;
    /// PEM of the public key, for the attack that uses it as a shared secret.
    std::string PublicPem() const;

private:
    struct Key;
    Kind kind_;
    std::string key_id_;
    std::unique_ptr<Key> key_;
};

std::string JwtPart(const platform::Json& json);

}  // namespace api_test
