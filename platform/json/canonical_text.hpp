// A string as the canonical text of a document has it, for the few documents that are written out and not built.
// Pure. Text that is no UTF-8 is a bug of the caller and throws InvariantViolation.
#pragma once

#include <string>
#include <string_view>

namespace platform {

/// With its quotes, as CanonicalJson writes it.
void AppendCanonicalText(std::string& out, std::string_view text);

}  // namespace platform
