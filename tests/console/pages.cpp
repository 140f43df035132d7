#include "tests/console/pages.hpp"

#include <array>

#include "tests/api/journey.hpp"

namespace console_test {
namespace {

using api_test::Journey;

std::string PrepareBoard() {
    Journey waiting;
    waiting.Prepare("experimental");
    waiting.Promote("experimental").Expect(201);
    Journey further;
    further.Reach("candidate");
    const Journey fresh;
    api_test::As("dora.lead")
        .Post(fresh.Path("/hard-stops"), {{"rule", "HST-4"}, {"reason", "a tenant saw rows of another"}})
        .Expect(201);
    const Journey blocked;
    Journey young;
    young.Prepare("experimental");
    young.Promote("experimental").Expect(201);
    return "/console";
}

std::string PageOfRelease(std::string_view rest, std::string_view channel = "") {
    Journey release;
    if (!channel.empty()) {
        release.Reach(channel);
    }
    return "/console/releases/" + release.Id() + std::string(rest);
}

std::string At(std::string_view path) {
    return std::string(path);
}

std::string PrepareTenant() {
    Journey release;
    release.Reach("experimental");
    return "/console/tenants/" + release.Tenant();
}

std::string PrepareExposure() {
    Journey release;
    release.Reach("experimental");
    return "/console" + release.Path("/exposure").substr(std::string_view("/v1").size());
}

std::string PrepareFreezes() {
    const std::string tenant = api_test::Unique("frozen");
    const auto rita = api_test::As("rita.release");
    rita.Post("/v1/tenants", {{"id", tenant}, {"name", "Frozen"}, {"kind", "dev"}}).Expect(201);
    rita.Post("/v1/freezes", {{"scope", "tenant"},
                              {"tenant", tenant},
                              {"zone", "Europe/Berlin"},
                              {"starts", "2040-12-20T18:00"},
                              {"ends", "2041-01-03T08:00"},
                              {"recurrence", "yearly"},
                              {"reason", "The end of the year"}})
        .Expect(201);
    return "/console/freezes";
}

}  // namespace

std::span<const PageRow> PagesOfTheConsole() {
    static const std::array kPages{
        PageRow{"sign-in", "", [] { return At("/console/sign-in"); }},
        PageRow{"first-run", "rita.release", [] { return At("/console"); }},  // before there is any release
        PageRow{"board", "rita.release", PrepareBoard},
        PageRow{"board-column", "rita.release", [] { return At("/console?channel=experimental"); }},
        PageRow{"release", "sam.owner", [] { return PageOfRelease("", "candidate"); }},
        PageRow{"release-tenants", "rita.release", [] { return PageOfRelease("/tenants"); }},
        PageRow{"release-timeline", "rita.release", [] { return PageOfRelease("/timeline", "experimental"); }},
        PageRow{"release-manifest", "rita.release", [] { return PageOfRelease("/manifest"); }},
        PageRow{"release-plan", "rita.release", [] { return PageOfRelease("/plan"); }},
        PageRow{"release-memos", "rita.release", [] { return PageOfRelease("/memos"); }},
        PageRow{"release-memo-draft", "rita.release", [] { return PageOfRelease("/memos/draft"); }},
        PageRow{"submit", "rita.release", [] { return At("/console/submit"); }},
        PageRow{"tenants", "rita.release", [] { return At("/console/tenants"); }},
        PageRow{"audit", "anna.auditor", [] { return At("/console/audit"); }},
        PageRow{"rules", "nora.none", [] { return At("/console/rules"); }},
        PageRow{"account", "max.all", [] { return At("/console/account"); }},
        PageRow{"tenant", "rita.release", PrepareTenant},
        PageRow{"exposure", "rita.release", PrepareExposure},
        PageRow{"audit-chain", "anna.auditor", [] { return At("/console/audit/chain"); }},
        PageRow{"freezes", "rita.release", PrepareFreezes},
        PageRow{"people", "ada.admin", [] { return At("/console/people"); }},
        PageRow{"person", "ada.admin", [] { return At("/console/people/ci"); }},
        PageRow{"not-found", "rita.release", [] { return At("/console/no-such-page"); }},
    };
    return kPages;
}

}  // namespace console_test
