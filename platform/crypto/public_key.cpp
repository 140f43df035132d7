#include "platform/crypto/public_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <string>
#include <utility>

namespace platform {
namespace {

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;  // a larger key is a way to make us compute
constexpr std::size_t kP256Bytes = 32;

template <auto kFree>
struct FreeWith {
    template <typename T>
    void operator()(T* pointer) const {
        kFree(pointer);
    }
};
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

const unsigned char* PublicKeyBytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number ToNumber(std::string_view bytes) {
    return Number(BN_bin2bn(PublicKeyBytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

KeyPointer KeyFromParameters(const char* type, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    KeyPointer made(key);
    const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
    return check && EVP_PKEY_public_check(check.get()) == 1 ? std::move(made) : nullptr;
}

/// The form OpenSSL reads: two numbers in DER. Empty for what is not 64 bytes.
std::string DerOfEcdsa(std::string_view raw) {
    if (raw.size() != 2 * kP256Bytes) {
        return {};
    }
    Number r = ToNumber(raw.substr(0, kP256Bytes));
    Number s = ToNumber(raw.substr(kP256Bytes));
    const EcdsaSignature signature(ECDSA_SIG_new());
    if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) {
        return {};
    }
    (void)r.release();  // owned by the signature now
    (void)s.release();
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    std::string text(reinterpret_cast<const char*>(der), size > 0 ? static_cast<std::size_t>(size) : 0);
    OPENSSL_free(der);
    return text;
}

}  // namespace

struct PublicKey::Key {
    KeyPointer pkey;
};

PublicKey::PublicKey(std::shared_ptr<const Key> key, SignatureAlgorithm algorithm)
    : key_(std::move(key)), algorithm_(algorithm) {}

std::optional<PublicKey> PublicKey::FromRsa(std::string_view modulus, std::string_view exponent) {
    if (modulus.empty() || modulus.size() > kMostRsaBits / 8 + 1 || exponent.empty() || exponent.size() > 8) {
        return std::nullopt;
    }
    const Number n = ToNumber(modulus);
    const Number e = ToNumber(exponent);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || BN_num_bits(n.get()) < kLeastRsaBits ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return std::nullopt;
    }
    KeyPointer key = KeyFromParameters("RSA", builder.get());
    if (!key) {
        return std::nullopt;
    }
    return PublicKey(std::make_shared<Key>(Key{std::move(key)}), SignatureAlgorithm::kRs256);
}

std::optional<PublicKey> PublicKey::FromP256(std::string_view x, std::string_view y) {
    if (x.size() != kP256Bytes || y.size() != kP256Bytes) {
        return std::nullopt;
    }
    const std::string point = '\x04' + std::string(x) + std::string(y);  // uncompressed
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
        return std::nullopt;
    }
    KeyPointer key = KeyFromParameters("EC", builder.get());
    if (!key) {
        return std::nullopt;
    }
    return PublicKey(std::make_shared<Key>(Key{std::move(key)}), SignatureAlgorithm::kEs256);
}

bool PublicKey::Verify(std::string_view message, std::string_view signature) const {
    const std::string bytes = algorithm_ == SignatureAlgorithm::kEs256 ? DerOfEcdsa(signature) : std::string(signature);
    const DigestContext context(EVP_MD_CTX_new());
    return !bytes.empty() && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pkey.get()) == 1 &&
           EVP_DigestVerify(context.get(), PublicKeyBytes(bytes), bytes.size(), PublicKeyBytes(message),
                            message.size()) == 1;
}

}  // namespace platform
