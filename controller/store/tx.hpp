// The open transaction and its statements (platform/sql/tx.hpp): for the store's own files and tests only.
#pragma once

#include "controller/store/database.hpp"
#include "platform/sql/tx.hpp"

namespace store {

using platform::Bind;
using platform::Bound;
using platform::Columns;
using platform::LikePattern;
using platform::Statement;

}  // namespace store
