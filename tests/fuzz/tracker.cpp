// A progress tracker from anybody: read, judged and written back without harm, every finding complete and in its place.
#include "controller/tracker/lint.hpp"
#include "platform/base/text.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const tracker::Document document = tracker::ReadTracker(text);
    int line = 1;
    for (const tracker::Breach& breach : tracker::LintTracker(document).breaches) {
        FUZZ_EXPECT(breach.line >= line);
        line = breach.line;
        FUZZ_EXPECT(!breach.code.empty() && !breach.remedy.empty());
        FUZZ_EXPECT(!breach.message.empty() && platform::IsValidUtf8(breach.message));
    }
    const std::string written = tracker::WriteTracker(document);
    FUZZ_EXPECT(tracker::WriteTracker(tracker::ReadTracker(written)) == written);
    return 0;
}
