// Several people at once, each in a browser of their own: two who change the same thing, and one who would like to do
// what is somebody else's to do.
#include "tests/api/journey.hpp"
#include "tests/console/release_steps.hpp"

namespace console_test {
namespace {

using api_test::As;
using api_test::Journey;
using platform::Json;

/// What the fields of a form hold, by name.
Json FieldsOf(Visitor& who, const std::string& form) {
    return who->Evaluate("Object.fromEntries(new FormData(document.querySelector(\"" + form + "\")))");
}

TEST(ConsoleTogether, TheSecondToChangeATenantIsToldAndKeepsWhatWasTyped) {
    const std::string tenant = api_test::Unique("shared");
    As("rita.release").Post("/v1/tenants", {{"id", tenant}, {"name", "Before"}, {"kind", "staging"}}).Expect(201);
    Visitor rita("rita.release");
    Visitor otto("otto.operator");
    const std::string form = "form[data-form=change]";
    for (Visitor* who : {&rita, &otto}) {
        who->Go("Tenants", "nav");
        (*who)->Fill("Tenant", tenant, "form[role=search]");
        who->Go("Filter");
        who->Go("Before", "#matrix");
        (*who)->Click("Change it");
    }
    rita->Fill("Name", "Renamed by Rita", form);
    otto->Fill("Name", "Renamed by Otto", form);
    otto->Choose("Receives", "stable_only", form);
    rita.Go("Save", form);
    rita->WaitForText("Changed.");

    otto.Go("Save", form);
    otto->WaitForText("Nothing was changed");
    otto->WaitForText("Meanwhile somebody changed it: it is Renamed by Rita");
    EXPECT_EQ(FieldsOf(otto, form)["name"], "Renamed by Otto");
    EXPECT_EQ(FieldsOf(otto, form)["channel_preference"], "stable_only");
    EXPECT_EQ(As("otto.operator").Get("/v1/tenants/" + tenant).Body()["name"], "Renamed by Rita");
    otto.Go("Save", form);
    otto->WaitForText("Changed.");
    const auto now = As("otto.operator").Get("/v1/tenants/" + tenant).Body();
    EXPECT_EQ(now["name"], "Renamed by Otto");
    EXPECT_EQ(now["channel_preference"], "stable_only");
    rita.ExpectClean();
    otto.ExpectClean({412});
}

TEST(ConsoleTogether, TheSecondToReviseAManifestSeesWhatTheFirstChanged) {
    const Journey release;
    Visitor rita("rita.release");
    Visitor dora("dora.lead");
    const std::string form = "form[action$='/manifest']";
    Json theirs = api_test::NewManifest(release.Id());
    theirs["title"] = "Sorting, as Rita calls it";
    Json mine = api_test::NewManifest(release.Id());
    mine["description"] = "The roster can be sorted by name, and by age.";
    for (Visitor* who : {&rita, &dora}) {
        (*who)->Open("/console/releases/" + release.Id() + "/manifest");
        (*who)->Click("Make a new revision");
        (*who)->Fill("Manifest", who == &rita ? theirs.dump(2) : mine.dump(2), form);
    }
    rita.Go("Make the revision", form);
    rita->WaitForText("Revision 2 is in force.");

    dora.Go("Make the revision", form);
    dora->WaitForText("What changed while you were typing");
    dora->WaitForText("Sorting, as Rita calls it");
    EXPECT_EQ(Json::parse(FieldsOf(dora, form)["manifest"].get<std::string>()), mine) << "what was typed is lost";
    mine["title"] = theirs["title"];
    dora->Fill("Manifest", mine.dump(2), form);
    dora.Go("Make the revision", form);
    dora->WaitForText("Revision 3 is in force.");
    dora.ExpectClean({412});
}

TEST(ConsoleTogether, WhoMayNotApproveIsNotOfferedItAndIsToldWhoMay) {
    const Journey release;
    Visitor quinn("quinn.qa");
    quinn->Open("/console/releases/" + release.Id());
    quinn->WaitForText("Waits for a person with the role Dev Lead.");
    EXPECT_TRUE(quinn->Offers("Approve as QA"));
    EXPECT_FALSE(quinn->Offers("Approve as Dev Lead"));
    Visitor nora("nora.none");
    nora->Open("/console/releases/" + release.Id());
    nora->WaitForText("To promote releases needs a principal with one of the roles: release_manager");
    EXPECT_FALSE(nora->Offers("Approve as QA"));
    EXPECT_FALSE(nora->Offers("Promote to experimental"));

    // The form all the same, as somebody would make it who knows how: refused in the API's words, and on record.
    const std::string path = "/console/releases/" + release.Id() + "/approve";
    const auto forged = quinn->Evaluate(R"script((async () => {
        const body = new URLSearchParams({csrf: document.querySelector("[name=csrf]").value, as: "dev_lead", for: "class"});
        const answer = await fetch()script" +
                                        Json(path).dump() + R"script(, {method: "POST", body});
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return [answer.status, page.querySelector(".refusal")?.textContent ?? ""];
    })())script");
    const auto told = release.Approve("quinn.qa", "dev_lead", "class");
    told.Expect(403);
    EXPECT_EQ(forged[0], 403);
    const std::string shown = forged[1].get<std::string>();
    EXPECT_NE(shown.find(told.Body().value("detail", "?")), std::string::npos) << shown;
    const std::string type = told.Body().value("type", "");
    EXPECT_NE(shown.find(type.substr(type.rfind(':') + 1)), std::string::npos) << shown << " is not of " << type;
    for (const Json& finding : told.Body().value("findings", Json::array())) {
        EXPECT_NE(shown.find(finding.value("rule", "?")), std::string::npos) << shown;
    }
    for (const Json& approval : As("quinn.qa").All(release.Path("/approvals"))) {
        ADD_FAILURE() << "given all the same: " << approval.dump();
    }
    EXPECT_GE(api_test::Audit("actor=quinn.qa&release=" + release.Id()).size(), 2U) << "a refusal is not on record";
    quinn.ExpectClean({403});
    nora.ExpectClean();
}

}  // namespace
}  // namespace console_test
