// What every form of the console must hold to, whoever sends it: nothing happens, and nothing typed is lost.
#pragma once

#include <string>

#include "tests/api/visitor.hpp"

namespace api_test {

/// A form on a page, what somebody types into it, and the text that must be shown again when it is refused.
struct GuardedForm {
    std::string page;
    std::string action;
    Visitor::Fields typed;
    std::string kept;
    bool versioned = true;    // names the version that it was made from
    int others_status = 403;  // of who may not: 409 where not the role decides but who it belongs to
};

/// From elsewhere, from an older version, and by `other`, whose roles do not allow it: refused each time.
void ExpectGuarded(const Visitor& allowed, const Visitor& other, const GuardedForm& form);

}  // namespace api_test
