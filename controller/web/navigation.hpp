// The main navigation. Static data; thread safe.
#pragma once

#include <string_view>

#include "controller/web/slots.hpp"

namespace web {

class Visit;

/// The entries the caller may open, `place` marked as the one that is open.
void PutNavigation(Slots layout, const Visit& visit, std::string_view place);

}  // namespace web
