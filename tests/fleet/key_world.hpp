// Replacing the key that signs orders, as an operator does it.
#pragma once

#include <string>

#include "tests/fleet/fleet_world.hpp"

namespace fleet_test {

/// portcullisd next-key; what it says first: the id.
std::string MakeNextKey(Controller& controller);
Json Keys(const Controller& controller);
void RotateKey(const Controller& controller);
/// The newest hand-over is completed.
bool IsRotated(const Controller& controller);

}  // namespace fleet_test
