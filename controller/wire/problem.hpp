// Error answers: RFC 9457 problem documents with everything that is wrong at once.
//
// `detail`, `findings` and `errors` are written for the caller; nothing internal belongs in them. Text that is no UTF-8
// is written with U+FFFD for what is not. Text and structs only. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/finding.hpp"
#include "controller/wire/verdict.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

struct Problem {
    std::string code;   // "rules.denied", "input.invalid" ...; the type is urn:portcullis:problem:<code>
    std::string title;  // one line, the same for every problem of this code
    int status = 500;
    std::string detail;    // one sentence about this one
    std::string instance;  // the request's path
    std::string request_id;
    std::vector<FindingDocument> findings;
    platform::FieldErrors errors;
};

/// The `application/problem+json` body. Empty fields are left out; `type`, `title` and `status` are always there.
std::string ProblemText(const Problem& problem);

/// What the command line reads back. An error for anything but a problem document.
platform::Expected<Problem, platform::FieldErrors> DecodeProblem(std::string_view json);

}  // namespace wire
