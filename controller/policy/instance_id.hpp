// The name of a managed instance: what its control documents, its credential and its reports carry. Value type.
#pragma once

#include "platform/base/ids.hpp"

namespace policy {

struct InstanceTag {
    static constexpr std::size_t kMaxLength = 63;
};
using InstanceId = platform::StrongId<InstanceTag>;

}  // namespace policy
