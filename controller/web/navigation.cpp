#include "controller/web/navigation.hpp"

#include <array>

#include "controller/web/visit.hpp"

namespace web {
namespace {

struct Entry {
    std::string_view place;
    std::string_view label;
    std::string_view path;  // below /console
    policy::Permission permission = policy::Permission::kRead;
};

// In the order of a working day. A page of its own area adds its line here; what is needed now and then goes to the
// second list, behind "More", so that the first fits into one line.
constexpr std::array kEntries{
    Entry{"board", "Board", ""},
    Entry{"inbox", "Inbox", "/inbox"},
    Entry{"submit", "Submit", "/submit", policy::Permission::kSubmitManifest},
    Entry{"tenants", "Tenants", "/tenants"},
    Entry{"rollouts", "Rollouts", "/rollouts"},
    Entry{"programmes", "Programmes", "/programmes"},
    Entry{"fleet", "Fleet", "/fleet"},
    Entry{"incidents", "Incidents", "/incidents"},
};
constexpr std::array kFurtherEntries{
    Entry{"freezes", "Freezes", "/freezes"},
    Entry{"drills", "Drills", "/drills"},
    Entry{"audit", "Audit", "/audit", policy::Permission::kReadAudit},
    Entry{"rules", "Rules", "/rules"},
    Entry{"people", "People", "/people", policy::Permission::kManagePrincipals},
};

void PutEntry(Slots slot, const Entry& entry, std::string_view place) {
    slot.Set("LABEL", entry.label);
    slot.Set("PATH", std::string(kHome).append(entry.path));
    slot.ShowIf(entry.place == place, "CURRENT");
}

}  // namespace

void PutNavigation(Slots layout, const Visit& visit, std::string_view place) {
    for (const Entry& entry : kEntries) {
        if (visit.May(entry.permission)) {
            PutEntry(layout.Add("NAV"), entry, place);
        }
    }
    for (const Entry& entry : kFurtherEntries) {
        if (visit.May(entry.permission)) {
            PutEntry(layout.Add("FURTHER"), entry, place);
            if (entry.place == place) {
                layout.Add("AMONG_THEM").Set("HERE_LABEL", entry.label);
            }
        }
    }
}

}  // namespace web
