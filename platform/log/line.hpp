// Private to platform/log: one event as one line of text. Pure; thread safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/time.hpp"
#include "platform/log/log.hpp"

namespace platform {

struct LogLine {
    Time time;
    Level level;
    std::string_view component;
    std::string_view version;
    std::string_view event;
    std::span<const std::pair<std::string, std::string>> scope;
    std::span<const LogField> fields;
};

std::string FormatLogLine(LogFormat format, const LogLine& line);

}  // namespace platform
