#include "controller/wire/clock_json.hpp"

#include "controller/wire/reading.hpp"

namespace wire {

std::string EncodeClock(const ClockReading& clock) {
    return platform::Json{{"now", platform::FormatTime(clock.now)}, {"simulated", clock.simulated}}.dump();
}

Decoded<AdvanceClock> DecodeAdvanceClock(const Document& document) {
    return ReadObject<AdvanceClock>(document, [](platform::ObjectReader& in, AdvanceClock& out) {
        const auto by = in.OptionalText("by", {.min = 2, .max = 20});
        out.by = by ? platform::ParseDuration(*by) : std::nullopt;
        if (by && !out.by) {
            in.Error("by", "must be a span such as 30s, 15m, 48h, 7d or 2w, not '" + *by + "'");
        }
        out.to = in.OptionalInstant("to");
        if (in.Has("by") == in.Has("to")) {
            in.Error("by", "say either by how much to advance, or to which time");
        }
    });
}

Schemas ClockSchemas() {
    return {
        {"Clock",
         R"({"type":"object","required":["now","simulated"],
             "properties":{"now":{"$ref":"Instant"},"simulated":{"type":"boolean"}}})",
         R"({"now":"2025-01-14T09:00:00Z","simulated":true})"},
        {"AdvanceClock",
         R"({"type":"object","description":"Either of the two.",
             "properties":{"by":{"$ref":"Span"},"to":{"$ref":"Instant"}}})",
         R"({"by":"7d"})"},
    };
}

}  // namespace wire
