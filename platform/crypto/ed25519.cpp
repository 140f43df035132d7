#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/crypto/openssl_error.hpp"

namespace platform {
namespace {

constexpr std::size_t kKeyIdDigits = 16;

struct PkeyFree {
    void operator()(EVP_PKEY* key) const {
        EVP_PKEY_free(key);
    }
};
struct BioFree {
    void operator()(BIO* bio) const {
        BIO_free(bio);
    }
};
using PkeyPointer = std::unique_ptr<EVP_PKEY, PkeyFree>;
using BioPointer = std::unique_ptr<BIO, BioFree>;

/// For encrypted PEM: there is no password. Without this OpenSSL would ask on the terminal.
int NoPassword(char*, int, int, void*) {
    return -1;
}

BioPointer ReadingFrom(std::string_view pem) {
    PORTCULLIS_INVARIANT(pem.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()),
                         "a key has a sane length");
    BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) {
        ThrowOpenSslError("opening a memory buffer");
    }
    return bio;
}

BioPointer WritingToMemory() {
    BioPointer bio(BIO_new(BIO_s_mem()));
    if (!bio) {
        ThrowOpenSslError("opening a memory buffer");
    }
    return bio;
}

std::string Written(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(length)};
}

/// The key when it is an Ed25519 key. What OpenSSL thought of malformed text is of no use to anybody.
PkeyPointer OnlyEd25519(EVP_PKEY* key) {
    PkeyPointer owned(key);
    ERR_clear_error();
    if (!owned || EVP_PKEY_get_id(owned.get()) != EVP_PKEY_ED25519) {
        return nullptr;
    }
    return owned;
}

/// As libsodium takes them. A seed and a public key have the same length.
using RawKey = std::array<unsigned char, crypto_sign_PUBLICKEYBYTES>;
using SecretKey = std::array<unsigned char, crypto_sign_SECRETKEYBYTES>;
static_assert(crypto_sign_SEEDBYTES == crypto_sign_PUBLICKEYBYTES);

const unsigned char* Unsigned(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Picks the implementation for this processor, once; without it everything still works, but slower.
void ReadySodium() {
    static const bool ready = ::sodium_init() >= 0;
    if (!ready) {
        throw std::runtime_error("libsodium cannot be used on this machine");
    }
}

RawKey RawPublic(const EVP_PKEY* key) {
    RawKey raw{};
    std::size_t length = raw.size();
    if (EVP_PKEY_get_raw_public_key(key, raw.data(), &length) != 1 || length != raw.size()) {
        ThrowOpenSslError("reading a public key");
    }
    return raw;
}

/// What OpenSSL keeps of a private key is its seed.
SecretKey SecretOf(const EVP_PKEY* key) {
    ReadySodium();
    RawKey seed{};
    std::size_t length = seed.size();
    if (EVP_PKEY_get_raw_private_key(key, seed.data(), &length) != 1 || length != seed.size()) {
        ThrowOpenSslError("reading a private key");
    }
    RawKey shown{};
    SecretKey secret{};
    const int made = ::crypto_sign_seed_keypair(shown.data(), secret.data(), seed.data());
    ::sodium_memzero(seed.data(), seed.size());
    PORTCULLIS_INVARIANT(made == 0 && shown == RawPublic(key), "both libraries make the same key of a seed");
    return secret;
}

std::string KeyIdOf(const RawKey& raw) {
    return Sha256Hex({reinterpret_cast<const char*>(raw.data()), raw.size()}).substr(0, kKeyIdDigits);
}

}  // namespace

struct SigningKey::Key {
    explicit Key(PkeyPointer owned) : pkey(std::move(owned)), secret(SecretOf(pkey.get())) {}
    ~Key() {
        ::sodium_memzero(secret.data(), secret.size());
    }
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

    PkeyPointer pkey;
    SecretKey secret;
};

struct VerifyingKey::Key {
    explicit Key(const PkeyPointer& pkey) : raw(RawPublic(pkey.get())), id(KeyIdOf(raw)) {
        ReadySodium();
    }

