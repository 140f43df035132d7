#include "tests/console/pages.hpp"

#include <array>

#include "tests/api/journey.hpp"
#include "tests/console/subjects.hpp"
#include "tests/console/visitor.hpp"

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

/// In its first stage, with everything that may still stand against the next.
std::string PrepareRollout() {
    const api_test::Caller rita = api_test::As("rita.release");
    const std::string tenant = api_test::Unique("pilot");
    rita.Post("/v1/tenants", {{"id", tenant}, {"name", tenant}, {"kind", "dev"}}).Expect(201);
    const platform::Json metric{{"key", "errors"}, {"text", kHostileText}, {"comparison", "<"}, {"threshold", 0.01}};
    platform::Json stages = platform::Json::array();
    for (int stage = 0; stage <= 3; ++stage) {
        stages.push_back({{"stage", stage}, {"metrics", platform::Json::array({metric})}});
    }
    stages[0]["organizations"] = {tenant};
    const std::string id = api_test::Unique("rollout");
    rita.Post("/v1/rollouts", {{"id", id},
                               {"title", kRightToLeft},
                               {"capability", "several depots in one install"},
                               {"flag", api_test::Unique("DEPOTS")},
                               {"owner", "rita.release"},
                               {"engineering", "dora.lead"},
                               {"product", "quinn.qa"},
                               {"support", "otto.operator"},
                               {"stages", stages}})
        .Expect(201);
    const std::string path = "/v1/rollouts/" + id;
    rita.IfMatch(rita.Get(path).Etag()).Post(path + ":advance", {{"to", 0}, {"reason", "it is time"}}).Expect(200);
    return "/console/rollouts/" + id;
}

/// Its steps are on the way, with the first one open.
std::string PrepareRollback() {
    Journey release;
    release.Reach("experimental");
    api_test::As("dora.lead").Post(release.Path("/rollbacks"), {{"reason", kHostileText}}).Expect(201);
    return "/console/releases/" + release.Id() + "/rollbacks";
}

std::string PreparePacket() {
    const std::string id = api_test::Unique("programme");
    api_test::As("rita.release")
        .Post("/v1/programmes", {{"id", id},
                                 {"title", kRightToLeft},
                                 {"capability", "parcels are followed"},
                                 {"packets",
                                  {{{"packet", "00"},
                                    {"title", kHostileText},
                                    {"objective", "know every depot"},
                                    {"scope", {"depots/"}},
                                    {"checklist", {"every depot is on the map"}},
                                    {"tests", {"make survey"}},
                                    {"evidence", {"the map is in the docs"}},
                                    {"exit_criteria", {"no depot is missing"}}}}},
                                 {"milestones", {{{"milestone", "M1"}, {"packets", {"00"}}}}},
                                 {"definition_of_done", {"a parcel is found at any time"}}})
        .Expect(201);
    return "/console/programmes/" + id + "/packets/00";
}

/// One that waits for whoever looks.
std::string PrepareRoles() {
    const std::string id = api_test::Unique("newcomer");
    const auto ada = api_test::As("ada.admin");
    ada.Post("/v1/principals", {{"id", id}, {"kind", "user"}, {"display_name", kRightToLeft}}).Expect(201);
    ada.Post("/v1/principals/" + id + "/roles", {{"role", "qa"}}).Expect(201);
    return "/console/roles?status=proposed";
}

std::string PrepareIncident() {
    const Journey release;
    const auto opened = api_test::As("otto.operator")
                            .Post("/v1/incidents", {{"title", kHostileText},
                                                    {"severity", "SEV-2"},
                                                    {"description", kRightToLeft},
                                                    {"concerns", {{"releases", {release.Id()}}}}});
    opened.Expect(201);
    return "/console/incidents/" + opened.Id();
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
        PageRow{"inbox", "max.all", [] { return At("/console/inbox"); }},
        PageRow{"submit", "rita.release", [] { return At("/console/submit"); }},
        PageRow{"tenants", "rita.release", [] { return At("/console/tenants"); }},
        PageRow{"audit", "anna.auditor", [] { return At("/console/audit"); }},
        PageRow{"rules", "nora.none", [] { return At("/console/rules"); }},
        PageRow{"account", "max.all", [] { return At("/console/account"); }},
        PageRow{"tenant", "rita.release", PrepareTenant},
        PageRow{"exposure", "rita.release", PrepareExposure},
        PageRow{"audit-chain", "anna.auditor", [] { return At("/console/audit/chain"); }},
        PageRow{"freezes", "rita.release", PrepareFreezes},
        PageRow{"drills", "max.all", [] { return At("/console/drills"); }},
        PageRow{"people", "ada.admin", [] { return At("/console/people"); }},
        PageRow{"person", "ada.admin", [] { return At("/console/people/ci"); }},
        PageRow{"fleet", "otto.operator", [] { return At("/console/fleet"); }},
        PageRow{"kill", "otto.operator", [] { return At("/console/fleet/kill?scope=fleet"); }},
        PageRow{"way-back", "otto.operator", [] { return At("/console/fleet/way-back"); }},
        PageRow{"operations", "otto.operator", [] { return At("/console/operations"); }},
        PageRow{"rollouts", "rita.release", [] { return At("/console/rollouts"); }},
        PageRow{"rollout", "rita.release", PrepareRollout},
        PageRow{"rollout-new", "rita.release", [] { return At("/console/rollouts/new"); }},
        PageRow{"stage-plan", "rita.release", [] { return PrepareRollout() + "/stages/1"; }},
        PageRow{"rollbacks", "dora.lead", PrepareRollback},
        PageRow{"packet", "rita.release", PreparePacket},
        PageRow{"flags", "otto.operator", [] { return At("/console/flags"); }},
        PageRow{"enrol", "rita.release", [] { return At("/console/fleet/enrol"); }},
        PageRow{"signing-keys", "max.all", [] { return At("/console/fleet/keys"); }},
        PageRow{"roles", "ben.admin", PrepareRoles},
        PageRow{"programmes", "rita.release", [] { return At("/console/programmes"); }},
        PageRow{"incidents", "otto.operator", [] { return At("/console/incidents"); }},
        PageRow{"incident", "otto.operator", PrepareIncident},
        PageRow{"incident-communications", "otto.operator", [] { return MakePlanOf(PrepareIncident()); }},
        PageRow{"rollout-communications", "rita.release", [] { return MakePlanOf(PrepareRollout()); }},
        PageRow{"alerts", "otto.operator", [] { return At("/console/alerts"); }},
        PageRow{"operation", "otto.operator", MakeOperation},
        PageRow{"programme", "rita.release", MakeProgramme},
        PageRow{"release-memo", "sam.owner", MakeMemo},
        PageRow{"clock", "rita.release", [] { return At("/console/clock"); }},
        PageRow{"not-found", "rita.release", [] { return At("/console/no-such-page"); }},
    };
    return kPages;
}

}  // namespace console_test
