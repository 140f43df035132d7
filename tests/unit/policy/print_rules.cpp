// portcullis-rules: prints docs/rules.md from the rule table.

#include <iostream>

#include "controller/policy/catalogue.hpp"

int main() {
    std::cout << policy::RenderRuleReference() << std::flush;
    return std::cout.good() ? 0 : 1;
}
