#include "controller/policy/number_text.hpp"

#include <array>
#include <charconv>

#include "controller/policy/reporting.hpp"

namespace policy {

std::string NumberText(double number) {
    std::array<char, 32> buffer;
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return std::string(buffer.data(), result.ptr);
}

std::string LimitText(const Limit& limit) {
    return Text(limit.metric, " ", platform::EnumText(limit.comparison), " ", NumberText(limit.threshold),
                limit.unit.empty() ? "" : " ", limit.unit);
}

}  // namespace policy
