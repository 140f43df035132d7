// A value or the reason there is none. Used for outcomes a caller must handle; exceptions are for what ends the
// operation (a lost database, a broken invariant).
#pragma once

#include <tl/expected.hpp>

namespace platform {

template <typename T, typename E>
using Expected = tl::expected<T, E>;
template <typename E>
using Unexpected = tl::unexpected<E>;

}  // namespace platform
