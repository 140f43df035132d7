#include "controller/web/navigation.hpp"

#include <array>

#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
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
    Entry{"alerts", "Alerts", "/alerts"},
};
constexpr std::array kFurtherEntries{
    Entry{"freezes", "Freezes", "/freezes"},
    Entry{"drills", "Drills", "/drills"},
    Entry{"audit", "Audit", "/audit", policy::Permission::kReadAudit},
    Entry{"rules", "Rules", "/rules"},
    Entry{"people", "People", "/people", policy::Permission::kManagePrincipals},
};

/// What the number beside an entry says: shown, and read out behind the entry's name.
struct EntryCount {
    std::string shown;
    std::string words;
    Tone tone = Tone::kInfo;
};

EntryCount CountOf(const std::optional<std::int64_t>& number, std::string_view what, Tone tone) {
    if (!number) {
        return {"?", "not counted: it could not be read", Tone::kUnsure};
    }
    return *number == 0 ? EntryCount()
                        : EntryCount{std::to_string(*number), std::to_string(*number).append(what), tone};
}

EntryCount CountOf(const std::optional<Waiting::Inbox>& inbox) {
    if (!inbox || inbox->left_out == 0) {
        return CountOf(inbox ? std::optional(inbox->items) : std::nullopt, " waiting", Tone::kInfo);
    }
    const std::string items = std::to_string(inbox->items);
    return {items + "+",
            "at least " + items + " waiting, " + std::to_string(inbox->left_out) + " releases not looked at yet",
            Tone::kUnsure};
}

EntryCount CountFor(std::string_view place, const Waiting& waiting) {
    if (place == "inbox") {
        return CountOf(waiting.inbox);
    }
    if (place == "incidents") {
        return CountOf(waiting.open_incidents, " open", Tone::kBad);
    }
    if (place == "alerts") {
        return CountOf(waiting.firing_alerts, " firing", Tone::kBad);
    }
    return {};
}

void PutEntry(Slots slot, const Entry& entry, std::string_view place) {
    slot.Set("LABEL", entry.label);
    slot.Set("PATH", std::string(kHome).append(entry.path));
    slot.ShowIf(entry.place == place, "CURRENT");
}

/// The navigation alone: pages that are open exchange theirs for it when something was done.
Reply ShowNavigation(Visit& visit) {
    visit.Page("notice", {.title = "What waits", .place = visit.Query("place")}).Set("TITLE", "What waits");
    return visit.Show();
}

constexpr Route kNavigationRoutes[] = {{.verb = Verb::kGet, .pattern = "/navigation", .handler = ShowNavigation}};

}  // namespace

void PutNavigation(Slots layout, const Visit& visit, std::string_view place) {
    layout.Set("PLACE", place);
    const auto& count = visit.Facts().count_waiting;
    const Waiting waiting = count ? count(visit.Caller()) : Waiting();
    for (const Entry& entry : kEntries) {
        if (!visit.May(entry.permission)) {
            continue;
        }
        Slots slot = layout.Add("NAV");
        PutEntry(slot, entry, place);
        const EntryCount counted = CountFor(entry.place, waiting);
        if (!counted.shown.empty()) {
            Slots number = slot.Add("COUNTED");
            number.Set("SHOWN", counted.shown);
            number.Set("WORDS", counted.words);
            number.Set("TONE", ToneText(counted.tone));
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

std::span<const Route> NavigationRoutes() {
    return kNavigationRoutes;
}

}  // namespace web
