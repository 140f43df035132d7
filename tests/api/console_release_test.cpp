// A release in the console: what its page says and does, as a person without a script sees it.
#include "tests/api/journey.hpp"
#include "tests/api/visitor.hpp"

namespace api_test {
namespace {

std::string ConsolePath(const Journey& release, std::string_view rest = {}) {
    return "/console/releases/" + release.Id() + std::string(rest);
}

TEST(ConsoleRelease, TellsWhatStandsAgainstTheNextStep) {
    const Journey release;
    const Page page = Visitor("rita.release").Open(ConsolePath(release));
    page.Expect(200).Shows("Next: Experimental").Shows("EXP-6").Shows("What to do:").Shows(release.Id());
    // Every finding that the API names is there.
    for (const Json& finding : As("rita.release").Get(release.Path("/gates/experimental")).Body()["findings"]) {
        page.Shows(finding["rule"].get<std::string>());
    }
    // And where it is put right.
    for (const char* place : {"#approvals", "#evidence"}) {
        page.Shows("class=\"remedy-link\" href=\"" + ConsolePath(release) + place + "\"");
    }
}

TEST(ConsoleRelease, DeniedPromotionShowsTheFindingsOfTheApi) {
    const Journey release;
    const Visitor rita("rita.release");
    const Page page = rita.Open(ConsolePath(release));
    const Page refused = rita.Send(page, ConsolePath(release, "/promote"), {});
    const Reply same = release.Promote("experimental");
    refused.Expect(same.Status()).Shows("Nothing was changed");
    ASSERT_FALSE(same.Body()["findings"].empty());
    for (const Json& finding : same.Body()["findings"]) {
        refused.Shows(finding["rule"].get<std::string>());
    }
}

TEST(ConsoleRelease, PromotesWhenTheGateIsOpen) {
    const Journey release;
    release.Prepare("experimental");
    const Visitor rita("rita.release");
    const Page page = rita.Open(ConsolePath(release));
    page.Expect(200).Shows("may go on").Shows("It may be promoted now");
    rita.Send(page, ConsolePath(release, "/promote"), {})
        .Expect(200)
        .Shows("Promoted to experimental.")
        .Shows("Next: Candidate");
    EXPECT_EQ(release.Show().Body()["channel"], "experimental");
}

TEST(ConsoleRelease, PromotionOfAnOlderVersionIsRefused) {
    const Journey release;
    release.Prepare("experimental");
    const Visitor rita("rita.release");
    const Page page = rita.Open(ConsolePath(release));
    rita.Send(page, ConsolePath(release, "/promote"), {{"version", "1"}}).Expect(412).Shows("Nothing was changed");
    EXPECT_EQ(release.Show().Body()["channel"], "dev");
}

TEST(ConsoleRelease, ApproversGiveWhatIsTheirsWithAComment) {
    const Journey release;
    const Visitor dora("dora.lead");
    const Page page = dora.Open(ConsolePath(release));
    page.Shows("Approve as Dev Lead");
    dora.Send(page, ConsolePath(release, "/approve"), {{"note", "read <b>every</b> line"}})
        .Expect(200)
        .Shows("Approved as Dev Lead.")
        .Shows("read &lt;b&gt;every&lt;/b&gt; line");
    const Json items = As("dora.lead").Get(release.Path("/approvals")).Body()["items"];
    ASSERT_EQ(items.size(), 1U);
    EXPECT_EQ(items[0]["note"], "read <b>every</b> line");
    // Who has no role sees who is waited for, and no form.
    Visitor("nora.none").Open(ConsolePath(release)).Expect(200).ShowsNot("/approve\"").Shows("Waits for a person");
}

TEST(ConsoleRelease, WhoMayNotIsRefusedEvenWithTheForm) {
    const Journey release;
    const Visitor nora("nora.none");
    const Page page = nora.Open(ConsolePath(release));
    page.Shows("To promote releases needs a principal").ShowsNot("/promote\"");
    nora.Send(page, ConsolePath(release, "/raise-hard-stop"), {{"rule", "HST-1"}, {"reason", "x"}}).Expect(422);
    const std::string csrf = page.Hidden("csrf");
    nora.Post(ConsolePath(release, "/promote"), {{"csrf", csrf}, {"to", "experimental"}, {"version", "1"}})
        .Expect(403)
        .Shows("release_manager");
    nora.Post(ConsolePath(release, "/raise-hard-stop"), {{"rule", "HST-4"}, {"reason", "without the session's mark"}})
        .Expect(403);
    nora.Send(page, ConsolePath(release, "/raise-hard-stop"),
              {{"rule", "HST-4"}, {"reason", "a row of another tenant"}})
        .Expect(200)
        .Shows("The hard stop is raised");
    Visitor("rita.release").Open(ConsolePath(release)).Shows("HST-4").Shows("a row of another tenant");
}

TEST(ConsoleRelease, AnAcceptedRiskIsTakenBackWhereItStands) {
    const Journey release;
    const Visitor sam("sam.owner");
    sam.Send(sam.Open(ConsolePath(release)), ConsolePath(release, "/accept-risk"),
             {{"risk", "the export is slow"}, {"rationale", "seldom used"}, {"review_date", "2030-01-01"}})
        .Expect(200)
        .Shows("The risk is accepted");
    Visitor("nora.none").Open(ConsolePath(release)).ShowsNot("/revoke-risk\"");
    const std::string back = ConsolePath(release, "/revoke-risk");
    sam.Send(sam.Open(ConsolePath(release)), back, {{"reason", ""}}).Expect(422).Shows("Nothing was changed");
    sam.Send(sam.Open(ConsolePath(release)), back, {{"reason", "it is used daily now"}})
        .Expect(200)
        .Shows("The acceptance is taken back.")
        .Shows("taken back</span>")
        .ShowsNot("/revoke-risk\"");
    const Json items = As("sam.owner").Get(release.Path("/risk-acceptances")).Body()["items"];
    ASSERT_EQ(items.size(), 1U);
    EXPECT_EQ(items[0]["revocation"]["reason"], "it is used daily now");
}

TEST(ConsoleRelease, EvidenceIsRecordedAndWhatDoesNotHoldIsKept) {
    const Journey release;
    const Visitor quinn("quinn.qa");
    const Page page = quinn.Open(ConsolePath(release));
    quinn
        .Send(
            page, ConsolePath(release, "/record-check"),
            {{"control", "tests"}, {"outcome", "passed"}, {"tier", "test"}, {"text", "run 12"}, {"url", "no address"}})
        .Expect(422)
        .Shows("Nothing was changed")
        .Shows("run 12")
        .Shows("http or https address");
    quinn
        .Send(page, ConsolePath(release, "/record-check"),
              {{"control", "tests"}, {"outcome", "passed"}, {"tier", "test"}, {"text", "run 12 \"<i>\""}})
        .Expect(200)
        .Shows("Recorded: tests passed.")
        .Shows("run 12 &quot;&lt;i&gt;&quot;");
}

}  // namespace
}  // namespace api_test
