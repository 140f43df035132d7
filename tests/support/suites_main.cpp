// The main of a program that holds the tests of several files (portcullis_suites in cmake/Module.cmake):
//
//   program --of=tests/fleet/lies_test.cpp,tests/fleet/drill_test.cpp     only the tests written in these files
//
// A file that has no test ends the program with 2: a name that is not there must not look like one that passed.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

constexpr std::string_view kOf = "--of=";

std::vector<std::string_view> Split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        parts.push_back(text.substr(0, comma));
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return parts;
}

/// Names of the tests of `file`, each with a colon after it. Builds in batches name a file by its path all the same.
std::string TestsOf(std::string_view file) {
    std::string names;
    const auto& all = *::testing::UnitTest::GetInstance();
    for (int suite = 0; suite < all.total_test_suite_count(); ++suite) {
        const auto& tests = *all.GetTestSuite(suite);
        for (int test = 0; test < tests.total_test_count(); ++test) {
            const auto& info = *tests.GetTestInfo(test);
            if (std::string_view(info.file()) == file) {
                names += std::string(info.test_suite_name()) + '.' + info.name() + ':';
            }
        }
    }
    return names;
}

}  // namespace

int main(int argc, char** argv) {
    ::testing::InitGoogleMock(&argc, argv);
    std::string filter;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (!argument.starts_with(kOf)) {
            std::fprintf(stderr, "%s: unknown; --of=<file>,... chooses tests by the file that they are in\n", argv[i]);
            return 2;
        }
        for (const auto file : Split(argument.substr(kOf.size()))) {
            const auto names = TestsOf(file);
            if (names.empty()) {
                std::fprintf(stderr, "%.*s: this program has no test of such a file\n", static_cast<int>(file.size()),
                             file.data());
                return 2;
            }
            filter += names;
        }
    }
    if (!filter.empty()) {
        GTEST_FLAG_SET(filter, filter);
    }
    return RUN_ALL_TESTS();
}
