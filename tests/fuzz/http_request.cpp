// Bytes off a connection: however they are cut into reads, the same requests come out, and none claims more than it is.
#include "platform/httpd/request_parser.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using Progress = platform::RequestParser::Progress;

constexpr platform::RequestLimits kSmall{
    .max_target_bytes = 256, .max_header_bytes = 1024, .max_headers = 16, .max_body_bytes = 512};

// Everything that comes out, as text.
std::string Transcript(std::string_view input, std::size_t read_size) {
    platform::RequestParser parser(kSmall, "peer");
    std::string transcript;
    while (!input.empty()) {
        std::string_view read = input.substr(0, read_size);
        const std::size_t given = read.size();
        parser.Feed(read);
        input.remove_prefix(given - read.size());
        if (parser.Where() == Progress::kRefused) {
            return transcript + "refused " + std::to_string(parser.Why().status);
        }
        if (parser.Where() == Progress::kComplete) {
            const auto& request = parser.Request();
            FUZZ_EXPECT(!request.path.empty() && request.path.front() == '/');
            FUZZ_EXPECT(request.body.size() <= kSmall.max_body_bytes);
            FUZZ_EXPECT(request.headers.size() <= kSmall.max_headers);
            transcript += request.method + " " + request.path;
            for (const auto& [name, value] : request.query) {
                transcript += "?" + name + "=" + value;
            }
            for (const auto& [name, value] : request.headers) {
                transcript += "\n" + name + ": " + value;
            }
            transcript += "\n\n" + request.body + (parser.KeepAlive() ? "\nkeep\n" : "\nclose\n");
            parser.Next();
        } else {
            FUZZ_EXPECT(read.empty());
        }
    }
    return transcript;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string whole = Transcript(input, std::max<std::size_t>(size, 1));
    FUZZ_EXPECT(Transcript(input, 1) == whole);
    FUZZ_EXPECT(Transcript(input, 7) == whole);
    return 0;
}
