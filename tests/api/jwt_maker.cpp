#include "tests/api/jwt_maker.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdexcept>
#include <vector>

#include "platform/crypto/crypto.hpp"

namespace api_test {
namespace {

using platform::Json;

void Must(bool done) {
    if (!done) {
        throw std::runtime_error("OpenSSL refused to make a test key or signature");
    }
}

std::string NumberOf(EVP_PKEY* key, const char* name, int size) {
    BIGNUM* number = nullptr;
    Must(EVP_PKEY_get_bn_param(key, name, &number) == 1);
    const int bytes = size > 0 ? size : BN_num_bytes(number);
    std::string text(static_cast<std::size_t>(bytes), '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(text.data()), bytes);
    BN_free(number);
    return text;
}

/// DER to the two numbers of 32 bytes each.
std::string RawEcdsa(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    Must(signature != nullptr);
    std::string raw(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + 32, 32);
    ECDSA_SIG_free(signature);
    return raw;
}

}  // namespace

struct JwtIssuer::Key {
    EVP_PKEY* pkey = nullptr;
    ~Key() {
        EVP_PKEY_free(pkey);
    }
};

JwtIssuer::JwtIssuer(Kind kind, std::string key_id)
    : kind_(kind), key_id_(std::move(key_id)), key_(std::make_unique<Key>()) {
    key_->pkey = kind == Kind::kRsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    Must(key_->pkey != nullptr);
}
JwtIssuer::~JwtIssuer() = default;
JwtIssuer::JwtIssuer(JwtIssuer&&) noexcept = default;

Json JwtIssuer::Jwk() const {
    const auto field = [&](const char* name, int size) {
        return platform::Base64UrlEncode(NumberOf(key_->pkey, name, size));
    };
    if (kind_ == Kind::kRsa) {
        return {{"kty", "RSA"},
                {"kid", key_id_},
                {"use", "sig"},
                {"alg", "RS256"},
                {"n", field(OSSL_PKEY_PARAM_RSA_N, 0)},
                {"e", field(OSSL_PKEY_PARAM_RSA_E, 0)}};
    }
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"kid", key_id_},
            {"x", field(OSSL_PKEY_PARAM_EC_PUB_X, 32)},
            {"y", field(OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
}

std::string JwtPart(const Json& json) {
    return platform::Base64UrlEncode(json.dump());
}

std::string JwtIssuer::SignWithHeader(const Json& header, const Json& claims) const {
    const std::string signed_part = JwtPart(header) + "." + JwtPart(claims);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(signed_part.data());
    Must(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_->pkey) == 1);
    Must(EVP_DigestSign(context, nullptr, &size, bytes, signed_part.size()) == 1);
    std::string signature(size, '\0');
    Must(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                        signed_part.size()) == 1);
    signature.resize(size);
    EVP_MD_CTX_free(context);
    return signed_part + "." + platform::Base64UrlEncode(kind_ == Kind::kP256 ? RawEcdsa(signature) : signature);
}

std::string JwtIssuer::Sign(const Json& claims) const {
    return SignWithHeader({{"alg", kind_ == Kind::kRsa ? "RS256" : "ES256"}, {"typ", "JWT"}, {"kid", key_id_}}, claims);
}

std::string JwtIssuer::PublicPem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    Must(PEM_write_bio_PUBKEY(bio, key_->pkey) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return pem;
}

}  // namespace api_test
