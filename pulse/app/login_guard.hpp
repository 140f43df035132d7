// Slows down who guesses passwords; see platform/base/guess_guard.hpp.
#pragma once

#include "platform/base/guess_guard.hpp"

namespace pulse::app {

using LoginGuard = platform::GuessGuard;

}  // namespace pulse::app
