#include "tests/console/subjects.hpp"

#include "tests/api/journey.hpp"

namespace console_test {
namespace {

using api_test::As;
using api_test::Unique;
using platform::Json;

constexpr std::size_t kLongestReason = 1'500;

Json HostileManifest(const std::string& id) {
    Json manifest = api_test::NewManifest(id);
    manifest["title"] = HostileLine();
    manifest["description"] = HostileText(10'000);
    manifest["files_changed"] = {HostileLine() + ".tsx"};
    manifest["rollback"]["procedure"] = {HostileText(1'000)};
    manifest["rollback"]["communication"] = {{{"who", HostileLine()}, {"when", HostileLine()}}};
    manifest["observability"] = {HostileLine()};
    return manifest;
}

void FillRelease(const std::string& path, const std::string& id) {
    const auto rita = As("rita.release");
    const std::string tenant = Unique("hostile");
    rita.Post("/v1/tenants", {{"id", tenant}, {"name", HostileLine()}, {"kind", "staging"}}).Expect(201);
    rita.Post("/v1/tenants/" + tenant + "/consents", {{"release", id},
                                                      {"given_by", HostileLine()},
                                                      {"capacity", HostileLine()},
                                                      {"evidence", HostileText(kLongestReason)}})
        .Expect(201);
    rita.IfMatch(rita.Get(path).Etag())
        .Put(path + "/exposure-plan", {{"tenants", {tenant}},
                                       {"opt_in_method", HostileLine()},
                                       {"start_date", "2025-01-14"},
                                       {"minimum_stay", "7d"},
                                       {"exit_criteria", {{{"key", "order"}, {"text", HostileLine()}}}},
                                       {"owner", "sam.owner"}})
        .Expect(200);
    As("quinn.qa")
        .Post(path + "/approvals", {{"as", "qa"}, {"for", "class"}, {"note", HostileText(kLongestReason)}})
        .Expect(201);
    As("quinn.qa")
        .Post(path + "/checks", {{"control", "feedback"},
                                 {"outcome", "passed"},
                                 {"tier", "documented"},
                                 {"evidence", {{"text", HostileText(10'000)}}}})
        .Expect(201);
    As("nora.none")
        .Post(path + "/hard-stops", {{"rule", "HST-4"}, {"reason", HostileText(kLongestReason)}})
        .Expect(201);
}

}  // namespace

std::string HostileLine() {
    return "<script>window.broken=1</script><img src=x onerror=\"window.broken=1\">\" onload=\"x {{CSRF}} "
           "\u05d0\u05d1\u05d2 \u0645\u0631\u062d\u0628\u0627";
}

std::string HostileText(std::size_t length) {
    std::string text = HostileLine() + "\n";
    // Counted in characters, of which this has fewer than bytes; a word that nothing breaks.
    text.append(length - text.size(), 'x');
    return text;
}

std::string MakeHostileRelease() {
    const std::string id = Unique("hostile");
    const std::string path = "/v1/releases/" + id;
    As("rita.release").Post("/v1/releases", HostileManifest(id)).Expect(201);
    FillRelease(path, id);
    As("rita.release")
        .Post(path + "/memos", {{"for", "stable"},
                                {"decision", "NO-GO"},
                                {"notes", HostileText(10'000)},
                                {"rationale", HostileLine()},
                                {"remediation", HostileLine()}})
        .Expect(201);
    Json again = HostileManifest(id);
    again["description"] = HostileLine();
    const auto rita = As("rita.release");
    rita.IfMatch(rita.Get(path).Etag()).Put(path + "/manifest", again).Expect(200);
    return id;
}

std::string MakeTenant() {
    const std::string tenant = Unique("hostile");
    As("rita.release").Post("/v1/tenants", {{"id", tenant}, {"name", HostileLine()}, {"kind", "dev"}}).Expect(201);
    As("rita.release")
        .Post("/v1/tenants/" + tenant + "/consents", {{"channel", "experimental"},
                                                      {"given_by", HostileLine()},
                                                      {"capacity", HostileLine()},
                                                      {"evidence", HostileText(kLongestReason)}})
        .Expect(201);
    return "/console/tenants/" + tenant;
}

std::string MakeOperation() {
    const auto given =
        As("otto.operator")
            .Post("/v1/kill-switch/multi-tenant",
                  {{"enabled", false}, {"scope", {{"all", true}}}, {"reason", HostileText(kLongestReason)}});
    given.Expect(202);
    return "/console/operations/" + given.Id();
}

std::string MakeProgramme() {
    const std::string id = Unique("programme");
    const auto packet = [](const std::string& number) {
        return Json{{"packet", number},
                    {"title", HostileLine()},
                    {"objective", HostileLine()},
                    {"scope", {"depots/"}},
                    {"checklist", {HostileLine()}},
                    {"tests", {"make survey"}},
                    {"evidence", {HostileLine()}},
                    {"exit_criteria", {HostileLine()}}};
    };
    As("rita.release")
        .Post("/v1/programmes", {{"id", id},
                                 {"title", HostileLine()},
                                 {"capability", HostileLine()},
                                 {"packets", {packet("00"), packet("01")}},
                                 {"milestones", {{{"milestone", "M1"}, {"packets", {"00", "01"}}}}},
                                 {"definition_of_done", {HostileLine()}}})
        .Expect(201);
    return "/console/programmes/" + id;
}

std::string MakePacket() {
    return MakeProgramme() + "/packets/00";
}

std::string MakeRollout() {
    const auto rita = As("rita.release");
    const std::string tenant = Unique("pilot");
    rita.Post("/v1/tenants", {{"id", tenant}, {"name", HostileLine()}, {"kind", "dev"}}).Expect(201);
    Json stages = Json::array();
    for (int stage = 0; stage <= 3; ++stage) {
        const Json metric{{"key", "errors"}, {"text", HostileLine()}, {"comparison", "<"}, {"threshold", 0.01}};
        stages.push_back({{"stage", stage}, {"metrics", Json::array({metric})}});
    }
    stages[0]["organizations"] = {tenant};
    const std::string id = Unique("rollout");
    const std::string path = "/v1/rollouts/" + id;
    rita.Post("/v1/rollouts", {{"id", id},
                               {"title", HostileLine()},
                               {"capability", HostileLine()},
                               {"flag", Unique("DEPOTS")},
                               {"owner", "rita.release"},
                               {"engineering", "dora.lead"},
                               {"product", "quinn.qa"},
                               {"support", "otto.operator"},
                               {"stages", stages}})
        .Expect(201);
    rita.IfMatch(rita.Get(path).Etag()).Post(path + ":advance", {{"to", 0}, {"reason", HostileLine()}}).Expect(200);
    return "/console/rollouts/" + id;
}

std::string MakeIncident() {
    const api_test::Journey release;
    const auto opened = As("otto.operator")
                            .Post("/v1/incidents", {{"title", HostileLine()},
                                                    {"severity", "SEV-2"},
                                                    {"description", HostileText(kLongestReason)},
                                                    {"concerns", {{"releases", {release.Id()}}}}});
    opened.Expect(201);
    return "/console/incidents/" + opened.Id();
}

std::string MakePlanOf(const std::string& page) {
    const std::string path = page + "/communications";
    As("max.all")
        .Post("/v1" + path.substr(std::string_view("/console").size()),
              {{"who", HostileLine()}, {"text", HostileText(kLongestReason)}, {"when", "within 2h"}})
        .Expect(201);
    return path;
}

std::string MakePerson() {
    const std::string id = Unique("hostile.person");
    As("ada.admin").Post("/v1/principals", {{"id", id}, {"kind", "user"}, {"display_name", HostileLine()}}).Expect(201);
    return "/console/people/" + id;
}

std::string MakeFreeze() {
    As("rita.release")
        .Post("/v1/freezes", {{"scope", "global"},
                              {"zone", "Europe/Berlin"},
                              {"starts", "2040-12-20T18:00"},
                              {"ends", "2041-01-03T08:00"},
                              {"reason", HostileText(kLongestReason)}})
        .Expect(201);
    return "/console/freezes";
}

std::string MakeMemo() {
    return "/console/releases/" + MakeHostileRelease() + "/memos/1";
}

}  // namespace console_test
