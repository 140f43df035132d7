// The headers of a stored answer as a JSON object of texts. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wire {

using HeaderPairs = std::vector<std::pair<std::string, std::string>>;

std::string EncodeHeaders(const HeaderPairs& headers);
/// Of what EncodeHeaders made; fields that are no text are left out.
HeaderPairs DecodeHeaders(std::string_view json);

}  // namespace wire
