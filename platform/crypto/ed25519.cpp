#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <limits>

#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/crypto/openssl_error.hpp"

namespace platform {
namespace {

constexpr std::size_t kKeyIdDigits = 16;
constexpr std::size_t kRawKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

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
struct MdContextFree {
    void operator()(EVP_MD_CTX* context) const {
        EVP_MD_CTX_free(context);
    }
};
using PkeyPointer = std::unique_ptr<EVP_PKEY, PkeyFree>;
using BioPointer = std::unique_ptr<BIO, BioFree>;
using MdContextPointer = std::unique_ptr<EVP_MD_CTX, MdContextFree>;

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

std::string KeyIdOf(const EVP_PKEY* key) {
    std::string raw(kRawKeyBytes, '\0');
    std::size_t length = raw.size();
    if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &length) != 1 ||
        length != kRawKeyBytes) {
        ThrowOpenSslError("reading a public key");
    }
    return Sha256Hex(raw).substr(0, kKeyIdDigits);
}

MdContextPointer NewMdContext() {
    MdContextPointer context(EVP_MD_CTX_new());
    if (!context) {
        ThrowOpenSslError("allocating a signature context");
    }
    return context;
}

}  // namespace

struct SigningKey::Key {
    PkeyPointer pkey;
};

struct VerifyingKey::Key {
    PkeyPointer pkey;
};

SigningKey::SigningKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

SigningKey SigningKey::Generate() {
    PkeyPointer pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!pkey) {
        ThrowOpenSslError("making a key");
    }
    return SigningKey(std::make_shared<const Key>(Key{std::move(pkey)}));
}

std::optional<SigningKey> SigningKey::FromPem(std::string_view private_pem) {
    const BioPointer bio = ReadingFrom(private_pem);
    PkeyPointer pkey = OnlyEd25519(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr));
    if (!pkey) {
        return std::nullopt;
    }
    return SigningKey(std::make_shared<const Key>(Key{std::move(pkey)}));
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
    return KeyIdOf(key_->pkey.get());
}

std::string SigningKey::Sign(std::string_view message) const {
    const MdContextPointer context = NewMdContext();
    std::string signature(kSignatureBytes, '\0');
    std::size_t length = signature.size();
    if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->pkey.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1 ||
        length != kSignatureBytes) {
        ThrowOpenSslError("signing");
    }
    return Base64UrlEncode(signature);
}

VerifyingKey::VerifyingKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

std::optional<VerifyingKey> VerifyingKey::FromPem(std::string_view public_pem) {
    const BioPointer bio = ReadingFrom(public_pem);
    PkeyPointer pkey = OnlyEd25519(PEM_read_bio_PUBKEY(bio.get(), nullptr, &NoPassword, nullptr));
    if (!pkey) {
        return std::nullopt;
    }
    return VerifyingKey(std::make_shared<const Key>(Key{std::move(pkey)}));
}

std::string VerifyingKey::KeyId() const {
    return KeyIdOf(key_->pkey.get());
}

bool VerifyingKey::Verify(std::string_view message, std::string_view signature_base64url) const {
    const std::optional<std::string> signature = Base64UrlDecode(signature_base64url);
    if (!signature || signature->size() != kSignatureBytes) {
        return false;
    }
    const MdContextPointer context = NewMdContext();
    if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_->pkey.get()) != 1) {
        ThrowOpenSslError("preparing to verify");
    }
    const int verdict =
        EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature->data()), signature->size(),
                         reinterpret_cast<const unsigned char*>(message.data()), message.size());
    ERR_clear_error();
    return verdict == 1;
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
