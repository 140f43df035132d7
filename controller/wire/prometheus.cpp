#include "controller/wire/prometheus.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace wire {
namespace {

platform::Unexpected<std::string> NotThatApi(std::string_view why) {
    return platform::Unexpected<std::string>("the answer is not that of the query API: " + std::string(why));
}

/// A sample is [time, "value"]; the value's text follows Go: "NaN", "+Inf", "-Inf", "1e+06".
std::optional<double> SampleValue(const platform::Json& sample) {
    if (!sample.is_array() || sample.size() != 2 || !sample[1].is_string()) {
        return std::nullopt;
    }
    std::string text = sample[1].get<std::string>();
    if (text == "NaN") {
        return std::nan("");
    }
    if (text == "+Inf" || text == "-Inf") {
        return text[0] == '+' ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

platform::Expected<InstantVector, std::string> DecodeInstantQuery(std::string_view body) {
    const auto document = platform::ParseJson(body);
    if (!document || !document->is_object()) {
        return NotThatApi("no JSON object");
    }
    const std::string status = document->value("status", platform::Json()).is_string()
                                   ? (*document)["status"].get<std::string>()
                                   : std::string();
    if (status == "error") {
        const platform::Json error = document->value("error", platform::Json());
        const std::string text = error.is_string() ? error.get<std::string>() : "no reason given";
        return platform::Unexpected<std::string>(std::string(platform::TruncateUtf8(text, 200)));
    }
    if (status != "success" || !document->contains("data") || !(*document)["data"].is_object()) {
        return NotThatApi("no status");
    }
    const platform::Json& data = (*document)["data"];
    if (!data.contains("resultType") || !data.contains("result")) {
        return NotThatApi("no result");
    }
    InstantVector values;
    if (data["resultType"] == "scalar") {
        const auto value = SampleValue(data["result"]);
        if (!value) {
            return NotThatApi("a scalar without value");
        }
        values.push_back(*value);
        return values;
    }
    if (data["resultType"] != "vector" || !data["result"].is_array()) {
        return platform::Unexpected<std::string>("the query gives no instant vector");
    }
    for (const platform::Json& series : data["result"]) {
        const auto value = series.is_object() && series.contains("value") ? SampleValue(series["value"]) : std::nullopt;
        if (!value) {
            return NotThatApi("a series without value");
        }
        values.push_back(*value);
    }
    return values;
}

}  // namespace wire
