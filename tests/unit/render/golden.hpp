// Comparison with a file under tests/golden. With PORTCULLIS_UPDATE_GOLDENS=1 in the environment the file is written
// instead, for a person to look at in the diff.
#pragma once

#include <string>
#include <string_view>

namespace render_test {

void ExpectGolden(std::string_view name, const std::string& text);

}  // namespace render_test
