// The channel to the controller, as the settings say: none without --controller-url.
#pragma once

#include <memory>

#include "platform/settings/settings.hpp"
#include "pulse/app/services.hpp"
#include "tenancy/link/channel.hpp"

namespace pulse::daemon {

/// Null when there is no controller. What is given must outlive it.
std::unique_ptr<tenancy::link::ControlChannel> OpenFleetLink(const platform::Settings& settings,
                                                             const std::string& control_folder,
                                                             app::Services& services);

}  // namespace pulse::daemon
