// The controllers' key that secrets of webhooks come from, and signatures in the form of the Standard Webhooks
// convention.
//
// A secret is an HMAC of the webhook's id and its salt: the database holds neither secrets nor anything they could be
// computed from without the key, and the key is in no database. Pure but for Generate; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/time.hpp"

namespace app {

class WebhookKey {
public:
    static WebhookKey Generate();
    /// The text of a key file: 32 bytes as base64url. Empty for anything else.
    static std::optional<WebhookKey> FromText(std::string_view text);

    std::string Text() const;
    /// Tells keys apart; says nothing about the key.
    const std::string& Id() const {
        return id_;
    }
    /// "whsec_...": what the receiver is given.
    std::string Secret(const std::string& webhook, const std::string& salt) const;

private:
    explicit WebhookKey(std::string bytes);

    std::string bytes_;
    std::string id_;
};

/// "v1,<base64>": HMAC-SHA-256 with the secret's bytes over "<id>.<timestamp>.<body>".
std::string SignWebhook(const std::string& secret, const std::string& id, std::int64_t timestamp,
                        const std::string& body);

}  // namespace app
