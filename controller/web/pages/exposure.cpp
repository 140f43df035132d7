// The exposure of a release, as planned and as it is: what each instance hosts, was ordered, says and was seen to have.
// A difference stands first and loud.
#include <algorithm>

#include "controller/app/releases.hpp"
#include "controller/web/eligibility_cell.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr std::size_t kShownNames = 12;
constexpr std::size_t kShownInstances = 100;
constexpr std::size_t kShownDrifts = 100;

struct DriftWords {
    std::string_view what;
    std::string_view remedy;
};

DriftWords WordsOfDrift(policy::ExposureDrift kind) {
    switch (kind) {
        case policy::ExposureDrift::kExposed:
            return {"has it on for tenants that are not to have it",
                    "It is owed the order to switch it off. If it stays, kill the flag or the instance."};
        case policy::ExposureDrift::kMissing:
            return {"was ordered it on, and does not have it on", "Look at the instance, or retire it."};
        case policy::ExposureDrift::kContradicted:
            return {"says another thing than was seen there, or than it says itself elsewhere",
                    "Its word cannot be relied on: compare the columns below, look at the instance, or retire it."};
        case policy::ExposureDrift::kGone:
            return {"said that it hosts these, and nobody says so any more",
                    "Find out where they are; take them off the plan or set them inactive when they have left."};
        case policy::ExposureDrift::kNotOrdered:
            return {"hosts these, which are to have it, and was not told yet",
                    "Wait a moment. If it stays, its document is full: withdraw releases whose flags nobody needs."};
        case policy::ExposureDrift::kUnknown:
            return {"hosts organizations that are no tenants here", "Register them as tenants."};
        case policy::ExposureDrift::kUnseen:
            return {"cannot be looked at by a controller that was told to", "See why beside it, below."};
        case policy::ExposureDrift::kUnrestricted:
            return {"does not say that it was told of the flag, and restricts nobody",
                    "Its program must know flags of rollouts: look at the instance, or retire it."};
        case policy::ExposureDrift::kSilent:
            return {"never said what it hosts", "Connect it, or retire it."};
    }
    return {};
}

std::string SomeNames(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kShownNames; ++i) {
        text += (i == 0 ? "" : ", ") + names[i];
    }
    if (names.size() > kShownNames) {
        text += " and " + std::to_string(names.size() - kShownNames) + " more";
    }
    return text.empty() ? "nobody" : text;
}

void PutDrifts(Slots page, const wire::Exposure& exposure) {
    std::size_t differ = 0;
    for (const wire::InstanceExposure& instance : exposure.instances) {
        for (const policy::ExposureDriftFacts& drift : instance.drifts) {
            if (++differ > kShownDrifts) {
                continue;
            }
            const DriftWords words = WordsOfDrift(drift.kind);
            Slots row = page.Add("DRIFT");
            row.Set("INSTANCE", instance.instance);
            row.Set("WHAT", words.what);
            row.Set("REMEDY", words.remedy);
            row.AddText("WITH_WHO", "WHO", drift.tenants.empty() ? std::string() : SomeNames(drift.tenants));
        }
    }
    page.ShowIf(differ > 0, "DRIFTS");
    if (differ > kShownDrifts) {
        page.Add("MORE_DRIFTS").Set("COUNT", static_cast<std::int64_t>(differ - kShownDrifts));
    }
    page.ShowIf(differ == 0 && exposure.flag && !exposure.instances.empty(), "AS_PLANNED");
}

void PutExposedInstance(Slots row, const wire::InstanceExposure& instance) {
    row.Set("INSTANCE", instance.instance);
    row.Set("HOSTS", platform::Plural(static_cast<long long>(instance.hosts.size()), "organization"));
    row.Set("ORDERED", SomeNames(instance.ordered));
    row.Set("SAYS", instance.reported ? SomeNames(instance.on) : "said nothing yet");
    row.ShowIf(!instance.managed, "NOT_MANAGED");
    if (instance.seen) {
        Slots slot = row.Add("SEEN");
        slot.Set("SEEN_ON", SomeNames(instance.seen->on));
        slot.AddText("WITH_PROBLEM", "PROBLEM", instance.seen->problem);
        if (instance.seen->at) {
            PutTime(slot.Add("WITH_TIME"), "SEEN_AT", *instance.seen->at);
        }
    } else {
        row.Show("NOT_SEEN");
    }
    PutBadge(row, "STATE", instance.drifts.empty() ? "as planned" : "drift",
             instance.drifts.empty() ? Tone::kGood : Tone::kBad);
    row.ShowIf(!instance.drifts.empty(), "DIFFERS");
}

