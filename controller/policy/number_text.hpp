// Numbers and limits in messages, without a locale. Internal to policy. Pure; thread safe.
#pragma once

#include <string>

#include "controller/policy/manifest.hpp"

namespace policy {

/// The shortest text that reads back as the same number: `200`, `0.05`.
std::string NumberText(double number);
/// `page_load_increase < 200 ms`.
std::string LimitText(const Limit& limit);

}  // namespace policy
