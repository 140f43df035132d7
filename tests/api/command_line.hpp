// `portcullis` against the shared controller, as one of its principals.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/cli/exit_codes.hpp"
#include "tests/api/harness.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {

inline support::Finished CommandOf(std::string_view person, std::vector<std::string> words) {
    words.insert(words.begin(), support::BuiltProgram("portcullis"));
    support::ProcessOptions options;
    options.environment = {{"PORTCULLIS_URL", ServerUrl()}, {"PORTCULLIS_TOKEN", TokenOf(person)}};
    options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
    return support::RunToEnd(std::move(words), options);
}

/// What it said on both streams; the exit code is expected to be this one.
inline std::string Said(std::string_view person, std::vector<std::string> words, int expected = cli::kExitOk) {
    std::string call;
    for (const std::string& word : words) {
        call += word + " ";
    }
    const support::Finished done = CommandOf(person, std::move(words));
    EXPECT_EQ(done.exit_code, expected) << call << ": " << done.output << done.error;
    return done.output + done.error;
}

/// Its result as JSON; it is expected to succeed.
inline Json Given(std::string_view person, std::vector<std::string> words) {
    words.insert(words.begin(), {"-o", "json"});
    const support::Finished done = CommandOf(person, std::move(words));
    EXPECT_EQ(done.exit_code, cli::kExitOk) << done.output << done.error;
    return Json::parse(done.output, nullptr, false);
}

}  // namespace api_test
