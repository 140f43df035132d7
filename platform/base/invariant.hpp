// What to do when our own code is wrong. Never for validating input.
//
// PORTCULLIS_INVARIANT(condition, "static text") throws InvariantViolation when the condition is false: the operation
// ends, its transaction rolls back, the caller gets 500 `internal.invariant`, and the text goes to the log only.
#pragma once

#include <stdexcept>
#include <string>

namespace platform {

class InvariantViolation : public std::logic_error {
public:
    InvariantViolation(const char* condition, const char* message, const char* file, int line);
};

[[noreturn]] void FailInvariant(const char* condition, const char* message, const char* file, int line);

}  // namespace platform

#define PORTCULLIS_INVARIANT(condition, message)                                  \
    do {                                                                          \
        if (!(condition)) {                                                       \
            ::platform::FailInvariant(#condition, (message), __FILE__, __LINE__); \
        }                                                                         \
    } while (false)
