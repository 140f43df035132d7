// The name of a release's flag (kill_switch.flag of its manifest). Value type.
#pragma once

#include "platform/base/ids.hpp"

namespace policy {

struct FlagTag {
    static constexpr std::size_t kMaxLength = 100;
};
using FlagName = platform::StrongId<FlagTag>;

}  // namespace policy
