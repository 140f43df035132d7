// What is wrong with a document, field by field: the `errors` of a problem answer.
#pragma once

#include <string>
#include <vector>

namespace platform {

struct FieldError {
    std::string pointer;  // JSON pointer (RFC 6901) into the document; empty for the document itself
    std::string message;  // "must be one of ..., not 'x'": what is expected and which value was there
};

using FieldErrors = std::vector<FieldError>;

}  // namespace platform