    RawKey raw;
    std::string id;
};

SigningKey::SigningKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

SigningKey SigningKey::Generate() {
    PkeyPointer pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!pkey) {
        ThrowOpenSslError("making a key");
    }
    return SigningKey(std::make_shared<const Key>(std::move(pkey)));
}

std::optional<SigningKey> SigningKey::FromPem(std::string_view private_pem) {
    const BioPointer bio = ReadingFrom(private_pem);
    PkeyPointer pkey = OnlyEd25519(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr));
    if (!pkey) {
        return std::nullopt;
    }
    return SigningKey(std::make_shared<const Key>(std::move(pkey)));
}

std::string SigningKey::PrivatePem() const {
    const BioPointer bio = WritingToMemory();
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->pkey.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        ThrowOpenSslError("writing a private key");
    }
    return Written(bio.get());
}

std::string SigningKey::PublicPem() const {
    const BioPointer bio = WritingToMemory();
    if (PEM_write_bio_PUBKEY(bio.get(), key_->pkey.get()) != 1) {
        ThrowOpenSslError("writing a public key");
    }
    return Written(bio.get());
}

std::string SigningKey::KeyId() const {
    return KeyIdOf(RawPublic(key_->pkey.get()));
}

std::string SigningKey::Sign(std::string_view message) const {
    std::string signature(crypto_sign_BYTES, '\0');
    const int made = ::crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                                            Unsigned(message), message.size(), key_->secret.data());
    PORTCULLIS_INVARIANT(made == 0, "anything can be signed");
    return Base64UrlEncode(signature);
}

VerifyingKey::VerifyingKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

std::optional<VerifyingKey> VerifyingKey::FromPem(std::string_view public_pem) {
    const BioPointer bio = ReadingFrom(public_pem);
    const PkeyPointer pkey = OnlyEd25519(PEM_read_bio_PUBKEY(bio.get(), nullptr, &NoPassword, nullptr));
    if (!pkey) {
        return std::nullopt;
    }
    return VerifyingKey(std::make_shared<const Key>(pkey));
}

std::string VerifyingKey::KeyId() const {
    return key_->id;
}

bool VerifyingKey::Verify(std::string_view message, std::string_view signature_base64url) const {
    const std::optional<std::string> signature = Base64UrlDecode(signature_base64url);
    return signature && signature->size() == crypto_sign_BYTES &&
           ::crypto_sign_verify_detached(Unsigned(*signature), Unsigned(message), message.size(), key_->raw.data()) ==
               0;
}

VerifyingKeys::VerifyingKeys(VerifyingKey key) {
    std::string id = key.KeyId();
    keys_.emplace_back(std::move(id), std::move(key));
}

std::optional<VerifyingKeys> VerifyingKeys::FromPem(std::string_view public_pems) {
    constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----";
    constexpr std::string_view kEnd = "-----END PUBLIC KEY-----";
    VerifyingKeys keys;
    for (std::size_t begin = public_pems.find(kBegin); begin != std::string_view::npos;
         begin = public_pems.find(kBegin, begin)) {
        const std::size_t end = public_pems.find(kEnd, begin);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        auto key = VerifyingKey::FromPem(public_pems.substr(begin, end + kEnd.size() - begin));
        if (!key) {
            return std::nullopt;
        }
        std::string id = key->KeyId();
        keys.keys_.emplace_back(std::move(id), std::move(*key));
        begin = end;
    }
    return keys.keys_.empty() ? std::nullopt : std::optional(std::move(keys));
}

const VerifyingKey* VerifyingKeys::Find(std::string_view key_id) const {
    const auto found =
        std::find_if(keys_.begin(), keys_.end(), [&](const auto& entry) { return entry.first == key_id; });
    return found == keys_.end() ? nullptr : &found->second;
}

std::string VerifyingKeys::Names() const {
    std::string names;
    for (const auto& entry : keys_) {
        names.append(names.empty() ? "" : ", ").append(entry.first);
    }
    return names;
}

}  // namespace platform
