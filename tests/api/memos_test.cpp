// Memos: computed from the facts, decided by a person, signed over their content, never changed.
#include "tests/api/journey.hpp"

namespace api_test {
namespace {

TEST(Memos, DraftIsTheFactsInEveryForm) {
    const Journey release;
    for (const auto& [format, type] : {std::pair<std::string, std::string>{"json", "application/json"},
                                       {"md", "text/markdown"},
                                       {"html", "text/html"},
                                       {"txt", "text/plain"}}) {
        const Reply draft = As("nora.none").Get(release.Path("/memos/draft?format=" + format)).Expect(200);
        EXPECT_EQ(draft.Header("content-type").substr(0, type.size()), type);
        EXPECT_NE(draft.Text().find(release.Id()), std::string::npos) << format;
    }
    const Reply pdf = As("nora.none").Get(release.Path("/memos/draft?format=pdf"));
    if (pdf.Status() == 200) {
        EXPECT_EQ(pdf.Text().substr(0, 5), "%PDF-");
    } else {
        pdf.ExpectProblem(503, "unavailable.pdf_converter").Mentioning("install");  // no converter on this machine
    }
    As("nora.none").Get(release.Path("/memos/draft?format=doc")).ExpectProblem(400, "input.malformed");
}

TEST(Memos, GoIsRefusedWithEachItemThatDoesNotHold) {
    const Journey release;
    As("rita.release")
        .Post(release.Path("/memos"), {{"for", "stable"}, {"decision", "GO"}})
        .ExpectProblem(409, "rules.denied")
        .ExpectRules({"MEM-2"});
    EXPECT_TRUE(As("nora.none").All(release.Path("/memos")).empty());
    As("rita.release")
        .Post(release.Path("/memos"), {{"for", "stable"}, {"decision", "NO-GO"}})
        .ExpectProblem(409, "rules.denied")
        .ExpectRules({"MEM-3"});
    As("ci").Post(release.Path("/memos"), {{"for", "stable"}, {"decision", "NO-GO"}}).Expect(403);
}

TEST(Memos, SignaturesAreOverTheContentByTwoEntitledPeople) {
    const Journey release;
    const Reply memo = As("rita.release")
                           .Post(release.Path("/memos"), {{"for", "stable"},
                                                          {"decision", "NO-GO"},
                                                          {"rationale", "It was never in experimental."},
                                                          {"remediation", "Expose it first."}})
                           .Expect(201);
    EXPECT_EQ(memo.Header("location"), release.Path("/memos/1"));
    EXPECT_EQ(memo.Body()["signed"], false);
    const std::string path = release.Path("/memos/1/signatures");
    const Json hash = memo.Body()["content_hash"];
    As("sam.owner")
        .Post(path, {{"as", "system_owner"}, {"content_hash", std::string(64, '0')}})
        .Expect(409)
        .ExpectRules({"MEM-5"});
    As("quinn.qa").Post(path, {{"as", "system_owner"}, {"content_hash", hash}}).Expect(403);
    As("sam.owner").Post(path, {{"as", "system_owner"}, {"content_hash", hash}}).Expect(201);
    As("sam.owner").Post(path, {{"as", "system_owner"}, {"content_hash", hash}}).Expect(409);
    As("dora.lead").Post(path, {{"as", "dev_lead"}, {"content_hash", hash}}).Expect(201);
    const Reply shown = As("nora.none").Get(release.Path("/memos/1")).Expect(200);
    EXPECT_EQ(shown.Body()["signed"], true);
    EXPECT_EQ(shown.Body()["content_hash"], hash);
    for (const char* method : {"PUT", "PATCH", "DELETE"}) {
        As("max.all").Send(method, release.Path("/memos/1")).ExpectProblem(405, "input.method");
    }
    // The same text every time.
    const std::string html = As("nora.none").Get(release.Path("/memos/1?format=html")).Text();
    AdvanceClock("1h");
    EXPECT_EQ(As("nora.none").Get(release.Path("/memos/1?format=html")).Text(), html);
}

TEST(MemoLint, ReadsTextAndNothingElse) {
    const Journey release;
    const Caller anyone = As("nora.none");
    const std::string draft = As("nora.none").Get(release.Path("/memos/draft?format=txt")).Text();
    const Reply report = anyone.Send("POST", "/v1/memos/lint", draft, "text/plain").Expect(200);
    EXPECT_GT(report.Body()["contradictions"].get<int>(), 0);
    anyone.Send("POST", "/v1/memos/lint", "{}", "application/json").ExpectProblem(415, "input.media_type");
    anyone.Send("POST", "/v1/memos/lint", "\xff\xfe", "text/plain").ExpectProblem(400, "input.malformed");
    anyone.Send("POST", "/v1/memos/lint", std::string(2 * 1024 * 1024, 'x'), "text/plain")
        .ExpectProblem(413, "input.too_large");
    anyone.Send("POST", "/v1/memos/lint?release=nobody", draft, "text/plain").ExpectProblem(404, "not_found.resource");
}

}  // namespace
}  // namespace api_test
