#include "controller/app/webhook_key.hpp"

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kSecretPrefix = "whsec_";

/// A secret's bytes are base64 with padding behind the prefix; our own, so they decode.
std::string SecretBytes(const std::string& secret) {
    std::string text = secret.substr(kSecretPrefix.size());
    for (char& c : text) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    text.erase(text.find_last_not_of('=') + 1);
    const auto bytes = platform::Base64UrlDecode(text);
    PORTCULLIS_INVARIANT(bytes.has_value(), "a webhook's secret decodes");
    return *bytes;
}

}  // namespace

WebhookKey::WebhookKey(std::string bytes)
    : bytes_(std::move(bytes)), id_(platform::Sha256Hex("portcullis webhook key\n" + bytes_).substr(0, 16)) {}

WebhookKey WebhookKey::Generate() {
    return WebhookKey(platform::RandomBytes(kKeyBytes));
}

std::optional<WebhookKey> WebhookKey::FromText(std::string_view text) {
    auto bytes = platform::Base64UrlDecode(platform::Trim(text));
    if (!bytes || bytes->size() != kKeyBytes) {
        return std::nullopt;
    }
    return WebhookKey(std::move(*bytes));
}

std::string WebhookKey::Text() const {
    return platform::Base64UrlEncode(bytes_);
}

std::string WebhookKey::Secret(const std::string& webhook, const std::string& salt) const {
    return std::string(kSecretPrefix) +
           platform::Base64Encode(platform::HmacSha256(bytes_, "portcullis webhook secret\n" + webhook + "\n" + salt));
}

std::string SignWebhook(const std::string& secret, const std::string& id, std::int64_t timestamp,
                        const std::string& body) {
    const std::string signed_text = id + "." + std::to_string(timestamp) + "." + body;
    return "v1," + platform::Base64Encode(platform::HmacSha256(SecretBytes(secret), signed_text));
}

}  // namespace app
