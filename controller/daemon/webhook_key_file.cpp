#include "controller/daemon/webhook_key_file.hpp"

#include <cerrno>
#include <filesystem>

#include "platform/base/files.hpp"
#include "platform/service/start_error.hpp"

namespace controller::daemon {
namespace {

constexpr std::size_t kMostWebhookKeyBytes = 1024;
constexpr mode_t kKeyOwnerOnly = 0600;

app::WebhookKey Decode(const std::string& path, const std::string& text) {
    auto key = app::WebhookKey::FromText(text);
    if (!key) {
        throw platform::StartError(platform::kStartUsage,
                                   path +
                                       " holds no key of webhooks: 32 bytes as base64url on one line. Put the "
                                       "right one back; with another, receivers need new secrets");
    }
    return std::move(*key);
}

}  // namespace

app::WebhookKey WebhookKeyOf(const platform::Settings& settings) {
    const std::string& given = settings.Secret("webhook-key-file");
    if (!given.empty()) {
        return Decode(settings.Text("webhook-key-file"), given);
    }
    const std::string path = (std::filesystem::path(settings.Text("data-dir")) / "webhook.key").string();
    const auto text = platform::ReadFile(path, kMostWebhookKeyBytes);
    if (text) {
        return Decode(path, *text);
    }
    if (text.error().code != ENOENT) {
        throw platform::StartError(platform::kStartUsage, text.error().message);
    }
    app::WebhookKey key = app::WebhookKey::Generate();
    if (const auto written = platform::WriteFileAtomically(path, key.Text() + "\n", kKeyOwnerOnly); !written) {
        throw platform::StartError(platform::kStartUsage, written.error().message);
    }
    return key;
}

}  // namespace controller::daemon
