// Releases, their manifests, plans and exposure through the API.
#include "tests/api/journey.hpp"

namespace api_test {
namespace {

TEST(Releases, SubmittedOneIsShownAsItWasMade) {
    const std::string id = Unique("release");
    const Reply made = As("rita.release").Post("/v1/releases", NewManifest(id)).Expect(201);
    EXPECT_EQ(made.Header("location"), "/v1/releases/" + id);
    EXPECT_FALSE(made.Etag().empty());
    const Reply shown = As("nora.none").Get("/v1/releases/" + id).Expect(200);
    EXPECT_EQ(shown.Body()["channel"], "dev");
    EXPECT_EQ(shown.Body()["classification"], "workflow");
    EXPECT_EQ(shown.Body()["revision"], 1);
    EXPECT_EQ(shown.Body()["created_by"], "rita.release");
    EXPECT_EQ(shown.Body()["next"]["to"], "experimental");
    const Reply manifest = As("nora.none").Get("/v1/releases/" + id + "/manifest").Expect(200);
    EXPECT_EQ(manifest.Body()["files_changed"], (Json{"src/components/Roster.tsx"}));
    As("rita.release").Post("/v1/releases", NewManifest(id)).ExpectProblem(409, "conflict.exists");
    Json upper = NewManifest(id);
    upper["id"] = "R" + id.substr(1);
    As("rita.release").Post("/v1/releases", upper).ExpectProblem(409, "conflict.state");
}

TEST(Releases, ManifestMayBeYaml) {
    const std::string id = Unique("release");
    As("rita.release")
        .Send("POST", "/v1/releases",
              "id: " + id + "\ntitle: From YAML\ndescription: A draft\ndata_changes: none\nfiles_changed: [a.ts]\n",
              "application/yaml")
        .Expect(201);
    As("rita.release").Send("POST", "/v1/releases", "id: [", "application/yaml").ExpectProblem(400, "input.malformed");
}

TEST(Releases, EveryErrorOfAManifestIsListedWithItsPlace) {
    Json manifest = NewManifest(Unique("release"));
    manifest["colour"] = "red";
    manifest["title"] = 7;
    manifest["kill_switch"]["flagg"] = "X";
    As("rita.release")
        .Post("/v1/releases", manifest)
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/colour", "/title", "/kill_switch/flagg"});
}

TEST(Releases, ManifestChangesNeedTheVersionAndSayWhatChanged) {
    const Journey release;
    Json manifest = NewManifest(release.Id());
    manifest["description"] = "The roster can be sorted by name and age.";
    const Caller rita = As("rita.release");
    rita.Put(release.Path("/manifest"), manifest).ExpectProblem(428, "conflict.version_missing");
    rita.IfMatch("\"99\"").Put(release.Path("/manifest"), manifest).ExpectProblem(412, "conflict.version");
    rita.IfMatch("*").Put(release.Path("/manifest"), manifest).ExpectProblem(428, "conflict.version_missing");
    const std::string etag = rita.Get(release.Path("/manifest")).Etag();
    rita.IfMatch(etag).Put(release.Path("/manifest"), manifest).Expect(200);
    rita.IfMatch(etag).Put(release.Path("/manifest"), manifest).ExpectProblem(412, "conflict.version");
    const Reply diff = rita.Get(release.Path("/revisions/2/diff")).Expect(200);
    ASSERT_EQ(diff.Body()["changes"].size(), 1U);
    EXPECT_EQ(diff.Body()["changes"][0]["pointer"], "/description");
    EXPECT_EQ(rita.All(release.Path("/revisions?limit=1")).size(), 2U);
    rita.Get(release.Path("/revisions/3")).ExpectProblem(404, "not_found.resource");
    // Of another release.
    Json other = manifest;
    other["id"] = Unique("release");
    rita.IfMatch(release.Show().Etag()).Put(release.Path("/manifest"), other).ExpectProblem(422, "input.invalid");
}

TEST(Releases, ChangeOfTheContentVoidsItsApprovals) {
    const Journey release;
    release.Approve("dora.lead", "dev_lead", "class").Expect(201);
    Json manifest = NewManifest(release.Id());
    manifest["title"] = "Sorting of the roster, again";
    As("rita.release").IfMatch(release.Show().Etag()).Put(release.Path("/manifest"), manifest).Expect(200);
    const Json approvals = As("nora.none").Get(release.Path("/approvals")).Body();
    ASSERT_EQ(approvals["items"].size(), 1U);
    EXPECT_NE(approvals["items"][0]["state"], "active");
}

TEST(Releases, ClassAndFilesAreFrozenOncePromotionHasBegun) {
    Journey release;
    release.Reach("experimental");
    Json manifest = NewManifest(release.Id());
    manifest["classification"] = "ui_only";
    As("rita.release")
        .IfMatch(release.Show().Etag())
        .Put(release.Path("/manifest"), manifest)
        .ExpectProblem(409, "rules.denied")
        .ExpectRules({"CLS-2"});
    manifest = NewManifest(release.Id());
    manifest["files_changed"].push_back("src/other.ts");
    As("rita.release")
        .IfMatch(release.Show().Etag())
        .Put(release.Path("/manifest"), manifest)
        .ExpectProblem(409, "rules.denied")
        .ExpectRules({"CLS-6"});
}

TEST(Releases, ExposureHasAReasonForEveryTenant) {
    Journey release;
    release.Reach("experimental");
    const auto reason_of = [&](const std::string& tenant) {
        const Reply reply = As("nora.none").Get(release.Path("/exposure")).Expect(200);
        for (const Json& item : reply.Body()["items"]) {
            if (item["tenant"] == tenant) {
                EXPECT_FALSE(item["reason"].get<std::string>().empty());
                return item["code"].get<std::string>();
            }
        }
        return std::string("absent");
    };
    EXPECT_EQ(reason_of(release.Tenant()), "consented_on_plan");
    const auto consents = As("rita.release").All("/v1/tenants/" + release.Tenant() + "/consents");
    ASSERT_EQ(consents.size(), 1U);
    As("rita.release")
        .Post("/v1/consents/" + consents[0]["id"].get<std::string>() + ":withdraw", {{"reason", "they asked"}})
        .Expect(200);
    EXPECT_EQ(reason_of(release.Tenant()), "consent_withdrawn");
}

TEST(Releases, PagesKeepTheirFilters) {
    const Journey one;
    const Journey two;
    const Reply page = As("nora.none").Get("/v1/releases?limit=1&channel=dev&q=roster").Expect(200);
    ASSERT_EQ(page.Body()["items"].size(), 1U);
    const std::string link = page.Header("link");
    for (const char* part : {"</v1/releases?", "limit=1", "channel=dev", "q=roster", "cursor=", "rel=\"next\""}) {
        EXPECT_NE(link.find(part), std::string::npos) << link;
    }
    const std::string next = link.substr(1, link.find('>') - 1);
    EXPECT_NE(As("nora.none").Get(next).Expect(200).Body()["items"][0]["id"], page.Body()["items"][0]["id"]);
    As("nora.none").Get("/v1/releases?colour=red").ExpectProblem(400, "input.malformed").Mentioning("channel");
    As("nora.none").Get("/v1/releases?limit=501").ExpectProblem(400, "input.malformed");
}

/// What the list says of the next gate, which it takes from memory; the release's own page loads it anew.
std::string NextInList(const Journey& release) {
    const std::vector<Json> items = As("nora.none").All("/v1/releases?q=" + release.Id());
    EXPECT_EQ(items.size(), 1U);
    EXPECT_EQ(items.front()["next"], release.Show().Body()["next"]);
    return items.front()["next"]["state"];
}

TEST(Releases, AListSaysWhatIsSoNow) {
    const Journey release;
    EXPECT_EQ(NextInList(release), NextInList(release));
    release.Prepare("experimental");
    EXPECT_EQ(NextInList(release), "allow");
    // A fact of this release, one that many share, and time alone.
    const std::string stop =
        As("ci").Post(release.Path("/hard-stops"), {{"rule", "HST-4"}, {"reason", "job 77"}}).Expect(201).Id();
    EXPECT_EQ(NextInList(release), "deny");
    As("quinn.qa")
        .Post(release.Path("/hard-stops/" + stop + ":resolve"),
              {{"cites", stop}, {"resolution", "a wrong fixture"}, {"evidence", "job 78 saw none"}})
        .Expect(200);
    EXPECT_EQ(NextInList(release), "allow");
    const Reply freeze = As("rita.release")
                             .Post("/v1/freezes", {{"scope", "tenant"},
                                                   {"tenant", release.Tenant()},
                                                   {"zone", "UTC"},
                                                   {"starts", "2020-01-01T00:00:00"},
                                                   {"ends", "2049-01-01T00:00:00"},
                                                   {"reason", "they move house"}})
                             .Expect(201);
    EXPECT_NE(NextInList(release), "allow");
    const std::string path = "/v1/freezes/" + freeze.Id();
    As("rita.release")
        .IfMatch(As("nora.none").Get(path).Etag())
        .Post(path + ":cancel", {{"reason", "they stay"}})
        .Expect(200);
    EXPECT_EQ(NextInList(release), "allow");
    release.Promote("experimental").Expect(201);
    EXPECT_NE(NextInList(release), "allow");
    AdvanceClock("40d");
    EXPECT_NE(NextInList(release), "allow");
}

TEST(Releases, WithdrawnOneGoesNowhere) {
    const Journey release;
    release.Prepare("experimental");
    const Caller rita = As("rita.release");
    rita.Post(release.Path(":withdraw"), {{"reason", "not needed"}}).ExpectProblem(428, "conflict.version_missing");
    rita.IfMatch(release.Show().Etag()).Post(release.Path(":withdraw"), {{"reason", "not needed"}}).Expect(200);
    release.Promote("experimental").ExpectProblem(409, "rules.denied").ExpectRules({"CHX-6"});
}

}  // namespace
}  // namespace api_test
