// The worked release from its submission to a signed GO and to stable, by its people, each in a browser of their own
// and with nothing but what the pages offer: submitted as it was dated on paper, refused, read, put right, and taken
// through.
#include <algorithm>

#include "tests/console/release_steps.hpp"
#include "tests/support/temp_dir.hpp"

namespace console_test {
namespace {

constexpr const char* kWorkedTitle = "Filters for the audit panel";

std::string Exchanged(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

/// A file of the examples, with the people of this server in it.
std::string Example(const std::string& version) {
    const std::string text = support::ReadFile(std::string(PORTCULLIS_SOURCE_DIR) +
                                               "/manifests/examples/2025-01-15-audit-filter-ui." + version + ".yaml");
    return Exchanged(Exchanged(text, "jane.doe", "dora.lead"), "bob.smith", "sam.owner");
}

bool Has(const std::vector<std::string>& rules, const std::string& rule) {
    return std::ranges::find(rules, rule) != rules.end();
}

class WorkedRelease : public ::testing::Test {
protected:
    void SubmitAsDated() {
        rita_.Go("Submit", "nav");
        rita_->Fill("Manifest", Example("as-dated"));
        rita_.Go("Submit", "main form");
        rita_->WaitForText("Submitted. This is what its first gate asks for.");
    }

    void RegisterTenant(const std::string& id, const std::string& name, const std::string& person) {
        rita_.Go("Tenants", "nav");
        rita_->Fill("Id", id);
        rita_->Fill("Name", name, "form[data-form=register]");
        rita_->Choose("Kind", "staging", "form[data-form=register]");
        rita_.Go("Register", "form[data-form=register]");
        rita_->Fill("For release", "2025-01-15-audit-filter-ui");
        rita_->Fill("Who agreed", person);
        rita_->Fill("In what capacity", "administrator of the tenant");
        rita_->Fill("What shows it", "Confirmed in writing, ticket OPS-118");
        rita_.Go("Record", "form[data-form=consent]");
        rita_->WaitForText("The consent is on record.");
        rita_->WaitForText("in force");
    }

    void SetPlan(const std::string& version) {
        OpenFromBoard(rita_, kWorkedTitle);
        rita_.Go("Exposure plan", ".tabs");
        if (rita_->Evaluate("document.querySelector('details.act').open") == false) {
            rita_->Click("Set the plan", "details.act");
        }
        rita_->Fill("Exposure plan", Example(version), "form[action$='/plan']");
        rita_.Go("Set the plan", "form[action$='/plan']");
        rita_->WaitForText("of the plan is set");
    }

    void ReviseManifest() {
        OpenFromBoard(rita_, kWorkedTitle);
        rita_.Go("Manifest", ".tabs");
        rita_->Click("Make a new revision");
        rita_->Fill("Manifest", Example("corrected"), "form[action$='/manifest']");
        const auto button = rita_->Evaluate("document.querySelector(\"form[action$='/manifest'] button\").innerText");
        rita_.Go(button.get<std::string>(), "form[action$='/manifest']");
        rita_->WaitForText("Revision 2 is in force.");
    }

    void PrepareExperimental() {
        OpenFromBoard(dora_, kWorkedTitle);
        Approve(dora_, "dev_lead", "class", "reviewed");
        Approve(dora_, "dev_lead", "class_floor", "it reads the audit log and never writes it");
        Approve(dora_, "dev_lead", "plan", "two staging tenants");
        Approve(dora_, "dev_lead", "experimental", "ready");
        for (const char* control : {"tests", "regressions"}) {
            RecordPassed(dora_, {control, "test"});
        }
        RecordPassed(dora_, {"kill-switch-drill", "rehearsal"});
        OpenFromBoard(quinn_, kWorkedTitle);
        Approve(quinn_, "qa", "class", "the regression suite was looked at");
        OpenFromBoard(sam_, kWorkedTitle);
        Approve(sam_, "system_owner", "class_floor", "nothing is recorded differently");
        OpenFromBoard(otto_, kWorkedTitle);
        RecordPassed(otto_, {"rollback-drill", "rehearsal"});
        RecordPassed(otto_, {"OBS-4", "managed runtime"});
    }

    void Pass(const std::string& span) {
        rita_.Go("Move the clock");
        rita_->Fill("By", span);
        rita_.Go("Move the clock", "main form");
        rita_->WaitFor("/^It is .* now\\./.test(document.querySelector('.flash')?.innerText)", "the clock was moved");
    }

    void PrepareCandidate() {
        for (const char* criterion : {"filter-errors", "page-load", "isolation"}) {
            RecordPassed(quinn_, {"exit-criterion", "managed runtime", criterion, "measured over the stay"});
        }
        RecordPassed(quinn_, {"feedback", "documented"});
        for (const char* control : {"DSV-1", "DSV-2", "DSV-3"}) {
            RecordPassed(quinn_, {control, "test"});
        }
        for (const char* control : {"DSV-4", "DSV-5", "DSV-6", "DSV-7", "OBS-1", "OBS-2", "OBS-3", "OBS-5"}) {
            RecordPassed(dora_, {control, "documented"});
        }
        for (const char* control : {"OBS-6", "OBS-7", "OBS-8", "OBS-9"}) {
            RecordPassed(otto_, {control, "managed runtime"});
        }
        Approve(dora_, "dev_lead", "candidate", "ready");
        Approve(quinn_, "qa", "candidate", "ready");
    }

    void RaiseAndResolveAHardStop() {
        OpenFromBoard(nora_, kWorkedTitle);
        EXPECT_FALSE(nora_->Offers("Promote to candidate"));
        nora_->Click("Raise a hard stop");
        nora_->Choose("Which", "HST-4");
        nora_->Fill("What you saw", "A row of another tenant in the results");
        nora_.Go("Raise the hard stop");
        OpenFromBoard(rita_, kWorkedTitle);
        PressPromote(rita_, "candidate");
        EXPECT_TRUE(Has(RulesReadIn(rita_, ".refusal"), "HST-4"));
        OpenFromBoard(quinn_, kWorkedTitle);
        quinn_->Click("Resolve it", "#stops");
        quinn_->Fill("Resolution", "The probe compared against the wrong fixture", "#stops");
        quinn_->Fill("Evidence for it", "The job with the right fixture: nothing in 20,000 queries", "#stops");
        quinn_.Go("Resolve the hard stop");
    }

    void DecideGo() {
        OpenFromBoard(rita_, kWorkedTitle);
        rita_.Go("The memo that the facts give now for stable");
        rita_->WaitForText("Every box of the checklist holds");
        rita_->Click("GO", "fieldset");
        rita_->Fill("Notes", "Page load 85 ms longer, within the 200 ms of the plan.");
        rita_.Go("Decide", "main form");
        rita_->WaitForText("Decided: GO. It counts once both have signed it.");
    }

    void Sign(Visitor& who, const std::string& button) {
        const auto inbox = who->Evaluate("document.querySelector('#navigation a[href$=\"/inbox\"]').innerText.trim()");
        who.Go(inbox.get<std::string>(), "nav");  // with how much waits there
        const auto waiting = who->Evaluate(
            "[...document.querySelectorAll('#inbox [data-open]')].find((each) => "
            "each.pathname.includes('/memos/'))?.innerText");
        ASSERT_TRUE(waiting.is_string()) << "no memo waits in the inbox";
        who.Go(waiting.get<std::string>(), "#inbox");
        who->WaitForText("You sign exactly the content you see");
        who.Go(button);
        who->WaitFor("document.querySelector('.flash')?.innerText.startsWith('Signed as')", "it is signed");
    }

    Visitor rita_{"rita.release"};
    Visitor dora_{"dora.lead"};
    Visitor quinn_{"quinn.qa"};
    Visitor sam_{"sam.owner"};
    Visitor otto_{"otto.operator"};
    Visitor nora_{"nora.none"};
};

TEST_F(WorkedRelease, FromSubmissionToStableByClicking) {
    SubmitAsDated();
    RegisterTenant("SBNC-dev", "SBNC development", "Omar Haddad");
    RegisterTenant("SBNC-staging", "SBNC staging", "Olga Petrova");
    SetPlan("as-dated");

    OpenFromBoard(rita_, kWorkedTitle);
    PressPromote(rita_, "experimental");
    rita_->WaitForText("Nothing was changed");
    const auto refused = RulesReadIn(rita_, ".refusal");
    for (const char* rule : {"APR-1", "CLS-4", "CLS-5"}) {
        EXPECT_TRUE(Has(refused, rule)) << rule << " is missing in " << ::testing::PrintToString(refused);
    }
    // The address that the refused form left behind leads back to the page.
    rita_->Open(rita_->Path());
    EXPECT_EQ(rita_->Path(), "/console/releases/2025-01-15-audit-filter-ui");
    ReviseManifest();
    SetPlan("corrected");
    PrepareExperimental();
    Pass("1d");  // the plan begins on 15 January
    OpenFromBoard(rita_, kWorkedTitle);
    rita_->WaitForText("It may be promoted now.");
    PressPromote(rita_, "experimental");
    rita_->WaitForText("Promoted to experimental.");

    RaiseAndResolveAHardStop();
    Pass("7d");
    for (Visitor* who : {&dora_, &quinn_, &otto_}) {
        OpenFromBoard(*who, kWorkedTitle);
    }
    PrepareCandidate();
    OpenFromBoard(rita_, kWorkedTitle);
    PressPromote(rita_, "candidate");
    rita_->WaitForText("Promoted to candidate.");

    Pass("7d");
    OpenFromBoard(otto_, kWorkedTitle);
    RecordPassed(otto_, {"candidate-metrics", "managed runtime"});
    OpenFromBoard(sam_, kWorkedTitle);
    Approve(sam_, "system_owner", "stable", "ready");
    DecideGo();
    OpenFromBoard(rita_, kWorkedTitle);
    PressPromote(rita_, "stable");
    const auto unsigned_memo = RulesReadIn(rita_, ".refusal");
    EXPECT_TRUE(Has(unsigned_memo, "MEM-1")) << ::testing::PrintToString(unsigned_memo);
    Sign(sam_, "Sign as System Owner");
    Sign(dora_, "Sign as Dev Lead");
    OpenFromBoard(rita_, kWorkedTitle);
    PressPromote(rita_, "stable");
    rita_->WaitForText("Promoted to stable.");
    rita_->WaitForText("It is stable: there is no further channel.");

    const auto release = api_test::As("rita.release").Get("/v1/releases/2025-01-15-audit-filter-ui").Expect(200);
    EXPECT_EQ(release.Body()["channel"], "stable");
    for (Visitor* who : {&rita_, &dora_, &quinn_, &sam_, &otto_, &nora_}) {
        who->ExpectClean({409});
    }
}

}  // namespace
}  // namespace console_test
