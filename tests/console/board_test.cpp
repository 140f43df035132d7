// The board: what a card says, filter and keys, and that it follows what happens.
#include "tests/console/visitor.hpp"

#include "tests/api/journey.hpp"

namespace console_test {
namespace {

using api_test::As;
using api_test::Journey;
using platform::Json;

std::string CardOf(const std::string& release) {
    return "[...document.querySelectorAll('[data-item]')].find((card) => card.querySelector('.card-id').innerText "
           "=== " +
           Json(release).dump() + ")";
}

TEST(ConsoleBoard, ACardSaysWhyAndWhatTheGateSays) {
    const Journey release;
    Visitor rita("rita.release");
    rita->Open("/console?q=" + release.Id());
    const std::string card = CardOf(release.Id());
    rita->WaitFor(card, "the card of the release");
    const auto gate = As("rita.release").Get(release.Path("/gates/experimental")).Expect(200);
    const std::string text = rita->Evaluate(card + ".innerText").get<std::string>();
    EXPECT_NE(text.find("workflow"), std::string::npos) << text;
    EXPECT_NE(text.find(gate.Body()["findings"][0]["rule"].get<std::string>()), std::string::npos) << text;
    rita.ExpectClean();
}

TEST(ConsoleBoard, FollowsWhatHappens) {
    const Journey release;
    Visitor rita("rita.release");
    rita->Open("/console?q=" + release.Id());
    rita->WaitFor("document.getElementById('live-state').dataset.state === 'on'", "the page is live");
    rita->Evaluate("window.stayed = true");
    As("dora.lead").Post(release.Path("/hard-stops"), {{"rule", "HST-4"}, {"reason", "seen in the log"}}).Expect(201);
    rita->WaitFor(CardOf(release.Id()) + "?.innerText.includes('1 hard stop')", "the card tells of the hard stop");
    EXPECT_EQ(rita->Evaluate("window.stayed"), true) << "the page was not loaded again";
    rita.ExpectClean();
}

TEST(ConsoleBoard, TheNavigationCountsWhileThePageIsOpen) {
    const Journey release;
    Visitor rita("rita.release");
    rita->Open("/console?q=" + release.Id());
    rita->WaitFor("document.getElementById('live-state').dataset.state === 'on'", "the page is live");
    rita->Evaluate("window.stayed = true");
    const std::string link = "document.querySelector('#navigation a[href=\"/console/incidents\"]')";
    const auto before = rita->Evaluate(link + ".innerText").get<std::string>();
    As("otto.operator")
        .Post("/v1/incidents", {{"title", "Slow"}, {"severity", "SEV-4"}, {"concerns", {{"releases", {release.Id()}}}}})
        .Expect(201);
    rita->WaitFor(
        link + ".innerText !== " + Json(before).dump() + " && /Incidents, [0-9]+ open/.test(" + link + ".textContent)",
        "the navigation counts the incident");
    EXPECT_EQ(rita->Evaluate("document.querySelector('#navigation [aria-current]').textContent"), "Board")
        << "its own place is marked as before";
    EXPECT_EQ(rita->Evaluate("window.stayed"), true) << "the page was not loaded again";
    rita->Resize(1280, 900);
    EXPECT_LT(rita->Evaluate("document.querySelector('header').offsetHeight").get<double>(), 56)
        << "the numbers took a line of their own";
    rita->PictureOfAll(std::string(PORTCULLIS_BINARY_DIR) + "/tests/console/pictures/navigation.light.png");
    rita.ExpectClean();
}

TEST(ConsoleBoard, FilterAndKeys) {
    const Journey first;
    const Journey second;
    Visitor rita("rita.release");
    rita->Open("/console");
    rita->Press("/");
    EXPECT_EQ(rita->Evaluate("document.activeElement.name"), "q");
    rita->Fill("Search", first.Id());
    rita.Go("Filter");
    rita->WaitFor(CardOf(first.Id()), "the release that was looked for");
    EXPECT_EQ(rita->Evaluate("Boolean(" + CardOf(second.Id()) + ")"), false);
    rita->Press("j");
    EXPECT_EQ(rita->Evaluate("document.activeElement.closest('[data-item]') === " + CardOf(first.Id())), true);
    rita->Press("?");
    rita->WaitFor("document.querySelector('#shortcuts:modal')", "the keys are listed");
    rita->Press("Escape");
    rita->Choose("Class", "mechanism");
    rita.Go("Filter");
    rita->WaitForText("Nothing here");
    rita->Open("/console?owner=nobody.at.all");
    EXPECT_EQ(rita->Evaluate("document.querySelectorAll('[data-item]').length"), 0);
    rita.ExpectClean();
}

TEST(ConsoleBoard, ShowsHostileTextAsText) {
    const Journey release;
    Json manifest = api_test::NewManifest(api_test::Unique("hostile"));
    manifest["title"] = kHostileText + std::string(" ") + kRightToLeft;
    manifest["description"] = std::string(10'000, 'x');
    const auto made = As("rita.release").Post("/v1/releases", manifest).Expect(201);
    Visitor rita("rita.release");
    rita->Open("/console?q=" + made.Id());
    rita->WaitForText("<script>alert('x')</script>");
    EXPECT_EQ(
        rita->Evaluate("document.querySelectorAll('main script, main img, main [onerror], main [onload]').length"), 0);
    rita->Open("/console?q=" + std::string("%3Cscript%3Ealert(1)%3C%2Fscript%3E"));
    EXPECT_EQ(rita->Evaluate("document.querySelector('[name=q]').value"), "<script>alert(1)</script>");
    rita.ExpectClean();
}

TEST(ConsoleBoard, TheHeaderIsOneLineOnAPhoneWithAMenuThatNeedsNoScript) {
    Visitor rita("rita.release");
    rita->Block("*.js");
    for (const int width : {360, 768}) {
        SCOPED_TRACE(width);
        rita->Resize(width, 740);
        rita->Open("/console");
        EXPECT_LT(rita->Evaluate("document.querySelector('header').offsetHeight").get<double>(), 56);
        EXPECT_FALSE(rita->Offers("Fleet"));
        rita->Click("Menu");
        EXPECT_TRUE(rita->Offers("Signed in as Rita Release"));
        rita.Go("Fleet", "nav");
        EXPECT_EQ(rita->Path(), "/console/fleet");
    }
    rita->Resize(1280, 900);
    EXPECT_TRUE(rita->Offers("Board")) << "what is behind the menu of a narrow window stands in the bar of a wide one";
    EXPECT_FALSE(rita->Offers("Menu"));
    EXPECT_EQ(rita->Evaluate("getComputedStyle(document.querySelector('nav a')).color"),
              rita->Evaluate("getComputedStyle(document.querySelector('header')).color"));
}

}  // namespace
}  // namespace console_test
