#include "tests/unit/render/golden.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/support/temp_dir.hpp"

namespace render_test {

void ExpectGolden(std::string_view name, const std::string& text) {
    const auto path = std::filesystem::path(PORTCULLIS_SOURCE_DIR) / "tests" / "golden" / name;
    const char* const update = std::getenv("PORTCULLIS_UPDATE_GOLDENS");
    if (update != nullptr && std::string_view(update) == "1") {
        std::filesystem::create_directories(path.parent_path());
        support::WriteFile(path, text);
        return;
    }
    ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing; run with PORTCULLIS_UPDATE_GOLDENS=1";
    EXPECT_EQ(support::ReadFile(path), text) << path << " differs; when the change is meant, run with "
                                             << "PORTCULLIS_UPDATE_GOLDENS=1 and read the diff";
}

}  // namespace render_test
