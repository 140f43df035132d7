// A verdict that can be carried away and checked without the server: `portcullis gate ... --save`, `verify-verdict`.
//
// The document is the verdict's JSON with format, issued_at, expires_at, key_id and signature. The signature (Ed25519)
// is over a fixed prefix and the canonical JSON of everything but the signature, so that white space and the order of
// fields do not matter and nothing else can change.
//
// What it proves: that the holder of the key said so, from issued_at on and no longer than until expires_at. It does
// not prove that the verdict still holds: facts may have changed since, which is why it expires within minutes.
// On a simulated clock all times are the simulated ones; such a verdict says so, inside what is signed.
// Text and structs only. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controller/wire/verdict.hpp"
#include "platform/crypto/crypto.hpp"

namespace wire {

/// How long a signed verdict is good for unless the caller says otherwise.
inline constexpr policy::Duration kSignedVerdictLife = std::chrono::minutes{15};
/// How far the clocks of signer and verifier may differ.
inline constexpr policy::Duration kClockTolerance = std::chrono::minutes{1};

/// The signed document, with a line break at its end.
std::string SignVerdict(const VerdictDocument& verdict, policy::Time issued_at, policy::Time expires_at,
                        const platform::SigningKey& key);

/// In the order they are checked: the first that applies is the outcome.
enum class SignedVerdictOutcome : std::uint8_t {
    kValid,         // genuine, in time, and it allows
    kMalformed,     // no signed verdict at all, or the public key is none
    kWrongKey,      // signed by another key than the one given
    kBadSignature,  // changed after it was signed
    kWhatIf,        // genuine, but it answers a what-if: nothing may follow from it
    kNotYetValid,
    kExpired,
    kNotAllow  // genuine and in time; the answer was no
};

struct SignedVerdictReport {
    SignedVerdictOutcome outcome = SignedVerdictOutcome::kMalformed;
    std::string message;  // one sentence for people
    // Of the document; only when the signature holds.
    std::optional<VerdictDocument> verdict;
    std::optional<policy::Time> issued_at;
    std::optional<policy::Time> expires_at;
    std::string key_id;
};

/// `public_pems`: the key, or several one after the other.
SignedVerdictReport VerifySignedVerdict(std::string_view text, std::string_view public_pems, policy::Time now);

}  // namespace wire

namespace platform {

template <>
struct EnumNames<wire::SignedVerdictOutcome> {
    static constexpr std::array<EnumName<wire::SignedVerdictOutcome>, 8> kNames{
        {{wire::SignedVerdictOutcome::kValid, "valid"},
         {wire::SignedVerdictOutcome::kMalformed, "malformed"},
         {wire::SignedVerdictOutcome::kWrongKey, "wrong_key"},
         {wire::SignedVerdictOutcome::kBadSignature, "bad_signature"},
         {wire::SignedVerdictOutcome::kWhatIf, "what_if"},
         {wire::SignedVerdictOutcome::kNotYetValid, "not_yet_valid"},
         {wire::SignedVerdictOutcome::kExpired, "expired"},
         {wire::SignedVerdictOutcome::kNotAllow, "not_allow"}}};
};

}  // namespace platform
