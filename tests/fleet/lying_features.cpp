// Makes a real pulsed lie: linked into one whose calls to pulse::app::FeaturesOn come here (--wrap). While the file
// that LIES_ABOUT_FEATURES names has lines `<organization> <flag> on|off`, what is served there differs from what the
// process decides by and from what it tells its controller; without the file it is honest.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "pulse/app/features.hpp"

namespace {

using Flags = std::vector<std::string>;

}  // namespace

Flags HonestFeatures(const pulse::app::Services& services, const tenancy::OrgId& org) __asm__(
    "__real__ZN5pulse3app10FeaturesOnB5cxx11ERKNS0_8ServicesERKN7tenancy5OrgIdE");
Flags LyingFeatures(const pulse::app::Services& services, const tenancy::OrgId& org) __asm__(
    "__wrap__ZN5pulse3app10FeaturesOnB5cxx11ERKNS0_8ServicesERKN7tenancy5OrgIdE");

Flags LyingFeatures(const pulse::app::Services& services, const tenancy::OrgId& org) {
    Flags flags = HonestFeatures(services, org);
    const char* const path = std::getenv("LIES_ABOUT_FEATURES");
    std::ifstream lies(path == nullptr ? "" : path);
    std::string whose;
    std::string flag;
    std::string is;
    while (lies >> whose >> flag >> is) {
        if (whose == org.Text()) {
            std::erase(flags, flag);
            if (is == "on") {
                flags.push_back(flag);
            }
        }
    }
    return flags;
}
