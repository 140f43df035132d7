// JSON Web Tokens and key sets (RFC 7515, 7517, 7519), taken apart but not judged. Pure; thread safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/crypto/public_key.hpp"

namespace wire {

struct Jwt {
    std::string algorithm;  // the header's `alg`
    std::string key_id;     // `kid`; empty when there is none
    std::string issuer;
    std::vector<std::string> audience;
    std::optional<std::int64_t> expires_at;  // seconds of Unix time, as written
    std::optional<std::int64_t> not_before;
    std::map<std::string, std::string> text_claims;  // the top-level claims that are texts
    std::string signed_part;                         // what the signature is over
    std::string signature;                           // bytes
};

struct Jwk {
    std::string key_id;
    platform::PublicKey key;
};

/// Compact form of a signed token; empty for anything else, and for a header with critical extensions.
std::optional<Jwt> DecodeJwt(std::string_view text);
/// The keys we can use (RSA and P-256, for signatures); empty list for a document that is no key set.
std::vector<Jwk> DecodeJwks(std::string_view json);

}  // namespace wire
