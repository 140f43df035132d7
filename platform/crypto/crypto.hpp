// Hashes, signatures, random bytes and their text forms, over OpenSSL; Ed25519 itself over libsodium, which takes half
// the time. Their types never leave this folder's .cpp files.
//
// All functions are pure but RandomBytes; all are thread safe. A failure inside OpenSSL is a bug or an exhausted
// machine: it throws std::runtime_error. Malformed *input* (bad hex, bad key text) is an empty optional.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platform {

using Digest = std::array<std::uint8_t, 32>;

Digest Sha256(std::string_view bytes);
/// Lower-case hex of SHA-256.
std::string Sha256Hex(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);

/// Incremental SHA-256, for streams that are not kept in memory.
class Sha256Stream {
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(const Sha256Stream&) = delete;
    Sha256Stream& operator=(const Sha256Stream&) = delete;
    void Update(std::string_view bytes);
    /// Once, at the end.
    std::string FinishHex();

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string HexEncode(std::string_view bytes);
/// Either case; an even number of digits.
std::optional<std::string> HexDecode(std::string_view text);
/// base64url without padding (RFC 4648, section 5).
std::string Base64UrlEncode(std::string_view bytes);
/// Exactly one text is accepted for given bytes: no padding, no white space, no stray bits at the end.
std::optional<std::string> Base64UrlDecode(std::string_view text);
/// Standard base64 with padding.
std::string Base64Encode(std::string_view bytes);

std::string RandomBytes(std::size_t count);
/// Takes the same time wherever the first difference is; texts of different length differ at once.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

/// A 26-character ULID: 48 bits of `unix_milliseconds`, 80 random bits, Crockford base32, sortable by time.
std::string MakeUlid(std::int64_t unix_milliseconds);

/// Ed25519 keys travel as PEM (PKCS#8 private, SubjectPublicKeyInfo public), signatures as base64url.
class SigningKey {
public:
    static SigningKey Generate();
    /// Empty for anything but an unencrypted Ed25519 private key.
    static std::optional<SigningKey> FromPem(std::string_view private_pem);

    std::string PrivatePem() const;
    std::string PublicPem() const;
    /// First 16 hex digits of SHA-256 over the raw public key; names the key in what it signs.
    std::string KeyId() const;
    /// The signature as base64url; the same for the same message.
    std::string Sign(std::string_view message) const;

private:
    struct Key;
    explicit SigningKey(std::shared_ptr<const Key> key);
    std::shared_ptr<const Key> key_;
};

class VerifyingKey {
public:
    /// Empty for anything but an Ed25519 public key.
    static std::optional<VerifyingKey> FromPem(std::string_view public_pem);

    /// The same as the KeyId of its SigningKey.
    std::string KeyId() const;
    /// False for a wrong or malformed signature.
    bool Verify(std::string_view message, std::string_view signature_base64url) const;

private:
    struct Key;
    explicit VerifyingKey(std::shared_ptr<const Key> key);
    std::shared_ptr<const Key> key_;
};

/// One or several public keys: what was signed before and after the signer took a new key verifies with one file.
class VerifyingKeys {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): a key is the set that holds it alone
    VerifyingKeys(VerifyingKey key);
    /// One or more PEM blocks; text between them is ignored. Empty when there is none, or when one of them is anything
    /// but an Ed25519 public key.
    static std::optional<VerifyingKeys> FromPem(std::string_view public_pems);

    /// Null when the key is not among them.
    const VerifyingKey* Find(std::string_view key_id) const;
    /// The ids, for messages: "3f…" or "3f…, 9a…".
    std::string Names() const;

private:
    VerifyingKeys() = default;
    std::vector<std::pair<std::string, VerifyingKey>> keys_;  // by id, in the order given
};

}  // namespace platform
