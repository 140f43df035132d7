// Every page of the console, full of text that would like to be something else: it is text.
#include "tests/console/route_table.hpp"
#include "tests/console/subjects.hpp"
#include "tests/console/visitor.hpp"

namespace console_test {
namespace {

std::vector<std::string> HostilePages() {
    const std::string release = "/console/releases/" + MakeHostileRelease();
    const std::string sought = "%3Cscript%3Ewindow.broken%3D1%3C%2Fscript%3E%22%20onfocus%3D%22window.broken%3D1";
    const std::string operation = MakeOperation();
    const std::string packet = MakePacket();
    const std::string rollout = MakeRollout();
    std::vector<std::string> pages{
        "/console?q=" + sought,
        "/console?owner=" + sought,
        "/console/account",
        "/console/alerts",
        "/console/audit?action=" + sought,
        "/console/audit/chain",
        "/console/clock",
        "/console/drills",
        "/console/flags",
        "/console/fleet",
        "/console/fleet/enrol",
        "/console/fleet/keys",
        "/console/fleet/kill?scope=fleet",
        "/console/fleet/way-back",
        "/console/inbox",
        "/console/incidents",
        "/console/operations",
        "/console/people",
        "/console/programmes",
        "/console/roles",
        "/console/rollouts",
        "/console/rollouts/new",
        "/console/rules",
        "/console/submit",
        "/console/tenants?q=" + sought,
        MakeFreeze(),
        MakeIncident(),
        MakePlanOf(MakeIncident()),
        MakePlanOf(rollout),
        MakePerson(),
        MakeProgramme(),
        rollout,
        rollout + "/stages/1",
        MakeTenant(),
        operation,
        packet,
        "/console/no-such-page" + sought,
    };
    for (const char* rest : {"", "/exposure", "/manifest", "/memos", "/memos/1", "/memos/draft", "/plan", "/rollbacks",
                             "/tenants", "/tenants?channel=stable", "/timeline"}) {
        pages.push_back(release + rest);
    }
    for (const char* all : {"/console", "/console/tenants", "/console/audit"}) {
        pages.emplace_back(all);
    }
    return pages;
}

void ExpectText(Visitor& max, const std::string& page) {
    SCOPED_TRACE(page);
    max->Open(page);
    EXPECT_EQ(max->Evaluate("window.broken === undefined"), true) << "a script of somebody's text has run";
    EXPECT_EQ(max->Evaluate("[...document.querySelectorAll(\"body script, img[src='x'], [onerror], [onload], "
                            "[onfocus]\")].map((each) => each.outerHTML.slice(0, 200))"),
              platform::Json::array());
    EXPECT_EQ(max->Evaluate("document.body.innerText.includes('{{')"), max->Evaluate("pageScript.shows('{{CSRF}}')"));
    const auto aside = max->Evaluate("pageScript.pushedAside()");
    EXPECT_TRUE(aside.empty()) << "reaches beyond the window: " << aside.dump(2);
    EXPECT_EQ(max->Evaluate("document.documentElement.scrollWidth <= innerWidth"), true) << "scrolls sideways";
    const auto turned = max->Evaluate("pageScript.notIsolated('body')");
    EXPECT_TRUE(turned.empty()) << "turns its line around: " << turned.dump(2);
}

TEST(ConsoleHostile, TextIsTextOnEveryPage) {
    const std::vector<std::string> pages = HostilePages();
    EXPECT_TRUE(PagesNotAmong(pages).empty())
        << "a page is not looked at with hostile text: " << ::testing::PrintToString(PagesNotAmong(pages));
    Visitor max("max.all");
    max->Resize(360, 740);
    for (const std::string& page : pages) {
        ExpectText(max, page);
    }
    max.ExpectClean({400, 404});
}

}  // namespace
}  // namespace console_test
