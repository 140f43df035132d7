// Somebody at the listener for instances: with a credential, with a token, with neither.
#pragma once

#include <string>

#include "platform/ws/client.hpp"
#include "tests/fleet/fleet_world.hpp"

namespace fleet_test {

using Knocked = platform::Expected<platform::WsClient, platform::WsError>;

/// `secret`: white space around it does not count. `new_hash`: of the credential that a token is exchanged for.
Knocked Knock(const std::string& url, const std::string& secret, const std::string& new_hash = {});
Knocked Knock(const Controller& controller, const std::string& secret, const std::string& new_hash = {});
/// 101 when it was let in, and out again.
int KnockStatus(const Controller& controller, const std::string& secret, const std::string& new_hash = {});
/// A token's secret part.
std::string SecretFor(const Controller& controller, const std::string& instance);
/// A report as an instance without orders sends it.
std::string PlainReport(const std::string& boot_id = "boot_played", std::int64_t generation = 0);

}  // namespace fleet_test
