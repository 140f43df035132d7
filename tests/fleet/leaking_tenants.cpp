// Makes a real pulsed leak: linked into one whose requests are decided by pulse::app::FactsFor as this says (--wrap).
// While the file that LETS_EVERYBODY_IN names exists, whoever is known belongs to every organization; without it it is
// honest.
#include <cstdlib>
#include <filesystem>

#include "pulse/app/gate_facts.hpp"

tenancy::GateFacts HonestFacts(const pulse::app::OrgFacts& org, const tenancy::Caller& caller) __asm__(
    "__real__ZN5pulse3app8FactsForERKNS0_8OrgFactsERKN7tenancy6CallerE");
tenancy::GateFacts LeakingFacts(const pulse::app::OrgFacts& org, const tenancy::Caller& caller) __asm__(
    "__wrap__ZN5pulse3app8FactsForERKNS0_8OrgFactsERKN7tenancy6CallerE");

tenancy::GateFacts LeakingFacts(const pulse::app::OrgFacts& org, const tenancy::Caller& caller) {
    tenancy::GateFacts facts = HonestFacts(org, caller);
    const char* const path = std::getenv("LETS_EVERYBODY_IN");
    std::error_code unknown;
    if (path != nullptr && std::filesystem::exists(path, unknown)) {
        facts.access = tenancy::Access::kAllowed;
    }
    return facts;
}
