#include "controller/wire/signed_verdict.hpp"

#include <utility>

#include "controller/wire/finding_json.hpp"
#include "platform/base/text.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr std::string_view kFormat = "portcullis-verdict/1";
/// Keeps a signature over a verdict from being one over anything else this key signs.
constexpr std::string_view kSignedPrefix = "portcullis-verdict-v1\n";
constexpr platform::DocumentLimits kSignedVerdictLimits{
    .max_bytes = 8 * 1024 * 1024, .max_depth = 16, .max_nodes = 200'000};

std::string SignedMessage(const Json& without_signature) {
    return std::string(kSignedPrefix) + platform::CanonicalJson(without_signature);
}

SignedVerdictReport Rejected(SignedVerdictOutcome outcome, std::string message) {
    SignedVerdictReport report;
    report.outcome = outcome;
    report.message = std::move(message);
    return report;
}

std::string FirstError(const platform::FieldErrors& errors) {
    if (errors.empty()) {
        return "the document is empty";
    }
    return errors.front().pointer.empty() ? errors.front().message
                                          : errors.front().pointer + " " + errors.front().message;
}

/// Judges a document whose signature holds.
void JudgeGenuine(SignedVerdictReport& report, policy::Time now) {
    const VerdictDocument& verdict = *report.verdict;
    const std::string what = verdict.release + " to " + std::string(platform::EnumText(verdict.to));
    if (verdict.what_if) {
        report.outcome = SignedVerdictOutcome::kWhatIf;
        report.message = "answers a what-if about " + what + "; nothing may follow from it";
    } else if (now + kClockTolerance < *report.issued_at) {
        report.outcome = SignedVerdictOutcome::kNotYetValid;
        report.message = "was issued at " + platform::FormatTime(*report.issued_at) + ", which is after now (" +
                         platform::FormatTime(now) + "); check the clocks";
    } else if (now >= *report.expires_at) {
        report.outcome = SignedVerdictOutcome::kExpired;
        report.message = "expired at " + platform::FormatTime(*report.expires_at) + "; ask the gate again";
    } else if (verdict.state != policy::VerdictState::kAllow) {
        report.outcome = SignedVerdictOutcome::kNotAllow;
        report.message = "says " + std::string(platform::EnumText(verdict.state)) + " for " + what;
    } else {
        report.outcome = SignedVerdictOutcome::kValid;
        report.message = "allows " + what + " until " + platform::FormatTime(*report.expires_at);
    }
    if (verdict.simulated_clock) {
        report.message += " (simulated clock)";
    }
}

}  // namespace

std::string SignVerdict(const VerdictDocument& verdict, policy::Time issued_at, policy::Time expires_at,
                        const platform::SigningKey& key) {
    Json json = ToJson(verdict);
    json["format"] = kFormat;
    json["simulated_clock"] = verdict.simulated_clock;
    json["issued_at"] = platform::FormatTime(issued_at);
    json["expires_at"] = platform::FormatTime(expires_at);
    json["key_id"] = key.KeyId();
    json["signature"] = key.Sign(SignedMessage(json));
    return platform::CanonicalJson(json) + "\n";
}

SignedVerdictReport VerifySignedVerdict(std::string_view text, std::string_view public_pems, policy::Time now) {
    const auto keys = platform::VerifyingKeys::FromPem(public_pems);
    if (!keys) {
        return Rejected(SignedVerdictOutcome::kMalformed, "the public key is no Ed25519 key in PEM");
    }
    auto parsed = platform::ParseJson(text, kSignedVerdictLimits);
    if (!parsed) {
        return Rejected(SignedVerdictOutcome::kMalformed, "is no signed verdict: " + FirstError(parsed.error()));
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*parsed, "", errors);
    const std::string format = in.Text("format", {.min = 1, .max = 100});
    const std::string key_id = in.Text("key_id", {.min = 1, .max = 100});
    const std::string signature = in.Text("signature", {.min = 1, .max = 200});
    const policy::Time issued_at = in.Instant("issued_at");
    const policy::Time expires_at = in.Instant("expires_at");
    if (!errors.empty()) {
        return Rejected(SignedVerdictOutcome::kMalformed, "is no signed verdict: " + FirstError(errors));
    }
    if (format != kFormat) {
        return Rejected(SignedVerdictOutcome::kMalformed, "has the format " + platform::QuoteForMessage(format) +
                                                              "; this program knows " + std::string(kFormat));
    }
    const platform::VerifyingKey* key = keys->Find(key_id);
    if (key == nullptr) {
        return Rejected(SignedVerdictOutcome::kWrongKey, "names the key " + platform::QuoteForMessage(key_id) +
                                                             ", not the one given (" + keys->Names() + ")");
    }
    parsed->erase("signature");
    if (!key->Verify(SignedMessage(*parsed), signature)) {
        return Rejected(SignedVerdictOutcome::kBadSignature,
                        "its signature does not fit: it was changed, or another key signed it");
    }
    auto verdict = DecodeVerdictJson(*parsed);
    if (!verdict) {
        return Rejected(SignedVerdictOutcome::kMalformed,
                        "is signed, but no verdict this program can read: " + FirstError(verdict.error()));
    }
    SignedVerdictReport report;
    report.verdict = std::move(*verdict);
    report.issued_at = issued_at;
    report.expires_at = expires_at;
    report.key_id = key_id;
    JudgeGenuine(report, now);
    return report;
}

}  // namespace wire
