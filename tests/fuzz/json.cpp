// JSON from outside: whatever is accepted has one canonical form that reads back to the same document.
#include "platform/json/json.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto document = platform::ParseJson(text);
    if (!document) {
        FUZZ_EXPECT(!document.error().empty() && !document.error().front().message.empty());
        return 0;
    }
    const std::string canonical = platform::CanonicalJson(*document);
    const auto again = platform::ParseJson(canonical);
    FUZZ_EXPECT(again && *again == *document);
    FUZZ_EXPECT(platform::CanonicalJson(*again) == canonical);
    return 0;
}
