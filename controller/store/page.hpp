// Keyset pages of the store's lists: platform/sql/page.hpp.
#pragma once

#include "platform/sql/page.hpp"

namespace store {

using platform::Page;
using platform::PageQuery;

}  // namespace store
