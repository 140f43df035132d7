// Whether a row that is read stays as it is until the transaction ends: platform/sql/lock.hpp.
#pragma once

#include "platform/sql/lock.hpp"

namespace store {

using platform::Lock;

}  // namespace store
