// An instance's metrics from anybody: read without harm, and what was read can be judged.
#include <cmath>
#include <cstdint>
#include <string_view>

#include "controller/policy/monitor_series.hpp"
#include "controller/wire/exposition.hpp"
#include "platform/base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const platform::Time at{std::chrono::hours(1)};
    const auto reading = wire::ReadExposition(text, at);
    if (!reading) {
        FUZZ_EXPECT(!reading.error().empty() && platform::IsValidUtf8(reading.error()));
        return 0;
    }
    for (const double counter : {reading->requests, reading->denied, reading->disabled, reading->failed,
                                 reading->spoofed, reading->started_at}) {
        FUZZ_EXPECT(counter >= 0);
    }
    FUZZ_EXPECT(reading->denied + reading->failed + reading->disabled <= reading->requests);
    FUZZ_EXPECT(reading->latency.size <= policy::LatencyBuckets::kMost);
    FUZZ_EXPECT(reading->latency.size == 0 || std::isinf(reading->latency.bound[reading->latency.size - 1]));
    policy::MonitorSeries series;
    series.Append(policy::MonitorReading{.at = at - std::chrono::minutes(2)}, std::chrono::minutes(5));
    series.Append(*reading, std::chrono::minutes(5));
    const policy::MonitorRates rates = series.Over({}, at);
    FUZZ_EXPECT(rates.coverage == policy::Coverage::kMeasured);
    FUZZ_EXPECT(!(rates.requests < 0));
    return 0;
}
