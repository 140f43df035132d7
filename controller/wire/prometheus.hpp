// The answer of Prometheus's instant query API. Text and structs only. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"

namespace wire {

/// The value of each series; a scalar is one series. NaN and the infinities are values.
using InstantVector = std::vector<double>;

/// Why there is none otherwise: the source's own error, an answer that is not of that API, a result that is no vector.
platform::Expected<InstantVector, std::string> DecodeInstantQuery(std::string_view body);

}  // namespace wire