constexpr std::size_t kShownTenants = 100;

/// Who is to have it, and where instances say that they do.
void PutPlannedTenants(Slots page, const wire::Exposure& exposure) {
    std::size_t planned = 0;
    for (const wire::ExposureItem& item : exposure.items) {
        if (!item.eligibility.included || ++planned > kShownTenants) {
            continue;
        }
        const std::string& tenant = item.eligibility.tenant.Text();
        std::vector<std::string> on;
        std::vector<std::string> off;
        for (const wire::InstanceExposure& instance : exposure.instances) {
            if (std::ranges::find(instance.on, tenant) != instance.on.end()) {
                on.push_back(instance.instance);
            } else if (std::ranges::find(instance.hosts, tenant) != instance.hosts.end()) {
                off.push_back(instance.instance);
            }
        }
        Slots row = page.Add("TENANT_ROW");
        row.Set("TENANT", tenant);
        row.Set("WHY", item.eligibility.reason);
        if (!off.empty()) {
            PutBadge(row, "ACTUAL", "not on at " + SomeNames(off), Tone::kBad);
        } else if (!on.empty()) {
            PutBadge(row, "ACTUAL", "on at " + SomeNames(on), Tone::kGood);
        } else {
            PutBadge(row, "ACTUAL", "hosted nowhere", Tone::kWaiting);
        }
    }
    page.ShowIf(planned > 0, "TENANTS");
    if (planned > kShownTenants) {
        page.Add("MORE_TENANTS").Set("COUNT", static_cast<std::int64_t>(planned - kShownTenants));
    }
}

Reply ShowExposurePage(Visit& visit) {
    const auto id = visit.Id<policy::ReleaseId>("release", "release");
    const wire::Exposure exposure = visit.Read([&](store::Tx& tx) { return app::ShowExposure(tx, id, std::nullopt); });
    Slots page = visit.Page("exposure", {.title = "Exposure",
                                         .place = "board",
                                         .crumbs = {{"Board", ""}, {id.Text(), "/releases/" + id.Text()}},
                                         .style = "read.css"});
    page.Set("RELEASE", id.Text());
    page.Set("CHANNEL", platform::EnumText(exposure.channel));
    const auto included =
        std::ranges::count_if(exposure.items, [](const wire::ExposureItem& item) { return item.eligibility.included; });
    std::vector<std::string> homeless;
    for (const wire::ExposureItem& item : exposure.items) {
        if (item.hosted == false) {
            homeless.push_back(item.eligibility.tenant.Text());
        }
    }
    page.Set("IN", included);
    page.Set("OUT", static_cast<std::int64_t>(exposure.items.size()) - included);
    page.AddText("WITH_FLAG", "FLAG", exposure.flag.value_or(""));
    page.ShowIf(!exposure.flag, "NO_FLAG");
    page.AddText("KILLED", "OPERATION", exposure.killed_by.value_or(""));
    page.AddText("HOMELESS", "WHO", homeless.empty() ? std::string() : SomeNames(homeless));
    PutDrifts(page, exposure);
    PutPlannedTenants(page, exposure);
    page.ShowIf(exposure.flag && exposure.instances.empty(), "NO_INSTANCE");
    page.ShowIf(!exposure.instances.empty(), "INSTANCES");
    std::size_t shown = 0;
    for (const bool drifting : {true, false}) {  // what differs first
        for (const wire::InstanceExposure& instance : exposure.instances) {
            if (instance.drifts.empty() != drifting && shown < kShownInstances) {
                PutExposedInstance(page.Add("INSTANCE_ROW"), instance);
                ++shown;
            }
        }
    }
    if (shown < exposure.instances.size()) {
        Slots more = page.Add("MORE");
        more.Set("COUNT", static_cast<std::int64_t>(exposure.instances.size() - shown));
        const auto differing = std::ranges::count_if(
            exposure.instances, [](const wire::InstanceExposure& instance) { return !instance.drifts.empty(); });
        more.ShowIf(differing <= static_cast<std::ptrdiff_t>(shown), "REST_AS_PLANNED");
    }
    return visit.Show();
}

constexpr Route kExposureRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/releases/{release}/exposure", .handler = ShowExposurePage}};

}  // namespace

std::span<const Route> ExposureRoutes() {
    return kExposureRoutes;
}

}  // namespace web
