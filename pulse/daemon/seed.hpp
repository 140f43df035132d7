// Makes what a demonstration starts with, as far as it is missing: what is there already is left as it is, so the same
// file can be given at every start.
//
// The secrets of tokens are written to seed-tokens in the data folder, one `name: secret` a line. Errors: StartError.
#pragma once

#include <string>

#include "pulse/app/services.hpp"

namespace pulse::daemon {

void Seed(app::Services& services, const std::string& file, const std::string& data_dir);

}  // namespace pulse::daemon
