#include "controller/app/oidc.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "controller/wire/jwt.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/httpc/client.hpp"
#include "platform/log/log.hpp"

namespace app {
namespace {

constexpr std::size_t kMostJwksBytes = 1024 * 1024;

std::string_view AlgorithmName(platform::SignatureAlgorithm algorithm) {
    switch (algorithm) {
        case platform::SignatureAlgorithm::kRs256:
            return "RS256";
        case platform::SignatureAlgorithm::kEs256:
            return "ES256";
    }
    return "";
}

bool IsUrl(std::string_view location) {
    return location.starts_with("https://") || location.starts_with("http://");
}

}  // namespace

struct OidcVerifier::Impl {
    struct KeySet {
        std::vector<wire::Jwk> keys;
        platform::SteadyTime asked_at{};
        bool asked = false;
    };

    explicit Impl(OidcOptions given) : options(std::move(given)) {}

    /// The document of the issuer's keys; empty when it cannot be had.
    std::string Fetch(const OidcIssuer& issuer) const {
        if (!IsUrl(issuer.jwks)) {
            const auto text = platform::ReadFile(issuer.jwks, kMostJwksBytes);
            return text ? *text : std::string();
        }
        platform::ClientRequest request;
        request.url = issuer.jwks;
        request.timeout = options.timeout;
        request.connect_timeout = options.timeout;
        request.max_response_bytes = kMostJwksBytes;
        const auto response = platform::HttpClient().Send(request);
        return response && response->status == 200 ? response->body : std::string();
    }

    /// The keys a token of this issuer may be signed by. Asked for again when they are old, and, not too often, when
    /// the token names one that is not among them: the issuer may have made a new one. Keys that cannot be had again
    /// stay in use: an issuer that is down does not lock its people out.
    std::vector<wire::Jwk> KeysFor(const OidcIssuer& issuer, const std::string& key_id) {
        std::unique_lock lock(mutex);
        KeySet& set = sets[issuer.issuer];
        const auto age = platform::SteadyNow() - set.asked_at;
        const bool known =
            std::ranges::any_of(set.keys, [&](const wire::Jwk& key) { return key_id.empty() || key.key_id == key_id; });
        if (set.asked && age < options.refresh && (known || age < options.unknown_key)) {
            return set.keys;
        }
        set.asked = true;
        set.asked_at = platform::SteadyNow();
        // The first keys are worth waiting for; while there are some, other callers go on with those.
        if (!set.keys.empty()) {
            lock.unlock();
        }
        std::vector<wire::Jwk> fresh = wire::DecodeJwks(Fetch(issuer));
        if (!lock.owns_lock()) {
            lock.lock();
        }
        if (fresh.empty()) {
            platform::Log(platform::Level::kWarning, "oidc.keys_missing",
                          {{"issuer", issuer.issuer}, {"jwks", issuer.jwks}});
        } else {
            set.keys = std::move(fresh);
        }
        return set.keys;
    }

    bool IsSigned(const OidcIssuer& issuer, const wire::Jwt& jwt) {
        return std::ranges::any_of(KeysFor(issuer, jwt.key_id), [&](const wire::Jwk& jwk) {
            return (jwt.key_id.empty() || jwk.key_id == jwt.key_id) &&
                   jwt.algorithm == AlgorithmName(jwk.key.Algorithm()) &&
                   jwk.key.Verify(jwt.signed_part, jwt.signature);
        });
    }

    bool IsInTime(const wire::Jwt& jwt) const {
        const std::int64_t now =
            std::chrono::duration_cast<std::chrono::seconds>(platform::SystemNow().time_since_epoch()).count();
        const std::int64_t leeway = options.leeway.count();
        return jwt.expires_at && now < *jwt.expires_at + leeway && (!jwt.not_before || now + leeway >= *jwt.not_before);
    }

    const OidcOptions options;
    std::mutex mutex;
    std::map<std::string, KeySet> sets;
};

OidcVerifier::OidcVerifier(OidcOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
OidcVerifier::~OidcVerifier() = default;

std::optional<policy::PrincipalId> OidcVerifier::Verify(std::string_view token) {
    const auto jwt = wire::DecodeJwt(token);
    if (!jwt || !impl_->IsInTime(*jwt)) {
        return std::nullopt;
    }
    const auto& issuers = impl_->options.issuers;
    for (const OidcIssuer& issuer : issuers) {
        const bool for_us = std::ranges::find(jwt->audience, issuer.audience) != jwt->audience.end();
        const auto claim = jwt->text_claims.find(issuer.claim);
        if (issuer.issuer == jwt->issuer && for_us && claim != jwt->text_claims.end() &&
            impl_->IsSigned(issuer, *jwt)) {
            return policy::PrincipalId::Parse(issuer.prefix + claim->second);
        }
    }
    return std::nullopt;
}

}  // namespace app
