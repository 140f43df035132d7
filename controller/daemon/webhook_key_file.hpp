// The key that secrets of webhooks come from: the operator's file, or one that is made in the data folder.
// Errors: platform::StartError.
#pragma once

#include "controller/app/webhook_key.hpp"
#include "platform/settings/settings.hpp"

namespace controller::daemon {

app::WebhookKey WebhookKeyOf(const platform::Settings& settings);

}  // namespace controller::daemon
