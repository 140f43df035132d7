// The first principals of a new installation (SOD-6), from the file of --bootstrap.
//
// Errors: std::runtime_error with a text for the operator, all that is wrong with the file in it.
#pragma once

#include <string>
#include <vector>

#include "controller/wire/bootstrap.hpp"

namespace controller::daemon {

std::vector<wire::BootstrapPrincipal> ReadBootstrapFile(const std::string& path);

/// What `portcullisd bootstrap-check` prints.
std::string DescribeBootstrap(const std::vector<wire::BootstrapPrincipal>& principals);

}  // namespace controller::daemon
