// How every page is looked at: light, dark and at a phone's width, as pictures in the build folder and by axe-core; and
// what it costs somebody who was never here. One thread; what is wrong fails the test.
#pragma once

#include <string>

#include "tests/console/visitor.hpp"

namespace console_test {

/// `name` is that of the pictures.
void LookAtPage(Visitor& who, const std::string& name, const std::string& path);

}  // namespace console_test
