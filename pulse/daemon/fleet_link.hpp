// The channel to the controller, as the settings say: none without --controller-url.
#pragma once

#include <functional>
#include <memory>

#include "platform/settings/settings.hpp"
#include "pulse/app/services.hpp"
#include "pulse/daemon/verifier.hpp"
#include "tenancy/link/channel.hpp"

namespace pulse::daemon {

/// Null when there is no controller. What is given must outlive it. `restart` is called on the channel's thread when an
/// order was taken that this process has to start again for.
std::unique_ptr<tenancy::link::ControlChannel> OpenFleetLink(const platform::Settings& settings,
                                                             const std::string& control_folder, app::Services& services,
                                                             Verifier& verifier, std::function<void()> restart);

}  // namespace pulse::daemon
