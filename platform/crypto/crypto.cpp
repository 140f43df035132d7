#include "platform/crypto/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <limits>

#include "platform/base/invariant.hpp"
#include "platform/crypto/openssl_error.hpp"

namespace platform {
namespace {

const unsigned char* BytePointer(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string_view DigestView(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Digest Sha256(std::string_view bytes) {
    Digest digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
        ThrowOpenSslError("SHA-256");
    }
    return digest;
}

std::string Sha256Hex(std::string_view bytes) {
    return HexEncode(DigestView(Sha256(bytes)));
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
    PORTCULLIS_INVARIANT(key.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()),
                         "an HMAC key has a sane length");
    Digest digest{};
    unsigned int length = 0;
    // A null key means "the previous key" to OpenSSL; an empty one must stay an empty one.
    const char* key_data = key.data() != nullptr ? key.data() : "";
    if (HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()), BytePointer(bytes), bytes.size(), digest.data(),
             &length) == nullptr) {
        ThrowOpenSslError("HMAC-SHA-256");
    }
    return std::string(DigestView(digest));
}

struct Sha256Stream::State {
    struct Free {
        void operator()(EVP_MD_CTX* context) const {
            EVP_MD_CTX_free(context);
        }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
    bool finished = false;
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
    if (!state_->context || EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1) {
        ThrowOpenSslError("starting SHA-256");
    }
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(std::string_view bytes) {
    PORTCULLIS_INVARIANT(!state_->finished, "a finished digest takes no more bytes");
    if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) {
        ThrowOpenSslError("SHA-256");
    }
}

std::string Sha256Stream::FinishHex() {
    PORTCULLIS_INVARIANT(!state_->finished, "a digest is finished once");
    state_->finished = true;
    Digest digest{};
    if (EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) != 1) {
        ThrowOpenSslError("finishing SHA-256");
    }
    return HexEncode(DigestView(digest));
}

std::string RandomBytes(std::size_t count) {
    PORTCULLIS_INVARIANT(count <= static_cast<std::size_t>(std::numeric_limits<int>::max()),
                         "random bytes come in sane amounts");
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
        ThrowOpenSslError("reading random bytes");
    }
    return bytes;
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

std::string MakeUlid(std::int64_t unix_milliseconds) {
    constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    constexpr int kTimeCharacters = 10;
    constexpr std::size_t kRandomBytes = 10;
    PORTCULLIS_INVARIANT(unix_milliseconds >= 0 && unix_milliseconds < (std::int64_t{1} << 48),
                         "a ULID holds 48 bits of milliseconds since 1970");
    std::string ulid;
    for (int i = kTimeCharacters - 1; i >= 0; --i) {
        ulid += kCrockford[static_cast<std::size_t>((unix_milliseconds >> (5 * i)) & 31)];
    }
    // Ten bytes are sixteen groups of five bits, without a rest.
    std::uint32_t bits = 0;
    int available = 0;
    for (const char byte : RandomBytes(kRandomBytes)) {
        bits = (bits << 8) | static_cast<std::uint8_t>(byte);
        available += 8;
        while (available >= 5) {
            available -= 5;
            ulid += kCrockford[(bits >> available) & 31];
        }
    }
    return ulid;
}

}  // namespace platform
