// What instances say on their channel about a verification: whatever is accepted reads back the same from what it is
// written as.
#include "tenancy/wire/evidence.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto evidence = tenancy::wire::DecodeEvidence(text);
    if (!evidence) {
        FUZZ_EXPECT(!evidence.error().empty() && !evidence.error().front().message.empty());
        return 0;
    }
    FUZZ_EXPECT(evidence->steps.size() <= tenancy::wire::kMaxProbeSteps);
    const auto again = tenancy::wire::DecodeEvidence(tenancy::wire::EncodeEvidence(*evidence));
    FUZZ_EXPECT(again && again->steps.size() == evidence->steps.size() && again->sample == evidence->sample);
    // A number may be longer the way it is written here than the way it came; near the limit evidence is left out then.
    if (size < tenancy::wire::kMaxEvidenceBytes / 8) {
        FUZZ_EXPECT(*again == *evidence);
    }
    return 0;
}
