// The messages by which keys and credentials of the channel are replaced, and the statement by which one key hands over
// to the next.
//
// Controller to instance:
//   {"type":"next_key","statement":"{...}","signature":"..."}       signed by the key that hands over
//   {"type":"rotate_credential","request":"rot_..."}                make yourself another credential
//   {"type":"credential_registered","request":"rot_...","hash":"..."}   it is good now: use it
// Instance to controller:
//   {"type":"key","outcome":"pinned","reason":"","pinned":"3f..."}  what became of a next_key; the key that is pinned
//   {"type":"new_credential","request":"rot_...","hash":"...","problem":""}   the SHA-256 of what it has made and kept
//
// The statement is signed as it is sent, which must be its own canonical form:
//   {"from":"3f...","issued_at":"...","purpose":"key_handover","to":"-----BEGIN PUBLIC KEY-----..."}
//
// Strict: unknown fields, missing fields and wrong types are no message. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platform/base/enum_text.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "tenancy/model.hpp"

namespace platform {
class ObjectReader;
}  // namespace platform

namespace tenancy::wire {

constexpr std::size_t kMaxRotationBytes = 16 * 1024;

struct KeyHandover {
    std::string from;  // id of the key that signs this
    std::string to;    // PEM of the key that is pinned from now on
    Time issued_at;

    friend bool operator==(const KeyHandover&, const KeyHandover&) = default;
};

/// The canonical text: what is signed and sent.
std::string EncodeKeyHandover(const KeyHandover& handover);
platform::Expected<KeyHandover, platform::FieldErrors> DecodeKeyHandover(std::string_view text);

struct NextKey {
    std::string statement;
    std::string signature;
};

struct RotateCredential {
    std::string request;
};

struct CredentialRegistered {
    std::string request;
    std::string hash;  // hex
};

enum class KeyOutcome : std::uint8_t {
    kPinned,     // now, or it was already
    kForged,     // not signed by the pinned key
    kMalformed,  // signed, but no hand-over
    kNotStored   // the disk refused; the older key stays pinned
};

struct KeyAnswer {
    KeyOutcome outcome = KeyOutcome::kMalformed;
    std::string reason;
    std::string pinned;  // id of the key that is pinned now; empty: none
};

struct NewCredential {
    std::string request;
    std::string hash;     // hex; empty: it could not be made
    std::string problem;  // why not
};

std::string EncodeNextKey(const NextKey& message);
std::string EncodeRotateCredential(const RotateCredential& message);
std::string EncodeCredentialRegistered(const CredentialRegistered& message);
std::string EncodeKeyAnswer(const KeyAnswer& answer);
std::string EncodeNewCredential(const NewCredential& message);
platform::Expected<KeyAnswer, platform::FieldErrors> DecodeKeyAnswer(std::string_view text);
platform::Expected<NewCredential, platform::FieldErrors> DecodeNewCredential(std::string_view text);

using RotationMessage = std::variant<NextKey, RotateCredential, CredentialRegistered>;
/// For the decoder of the controller's messages: nothing when `type` is none of these.
std::optional<RotationMessage> ReadRotationMessage(const std::string& type, platform::ObjectReader& in);

}  // namespace tenancy::wire

namespace platform {

template <>
struct EnumNames<tenancy::wire::KeyOutcome> {
    static constexpr std::array<EnumName<tenancy::wire::KeyOutcome>, 4> kNames{{
        {tenancy::wire::KeyOutcome::kPinned, "pinned"},
        {tenancy::wire::KeyOutcome::kForged, "forged"},
        {tenancy::wire::KeyOutcome::kMalformed, "malformed"},
        {tenancy::wire::KeyOutcome::kNotStored, "not_stored"},
    }};
};

}  // namespace platform
