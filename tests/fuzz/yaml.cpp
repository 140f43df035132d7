// YAML from outside: whatever is accepted can be written as YAML and as JSON, and reads back to the same document.
#include "platform/json/json.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto document = platform::ParseYaml(text);
    if (!document) {
        FUZZ_EXPECT(!document.error().empty() && !document.error().front().message.empty());
        return 0;
    }
    const auto from_yaml = platform::ParseYaml(platform::ToYaml(*document));
    FUZZ_EXPECT(from_yaml && *from_yaml == *document);
    const auto from_json = platform::ParseJson(platform::CanonicalJson(*document));
    FUZZ_EXPECT(from_json && *from_json == *document);
    return 0;
}
