// What people write and decide in the console: manifests and plans, memos, and the inbox that leads to them.
#include "tests/api/journey.hpp"
#include "tests/api/visitor.hpp"

namespace api_test {
namespace {

std::string ReleaseUrl(const std::string& id, std::string_view rest = {}) {
    return "/console/releases/" + id + std::string(rest);
}

TEST(ConsoleManifest, IsSubmittedAsItIsPasted) {
    const std::string id = Unique("pasted");
    const Visitor rita("rita.release");
    const Page form = rita.Open("/console/submit");
    // What is not right is said with its place, and what was typed is still there, line by line.
    rita.Send(form, "/console/submit", {{"manifest", "id: " + id + "\ntitle: <b>\"One\"</b>\nversion: [1]\n"}})
        .Expect(422)
        .Shows("Nothing was changed")
        .Shows("id: " + id + "\ntitle: &lt;b&gt;&quot;One&quot;&lt;/b&gt;\n");
    Json manifest = NewManifest(id);
    manifest["title"] = "<script>alert(1)</script> \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d";
    rita.Send(form, "/console/submit", {{"manifest", manifest.dump()}})
        .Expect(200)
        .Shows("&lt;script&gt;alert(1)&lt;/script&gt;")
        .ShowsNot("<script>alert(1)");
    for (const char* part : {"/manifest", "/plan", "/tenants", "/memos", "/memos/draft", "/timeline"}) {
        rita.Open(ReleaseUrl(id, part)).Expect(200).Shows("&lt;script&gt;").ShowsNot("<script>alert(1)");
    }
    // As a file for the command line: its manifest is taken, and it is there already.
    rita.Send(form, "/console/submit", {{"manifest", Json{{"manifest", manifest}}.dump()}})
        .Expect(409)
        .Shows("exists already");
    Visitor("nora.none").Open("/console/submit").Expect(200).ShowsNot("<textarea").Shows("To submit manifests needs");
}

TEST(ConsoleManifest, SecondOfTwoIsToldWhatTheFirstChanged) {
    const Journey release;
    const Visitor rita("rita.release");
    const Visitor dora("dora.lead");
    const std::string action = ReleaseUrl(release.Id(), "/manifest");
    const Page before = rita.Open(action);
    const Page same = dora.Open(action);
    Json first = NewManifest(release.Id());
    first["description"] = "The roster can be sorted by name and by date.";
    rita.Send(before, action, {{"manifest", first.dump()}})
        .Expect(200)
        .Shows("Revision 2 is in force.")
        .Shows("What changed from revision 1 to 2")
        .Shows("by name and by date.");
    Json second = NewManifest(release.Id());
    second["version"] = "2025.1.15";
    const Page refused = dora.Send(same, action, {{"manifest", second.dump(2)}});
    refused.Expect(412)
        .Shows("What changed while you were typing")
        .Shows("by name and by date.")
        .Shows("&quot;version&quot;: &quot;2025.1.15&quot;");
    // Sent again from that page, knowing what there is, it becomes the next one.
    dora.Send(refused, action, {{"manifest", second.dump(2)}}).Expect(200).Shows("Revision 3 is in force.");
}

TEST(ConsolePlan, IsSetAndJudgedLikeThroughTheApi) {
    const Journey release;
    const Visitor rita("rita.release");
    const std::string action = ReleaseUrl(release.Id(), "/plan");
    const Page page = rita.Open(action);
    page.Expect(200).Shows(release.Tenant()).Shows("not approved");
    rita.Send(page, action, {{"plan", "tenants: []\nopt_in_method: by mail\n"}}).Expect(422).Shows("by mail");
    const std::string other = "tenants: [" + release.Tenant() +
                              "]\nopt_in_method: by mail\nstart_date: 2025-01-14\nminimum_stay: 7d\nexit_criteria:\n"
                              "  - {key: order, text: No roster is in the wrong order}\nowner: sam.owner\n";
    rita.Send(page, action, {{"plan", other}, {"version", "1"}}).Expect(412).Shows("opt_in_method: by mail");
    rita.Send(page, action, {{"plan", other}}).Expect(200).Shows("Revision 2 of the plan is set.").Shows("by mail");
    rita.Open(ReleaseUrl(release.Id(), "/tenants?channel=experimental&side=in"))
        .Expect(200)
        .Shows(release.Tenant())
        .Shows("receives it");
}

TEST(ConsoleMemo, IsDecidedSignedAndBringsTheReleaseToStable) {
    Journey release;
    release.Reach("candidate");
    As("otto.operator").Post("/v1/clock/advance", {{"by", "7d"}}).Expect(200);
    const std::string draft_path = ReleaseUrl(release.Id(), "/memos/draft");
    const Visitor rita("rita.release");
    // Before the evidence is there, the facts do not bear a GO.
    const Page draft = rita.Open(draft_path + "?for=stable");
    draft.Expect(200).Shows("GO/NO-GO Decision Memo").Shows("a GO would be refused now");
    rita.Send(draft, draft_path, {{"decision", "GO"}, {"notes", "Did well,\nso far."}})
        .Shows("Nothing was changed")
        .Shows("Did well,\nso far.");
    release.Prepare("stable");
    const Page decided = rita.Send(draft, draft_path, {{"decision", "GO"}, {"notes", "Did <well>."}});
    decided.Expect(200).Shows("Decided: GO").Shows("Did &lt;well&gt;.").ShowsNot("/sign\"");

    const std::string memo_path = ReleaseUrl(release.Id(), "/memos/1");
    for (const auto& [who, role] : {std::pair{"sam.owner", "System Owner"}, std::pair{"dora.lead", "Dev Lead"}}) {
        const Visitor signer(who);
        signer.Open("/console/inbox").Expect(200).Shows(memo_path).Shows("Sign memo 1, GO, as " + std::string(role));
        const Page memo = signer.Open(memo_path);
        signer.Send(memo, memo_path + "/sign", {{"content_hash", std::string(64, '0')}}).Shows("Nothing was changed");
        signer.Send(memo, memo_path + "/sign", {}).Expect(200).Shows("Signed as " + std::string(role));
        signer.Open("/console/inbox").Expect(200).ShowsNot(memo_path);
    }
    EXPECT_NE(rita.Open(memo_path + "/md").Html().find("GO"), std::string::npos);
    rita.Open(memo_path + "/doc").Expect(404);

    const Page page = rita.Open(ReleaseUrl(release.Id()));
    rita.Send(page, ReleaseUrl(release.Id(), "/promote"), {}).Expect(200).Shows("Promoted to stable.");
    EXPECT_EQ(release.Show().Body()["channel"], "stable");
    rita.Open(ReleaseUrl(release.Id(), "/timeline")).Expect(200).Shows("release.promote").Shows("memo.sign");
}

TEST(ConsoleInbox, HoldsWhatThisPersonMayDo) {
    const Journey release;
    const std::string link = ReleaseUrl(release.Id(), "#approvals");
    Visitor("dora.lead").Open("/console/inbox").Expect(200).Shows(link).Shows("Approve as Dev Lead");
    Visitor("quinn.qa").Open("/console/inbox").Expect(200).Shows(link);
    Visitor("anna.auditor").Open("/console/inbox").Expect(200).Shows("Nothing waits for you.");
    release.Approve("quinn.qa", "qa", "class").Expect(201);
    Visitor("quinn.qa").Open("/console/inbox").Expect(200).ShowsNot(link);
}

}  // namespace
}  // namespace api_test
