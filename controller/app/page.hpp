// Pages as operations take and give them; see controller/store/page.hpp.
#pragma once

#include "controller/store/page.hpp"

namespace app {

using store::Page;
using store::PageQuery;

}  // namespace app
