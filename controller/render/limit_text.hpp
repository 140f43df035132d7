// A limit on a metric in words. Internal to controller/render; pure.
#pragma once

#include <string>

#include "controller/policy/manifest.hpp"

namespace render {

/// "page_load_increase < 200 ms".
std::string LimitText(const policy::Limit& limit);

}  // namespace render
