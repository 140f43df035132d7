#include "platform/base/invariant.hpp"

namespace platform {
namespace {

std::string InvariantText(const char* condition, const char* message, const char* file, int line) {
    std::string text = "invariant violated: ";
    text += message;
    text += " (";
    text += condition;
    text += ") at ";
    text += file;
    text += ":";
    text += std::to_string(line);
    return text;
}

}  // namespace

InvariantViolation::InvariantViolation(const char* condition, const char* message, const char* file, int line)
    : std::logic_error(InvariantText(condition, message, file, line)) {}

void FailInvariant(const char* condition, const char* message, const char* file, int line) {
    throw InvariantViolation(condition, message, file, line);
}

}  // namespace platform
