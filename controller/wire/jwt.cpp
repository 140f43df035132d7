#include "controller/wire/jwt.hpp"

#include <cmath>

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/json/json.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr std::size_t kLongestJwt = 16 * 1024;
constexpr platform::DocumentLimits kJwksLimits{.max_bytes = 1024 * 1024, .max_depth = 8, .max_nodes = 10'000};

std::optional<Json> DecodePart(std::string_view part) {
    const auto bytes = platform::Base64UrlDecode(part);
    if (!bytes) {
        return std::nullopt;
    }
    auto json = platform::ParseJson(*bytes, {.max_bytes = kLongestJwt, .max_depth = 16, .max_nodes = 2'000});
    return json && json->is_object() ? std::optional(std::move(*json)) : std::nullopt;
}

std::string TextField(const Json& json, const char* field) {
    const auto found = json.find(field);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Seconds; fractions are cut off towards the safe side by the caller's leeway. A wrong type is no time at all.
std::optional<std::int64_t> SecondsField(const Json& json, const char* field, bool& malformed) {
    const auto found = json.find(field);
    if (found == json.end()) {
        return std::nullopt;
    }
    if (!found->is_number()) {
        malformed = true;
        return std::nullopt;
    }
    const double seconds = found->get<double>();
    malformed = malformed || !(std::abs(seconds) < 1e12);
    return malformed ? std::nullopt : std::optional(static_cast<std::int64_t>(seconds));
}

std::vector<std::string> AudienceOf(const Json& claims) {
    std::vector<std::string> audience;
    const auto found = claims.find("aud");
    if (found != claims.end() && found->is_string()) {
        audience.push_back(found->get<std::string>());
    } else if (found != claims.end() && found->is_array()) {
        for (const Json& item : *found) {
            if (item.is_string()) {
                audience.push_back(item.get<std::string>());
            }
        }
    }
    return audience;
}

std::optional<platform::PublicKey> KeyOf(const Json& jwk) {
    const auto bytes = [&](const char* field) { return platform::Base64UrlDecode(TextField(jwk, field)).value_or(""); };
    const std::string use = TextField(jwk, "use");
    const std::string algorithm = TextField(jwk, "alg");
    if (!use.empty() && use != "sig") {
        return std::nullopt;
    }
    if (TextField(jwk, "kty") == "RSA" && (algorithm.empty() || algorithm == "RS256")) {
        return platform::PublicKey::FromRsa(bytes("n"), bytes("e"));
    }
    if (TextField(jwk, "kty") == "EC" && TextField(jwk, "crv") == "P-256" &&
        (algorithm.empty() || algorithm == "ES256")) {
        return platform::PublicKey::FromP256(bytes("x"), bytes("y"));
    }
    return std::nullopt;
}

}  // namespace

std::optional<Jwt> DecodeJwt(std::string_view text) {
    const auto parts = platform::Split(text, '.');
    if (text.size() > kLongestJwt || parts.size() != 3) {
        return std::nullopt;
    }
    const auto header = DecodePart(parts[0]);
    const auto claims = DecodePart(parts[1]);
    auto signature = platform::Base64UrlDecode(parts[2]);
    if (!header || !claims || !signature || signature->empty() || header->contains("crit")) {
        return std::nullopt;
    }
    Jwt jwt;
    bool malformed = false;
    jwt.algorithm = TextField(*header, "alg");
    jwt.key_id = TextField(*header, "kid");
    jwt.issuer = TextField(*claims, "iss");
    jwt.audience = AudienceOf(*claims);
    jwt.expires_at = SecondsField(*claims, "exp", malformed);
    jwt.not_before = SecondsField(*claims, "nbf", malformed);
    for (const auto& [name, value] : claims->items()) {
        if (value.is_string()) {
            jwt.text_claims.emplace(name, value.get<std::string>());
        }
    }
    jwt.signed_part = text.substr(0, parts[0].size() + 1 + parts[1].size());
    jwt.signature = std::move(*signature);
    return malformed ? std::nullopt : std::optional(std::move(jwt));
}

std::vector<Jwk> DecodeJwks(std::string_view json) {
    std::vector<Jwk> keys;
    const auto document = platform::ParseJson(json, kJwksLimits);
    if (!document || !document->is_object() || !document->contains("keys") || !(*document)["keys"].is_array()) {
        return keys;
    }
    for (const Json& jwk : (*document)["keys"]) {
        if (jwk.is_object()) {
            if (auto key = KeyOf(jwk)) {
                keys.push_back({TextField(jwk, "kid"), std::move(*key)});
            }
        }
    }
    return keys;
}

}  // namespace wire
