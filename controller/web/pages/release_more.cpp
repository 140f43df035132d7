// Beside a release: which tenants receive it and why, and everything that happened to it.
#include <algorithm>

#include "controller/app/audit_export.hpp"
#include "controller/app/releases.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/release_frame.hpp"
#include "controller/web/pages/release_records.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr std::size_t kTenantsOfPage = 100;
constexpr int kEntriesOfPage = 50;

struct TenantPageFacts {
    wire::Release release;
    wire::Exposure exposure;
};

bool IsShown(const wire::ExposureItem& item, std::string_view side, std::string_view text) {
    const bool side_fits = side.empty() || item.eligibility.included == (side == "in");
    return side_fits && (text.empty() || item.eligibility.tenant.Text().find(text) != std::string::npos);
}

void PutTenantRow(Slots row, const wire::ExposureItem& item) {
    row.Set("TENANT", item.eligibility.tenant.Text());
    row.Set("KIND", platform::EnumText(item.kind));
    PutBadge(row, "STATE", item.eligibility.included ? "receives it" : "does not",
             item.eligibility.included ? Tone::kGood : Tone::kPlain);
    row.Set("REASON", item.eligibility.reason);
    row.ShowIf(item.hosted.has_value() && !*item.hosted, "NOWHERE");
}

Reply ShowTenantsOfRelease(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto asked = visit.QueryChoice<policy::Channel>("channel");
    const auto facts = visit.Read([&](store::Tx& tx) {
        return TenantPageFacts{Visit::ValueOf(app::ShowRelease(tx, id)),
                               Visit::ValueOf(app::ShowExposure(tx, id, asked))};
    });
    Slots page =
        BeginReleasePage(visit, facts.release, {.file = "release_tenants", .tab = "tenants", .title = "Tenants"});
    const std::string text = visit.Query("q");
    const std::string side = visit.Query("side");
    const std::string after = visit.Query("after");
    const auto included = std::ranges::count_if(
        facts.exposure.items, [](const wire::ExposureItem& item) { return item.eligibility.included; });
    page.Set("IN", included);
    page.Set("OUT", static_cast<std::int64_t>(facts.exposure.items.size()) - included);
    page.Set("CHANNEL", platform::EnumText(facts.exposure.channel));
    page.ShowIf(facts.exposure.channel != facts.release.channel, "WOULD");
    page.Set("Q", text);
    page.ShowIf(side == "in", "SIDE_IN");
    page.ShowIf(side == "out", "SIDE_OUT");
    for (const auto& name : platform::EnumNames<policy::Channel>::kNames) {
        Slots slot = page.Add("CHANNEL_CHOICE");
        slot.Set("VALUE", name.text);
        slot.ShowIf(name.value == facts.exposure.channel, "CHOSEN");
    }
    std::size_t shown = 0;
    std::optional<std::string> next;
    std::string last;
    for (const wire::ExposureItem& item : facts.exposure.items) {  // in order of their ids
        if (!IsShown(item, side, text) || (!after.empty() && item.eligibility.tenant.Text() <= after)) {
            continue;
        }
        if (shown == kTenantsOfPage) {
            next = visit.HereWith("after", last);
            break;
        }
        ++shown;
        last = item.eligibility.tenant.Text();
        PutTenantRow(page.Add("ROW"), item);
    }
    page.ShowIf(shown == 0, "NONE");
    PutPaging(page, "PAGING", next, after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

Reply ShowReleaseTimeline(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    struct Loaded {
        wire::Release release;
        app::Page<wire::AuditRecord> entries;
    };
    store::AuditFilter filter;
    filter.release = id.Text();
    const auto loaded = visit.Read([&](store::Tx& tx) {
        return Loaded{Visit::ValueOf(app::ShowRelease(tx, id)),
                      Visit::ValueOf(app::ListAudit(tx, filter, std::nullopt, visit.PageOf(kEntriesOfPage)))};
    });
    Slots page =
        BeginReleasePage(visit, loaded.release, {.file = "release_timeline", .tab = "timeline", .title = "Timeline"});
    for (const wire::AuditRecord& entry : loaded.entries.rows) {
        PutTimelineEntry(page.Add("ENTRY"), entry);
    }
    PutPaging(page, "PAGING",
              loaded.entries.next ? std::optional(visit.HereWith("after", *loaded.entries.next)) : std::nullopt,
              visit.Query("after").empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

constexpr Route kReleaseMoreRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/releases/{release}/tenants", .handler = ShowTenantsOfRelease},
    {.verb = Verb::kGet, .pattern = "/releases/{release}/timeline", .handler = ShowReleaseTimeline},
};

}  // namespace

std::span<const Route> ReleaseMoreRoutes() {
    return kReleaseMoreRoutes;
}

}  // namespace web
