#include "tenancy/wire/rotation.hpp"

#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace tenancy::wire {
namespace {

using platform::FieldErrors;
using platform::Json;
using platform::ObjectReader;

constexpr std::string_view kPurpose = "key_handover";
constexpr std::size_t kHashDigits = 64;
constexpr platform::TextRule kRequest{1, 200};
constexpr platform::TextRule kKeyId{0, 64};
constexpr platform::TextRule kReason{0, 1000};
constexpr platform::TextRule kStatement{1, kMaxRotationBytes};
constexpr platform::TextRule kPem{1, 4096};

template <typename Message>
platform::Expected<Message, FieldErrors> ReadMessage(std::string_view text, std::string_view type,
                                                     Message (*read)(ObjectReader& in)) {
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxRotationBytes, .max_depth = 2});
    if (!json) {
        return platform::Unexpected<FieldErrors>(json.error());
    }
    FieldErrors errors;
    ObjectReader in(*json, "", errors);
    if (in.Text("type") != type) {
        in.Error("type", "must be " + std::string(type));
    }
    Message message = read(in);
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    return message;
}

std::string ReadHash(ObjectReader& in, bool may_be_empty) {
    std::string hash = in.Text("hash", {0, kHashDigits});
    const bool hex = hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!(may_be_empty && hash.empty()) && (!hex || hash.size() != kHashDigits)) {
        in.Error("hash", "must be a SHA-256 in lower-case hex");
    }
    return hash;
}

}  // namespace

std::string EncodeKeyHandover(const KeyHandover& handover) {
    return platform::CanonicalJson({{"purpose", kPurpose},
                                    {"from", handover.from},
                                    {"to", handover.to},
                                    {"issued_at", platform::FormatTime(handover.issued_at)}});
}

platform::Expected<KeyHandover, FieldErrors> DecodeKeyHandover(std::string_view text) {
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxRotationBytes, .max_depth = 2});
    if (!json) {
        return platform::Unexpected<FieldErrors>(json.error());
    }
    FieldErrors errors;
    ObjectReader in(*json, "", errors);
    KeyHandover handover;
    if (in.Text("purpose") != kPurpose) {
        in.Error("purpose", "must be " + std::string(kPurpose));
    }
    handover.from = in.Text("from", {1, 64});
    handover.to = in.Text("to", kPem);
    handover.issued_at = in.Instant("issued_at");
    in.Finish();
    if (errors.empty() && platform::CanonicalJson(*json) != text) {
        errors.push_back({"", "must be written in its canonical form, which is the form that is signed"});
    }
    if (!errors.empty()) {
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    return handover;
}

std::string EncodeNextKey(const NextKey& message) {
    return Json{{"type", "next_key"}, {"statement", message.statement}, {"signature", message.signature}}.dump();
}

std::string EncodeRotateCredential(const RotateCredential& message) {
    return Json{{"type", "rotate_credential"}, {"request", message.request}}.dump();
}

std::string EncodeCredentialRegistered(const CredentialRegistered& message) {
    return Json{{"type", "credential_registered"}, {"request", message.request}, {"hash", message.hash}}.dump();
}

std::string EncodeKeyAnswer(const KeyAnswer& answer) {
    return Json{{"type", "key"},
                {"outcome", platform::EnumText(answer.outcome)},
                {"reason", answer.reason},
                {"pinned", answer.pinned}}
        .dump();
}

std::string EncodeNewCredential(const NewCredential& message) {
    return Json{
        {"type", "new_credential"}, {"request", message.request}, {"hash", message.hash}, {"problem", message.problem}}
        .dump();
}

platform::Expected<KeyAnswer, FieldErrors> DecodeKeyAnswer(std::string_view text) {
    return ReadMessage<KeyAnswer>(text, "key", [](ObjectReader& in) {
        KeyAnswer answer;
        answer.outcome = in.Enum<KeyOutcome>("outcome");
        answer.reason = in.Text("reason", kReason);
        answer.pinned = in.Text("pinned", kKeyId);
        return answer;
    });
}

platform::Expected<NewCredential, FieldErrors> DecodeNewCredential(std::string_view text) {
    return ReadMessage<NewCredential>(text, "new_credential", [](ObjectReader& in) {
        NewCredential message;
        message.request = in.Text("request", kRequest);
        message.hash = ReadHash(in, true);
        message.problem = in.Text("problem", kReason);
        return message;
    });
}

std::optional<RotationMessage> ReadRotationMessage(const std::string& type, ObjectReader& in) {
    if (type == "next_key") {
        NextKey message;
        message.statement = in.Text("statement", kStatement);
        message.signature = in.Text("signature", {0, 200});
        return message;
    }
    if (type == "rotate_credential") {
        return RotateCredential{in.Text("request", kRequest)};
    }
    if (type == "credential_registered") {
        CredentialRegistered message;
        message.request = in.Text("request", kRequest);
        message.hash = ReadHash(in, false);
        return message;
    }
    return std::nullopt;
}

}  // namespace tenancy::wire
