// The auditor at work in a browser: what happened is filtered and followed by clicking, the chain is checked, the log
// is taken along; and a memo is printed.
#include <algorithm>

#include "tests/api/journey.hpp"
#include "tests/console/subjects.hpp"
#include "tests/console/visitor.hpp"

namespace console_test {
namespace {

using api_test::As;
using api_test::Journey;
using platform::Json;

/// What the entries on the page say, column by column.
Json EntriesShown(Visitor& who) {
    return who->Evaluate(R"script([...document.querySelectorAll(".audit-table tbody tr")].map((row) => ({
        number: Number(row.cells[0].innerText),
        who: row.cells[2].querySelector("a").innerText,
        action: row.querySelector(".audit-what a").innerText,
        about: row.cells[4].innerText,
        refused: row.classList.contains("refused"),
    })))script");
}

TEST(ConsoleAudit, IsFilteredFollowedCheckedAndTakenAlong) {
    Journey release;
    release.Reach("experimental");
    release.Promote("stable").Expect(409);
    const Journey other;
    Visitor anna("anna.auditor");
    anna->Click("More");
    anna.Go("Audit", "nav");
    anna->Fill("Release", release.Id(), "form[role=search]");
    anna->Choose("Outcome", "refused", "form[role=search]");
    anna.Go("Filter", "form[role=search]");
    const Json refused = EntriesShown(anna);
    ASSERT_EQ(refused.size(), 1U) << refused.dump();
    EXPECT_EQ(refused[0]["refused"], true);
    EXPECT_NE(refused[0]["about"].get<std::string>().find(release.Id()), std::string::npos);

    // From an entry of everything to one object, and to one person's part in it.
    anna->Open("/console/audit");
    anna.Go(release.Id(), ".audit-table");
    anna->WaitForText("Following release " + release.Id());
    const Json followed = EntriesShown(anna);
    EXPECT_GT(followed.size(), 3U);
    for (const Json& entry : followed) {
        EXPECT_NE(entry["about"].get<std::string>().find(release.Id()), std::string::npos) << entry;
    }
    EXPECT_TRUE(std::ranges::is_sorted(followed, std::ranges::greater(), [](const Json& entry) {
        return entry["number"].get<int>();
    })) << "newest first";
    EXPECT_TRUE(anna->Offers("open it"));
    anna.Go("stop following it");
    EXPECT_FALSE(anna->Offers("stop following it"));

    anna.Go("Recompute the whole chain now");
    anna->WaitForText("The chain holds.");
    const Json taken = anna->Evaluate(R"script((async () => {
        const answer = await fetch("/console/audit/export?release=)script" +
                                      release.Id() + R"script(");
        return [answer.status, answer.headers.get("content-disposition"), await answer.text()];
    })())script");
    EXPECT_EQ(taken[0], 200);
    EXPECT_NE(taken[1].get<std::string>().find("audit.jsonl"), std::string::npos);
    EXPECT_NE(taken[2].get<std::string>().find(release.Id()), std::string::npos);
    EXPECT_EQ(taken[2].get<std::string>().find("\"" + other.Id() + "\""), std::string::npos);
    EXPECT_TRUE(anna.SeriousFindings().empty());
    anna.ExpectClean();
}

int PagesOfPdf(const std::string& pdf) {
    int pages = 0;
    constexpr std::string_view kPageObject = "/Type /Page\n";
    for (auto at = pdf.find(kPageObject); at != pdf.npos; at = pdf.find(kPageObject, at + 1)) {
        ++pages;
    }
    return pages;
}

TEST(ConsolePrint, AMemoIsOnThePaperWholeAndNothingElse) {
    const std::string path = MakeMemo();
    Visitor sam("sam.owner");
    sam->Open(path);
    const std::string pdf = sam->PrintToPdf();
    EXPECT_TRUE(pdf.starts_with("%PDF-"));
    EXPECT_GE(PagesOfPdf(pdf), 2) << "it has ten thousand characters of notes";
    EXPECT_LE(PagesOfPdf(pdf), 40);

    constexpr const char* kDocument = "document.querySelector('.paper').innerText";
    const auto on_screen = sam->Evaluate(kDocument);
    sam->Resize(794, 1123);  // A4
    sam->LayOutForPrint();
    EXPECT_EQ(sam->Evaluate(kDocument), on_screen) << "the document is not complete";
    EXPECT_EQ(sam->Evaluate(
                  "[...document.querySelectorAll('header, nav, form, button, .side-part')].filter((each) => "
                  "!each.closest('.paper') && pageScript.visible(each)).map((each) => each.outerHTML.slice(0, 100))"),
              Json::array());
    EXPECT_EQ(sam->Evaluate("pageScript.pushedAside()"), Json::array()) << "cut at the edge of the paper";
    sam.ExpectClean();
}

}  // namespace
}  // namespace console_test
