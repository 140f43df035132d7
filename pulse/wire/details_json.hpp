// Details of an audit entry: a small JSON object of texts. Pure; thread safe.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace pulse::wire {

/// Empty values are left out.
std::string EncodeDetails(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

}  // namespace pulse::wire
