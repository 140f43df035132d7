// Random documents for property tests: every kind of value, texts that formats trip over, nesting.
// One seed, one document; a failing property prints its seed.
#pragma once

#include <cstdint>

#include "platform/json/json.hpp"

namespace platform {

Json RandomDocument(std::uint64_t seed);
std::string RandomDocumentText(std::uint64_t seed);
/// A valid text with one byte changed, to something that means something more often than not.
std::string OneByteChanged(std::string text, std::uint64_t seed);

}  // namespace platform
