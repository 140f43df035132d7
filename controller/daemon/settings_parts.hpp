// The settings of parts that have many: they are in the table of settings.hpp with all others.
#pragma once

#include <vector>

#include "platform/settings/settings.hpp"

namespace controller::daemon {

std::vector<platform::Setting> NotificationSettings();
std::vector<platform::Setting> MonitoringSettings();

}  // namespace controller::daemon
