// While organizations are in use: what each kind of person sees and does.
#include <gtest/gtest.h>

#include "tests/browser/console.hpp"

namespace browser_test {
namespace {

Pulsed& OnPulsed() {
    static Pulsed pulsed(Tenants::kOn);
    return pulsed;
}

TEST(SwitchedOn, OneOrganizationIsALabel) {
    Console console(OnPulsed());
    console.SignIn("olga");
    console->WaitForText("acme-customer-1");
    EXPECT_EQ(console->Evaluate("document.querySelector('.organization').innerText.replaceAll('\\n', ' ')"),
              Json("Organization: Acme"));
    EXPECT_EQ(console->Evaluate("document.querySelector('.organization select')"), Json());
    EXPECT_EQ(console->VisibleText().find("globex"), std::string::npos);
    EXPECT_EQ(console->VisibleText().find("default-customer"), std::string::npos);
    console.ExpectClean();
}

TEST(SwitchedOn, SeveralOrganizationsAreASwitcher) {
    Console console(OnPulsed());
    console.SignIn("mona");
    console->WaitForText("acme-customer-1");
    console->Choose("Organization", "Globex");
    console->WaitForText("globex-customer-1");
    console->WaitForNoText("acme-customer");
    EXPECT_EQ(console->Cookie("pulse_org_id"), "globex");
    console.GoTo("Members");
    console->WaitForText("gina");
    console->WaitForNoText("vera");
    console->Reload();
    console->WaitForText("gina");
    console.GoTo("Customers");
    console->Choose("Organization", "Acme");
    console->WaitForText("acme-customer-1");
    console->WaitForNoText("globex-customer");
    console.ExpectClean();
}

TEST(SwitchedOn, AViewerReadsAndIsToldWhy) {
    Console console(OnPulsed());
    console.SignIn("vera");
    console->WaitForText("acme-customer-1");
    console->WaitForText("your role here is viewer");
    EXPECT_FALSE(console->Offers("Add customer"));
    EXPECT_FALSE(console->Offers("Edit"));
    console.GoTo("Overview");
    console->WaitForText("only owners and admins change its settings. Your role is Viewer.");
    EXPECT_FALSE(console->Offers("Rename"));
    EXPECT_FALSE(console->Offers("Delete organization"));
    console.GoTo("Members");
    console->WaitForText("only owners and admins change members. Your role is Viewer.");
    EXPECT_FALSE(console->Offers("Invite"));
    EXPECT_FALSE(console->Offers("Remove"));
    EXPECT_EQ(console->Evaluate("document.querySelector('main select')"), Json());
    console.GoTo("Sharing");
    console->WaitForText("only owners and admins change what is shared. Your role is Viewer.");
    EXPECT_FALSE(console->Offers("Share a resource"));
    console.GoTo("API tokens");
    console->WaitForText("Admins manage API tokens.");
    console.ExpectClean();
    // The page is not what keeps a viewer from writing.
    const Json status = console->Evaluate(R"script(
        fetch("/api/customers", {method: "POST", body: '{"name":"x"}',
      headers: {"X-CSRF-Token": document.cookie.match(/pulse_csrf=([^;]*)/)[1]}}).then((answer) => answer.status))script");
    EXPECT_EQ(status, Json(403));
}

TEST(SwitchedOn, AnEditorKeepsCustomers) {
    Console console(OnPulsed());
    console.SignIn("mona");
    console->WaitForText("acme-customer-1");
    console->Click("Add customer");
    console->Fill("Name", kHostileName);
    console->Fill("E-mail", "new@customer.example");
    console->Click("Add");
    console->WaitForText(kHostileName);
    console->Click(std::string("Edit ") + kHostileName);
    console->Fill("Name", "Renamed customer");
    console->Fill("Company", kRightToLeftName);
    console->Click("Save");
    console->WaitForText("Renamed customer");
    console->WaitForNoText("<script>");
    console->Fill("Find", "renamed");
    console->Evaluate("document.querySelector('input[type=search]').dispatchEvent(new Event('input'))");
    console->WaitForNoText("acme-customer-1");
    console->Click("Delete Renamed customer");
    console->Click("Delete");
    console->WaitForText("No customer fits");
    console.ExpectClean();
}

TEST(SwitchedOn, WhatIsRefusedSaysWhatToDo) {
    Console console(OnPulsed());
    console.SignIn("olga");
    console->Click("Add customer");
    console->Fill("Name", "   ");
    console->Fill("Company", "x");
    console->Click("Add");
    console->WaitForText("must not be empty");
    EXPECT_EQ(console->Evaluate("pageScript.field('Company','body').value"), Json("x")) << "what was entered stays";
    console->Press("Escape");
    console.GoTo("Members");
    console->Fill("User name", "ivan\tivan");
    console->Evaluate("pageScript.field('User name','body').value = 'a'.repeat(300)");
    console->Click("Invite");
    console->WaitForText("userId must be one line of 1 to 256 bytes");
    console->Open("/settings/nothing");
    console->WaitForText("There is no such page. Choose one from the menu.");
    console.ExpectClean({400, 404});
}

TEST(SwitchedOn, AnAdminRenamesInvitesPromotesAndRemoves) {
    Console olga(OnPulsed());
    olga.SignIn("olga");
    olga.GoTo("Overview");
    olga->Fill("Name", "Acme & Sons");
    olga->Click("Rename");
    olga->WaitFor("document.querySelector('.organization')?.innerText.includes('Acme & Sons')", "the new name");
    olga.GoTo("Members");
    olga->Fill("User name", "ivan");
    olga->Choose("Role", "Viewer");
    olga->Click("Invite");
    olga->WaitFor("pageScript.pressable('Withdraw the invitation of ivan', 'main')", "the invitation");

    Console ivan(OnPulsed());
    ivan.SignIn("ivan");
    ivan.GoTo("Your invitations");
    ivan->Click("Accept the invitation to Acme & Sons");
    ivan->WaitFor("document.querySelector('.organization')?.innerText.includes('Acme & Sons')", "ivan is in");
    ivan.GoTo("Customers");
    ivan->WaitForText("acme-customer-1");
    ivan->WaitForText("your role here is viewer");

    olga->Open("/settings/organization/members");
    olga->Choose("Role of ivan", "Editor");
    ivan->WaitFor("pageScript.pressable('Add customer', 'main')", "ivan may write without doing anything");
    olga->Click("Remove ivan");
    olga->Click("Remove");
    olga->WaitFor("!pageScript.pressable('Remove ivan', 'main')", "ivan is removed");
    ivan->WaitForNoText("acme-customer");
    ivan->WaitForNoText("Acme & Sons");
    EXPECT_EQ(ivan->Cookie("pulse_org_id"), "");
    olga.GoTo("Overview");
    olga->Fill("Name", "Acme");
    olga->Click("Rename");
    olga->WaitFor(
        "document.querySelector('.organization')?.innerText.includes('Acme') && "
        "!document.querySelector('.organization').innerText.includes('Sons')",
        "the old name");
    olga.ExpectClean();
    ivan.ExpectClean({400, 403});
}

TEST(SwitchedOn, AnInvitationCanBeWithdrawnAndDeclined) {
    Console olga(OnPulsed());
    olga.SignIn("olga");
    olga.GoTo("Members");
    olga->Fill("User name", "gina");
    olga->Click("Invite");
    Console gina(OnPulsed());
    gina.SignIn("gina");
    gina.GoTo("Your invitations");
    gina->Click("Decline the invitation to Acme");
    gina->Click("Decline");
    gina->WaitForText("You have no open invitations");
    olga->Fill("User name", "gina");
    olga->Click("Invite");
    olga->WaitFor("document.querySelector('main form input').value === ''", "it is sent");
    olga->Click("Withdraw the invitation of gina");
    olga->Click("Withdraw");
    olga->WaitForText("There are no open invitations");
    gina->Reload();
    gina->WaitForText("You have no open invitations");
    olga.ExpectClean();
    gina.ExpectClean();
}

TEST(SwitchedOn, AResourceIsSharedAcceptedAndTakenBack) {
    Console olga(OnPulsed());
    olga.SignIn("olga");
    olga.GoTo("Sharing");
    olga->WaitForText("This organization shares nothing with others.");
    olga->Click("Share a resource");
    olga->Fill("Id of the other organization", "globex");
    olga->Choose("Type of the resource", "vm");
    olga->Fill("Id of the resource", "vm-7");
    olga->Fill("Name of the resource", kHostileName);
    olga->Click("Share");
    olga->WaitForText("Waiting for them");
    olga->WaitForText(kHostileName);

    Console gina(OnPulsed());
    gina.SignIn("gina");
    gina.GoTo("Sharing");
    gina->WaitForText("Waiting for you");
    gina->Click(std::string("Accept ") + kHostileName);
    gina->WaitForText("Accepted");
    olga->Reload();
    olga->WaitForText("Accepted");
    olga->Click(std::string("Stop sharing ") + kHostileName);
    olga->Click("Stop sharing");
    olga->WaitForText("This organization shares nothing with others.");
    gina->Reload();
    gina->WaitForText("Nothing is shared with this organization.");
    olga.ExpectClean();
    gina.ExpectClean();
}

TEST(SwitchedOn, OwnershipMovesInAFreshSession) {
    Console mona(OnPulsed());
    mona.SignIn("mona");
    mona->Choose("Organization", "Globex");
    mona->WaitForText("globex-customer-1");
    mona.GoTo("Members");
    OnPulsed().AgeSessions("mona");
    mona->Click("Make gina the owner");
    mona->Click("Hand over");
    mona->WaitForText("Confirm that it is you");
    mona->Fill("Password of mona", "a wrong one");
    mona->Click("Confirm");
    mona->WaitForText("User name or password is wrong");
    mona->Fill("Password of mona", kPassword);
    mona->Click("Confirm");
    mona->WaitFor("pageScript.field('Role of mona', 'main')?.value === 'admin'", "mona is an admin");
    mona->WaitFor("!pageScript.pressable('Make gina the owner', 'main')", "only the owner hands over");

    Console gina(OnPulsed());
    gina.SignIn("gina");
    gina.GoTo("Members");
    gina->Click("Make mona the owner");
    gina->Click("Hand over");
    gina->WaitFor("pageScript.field('Role of gina', 'main')?.value === 'admin'", "in a session that has just begun");
    mona.ExpectClean({401});
    gina.ExpectClean();
}

TEST(SwitchedOn, NamesAreTextWhateverTheyHold) {
    Console nora(OnPulsed());
    nora.SignIn("nora");
    const Json names =
        nora->Evaluate("[...document.querySelectorAll('.organization option')].map((option) => option.text)");
    EXPECT_NE(names.dump().find("<script>alert('x')"), std::string::npos) << names.dump();
    nora.GoTo("Overview");
    nora->WaitForText(kHostileName);
    nora->Choose("Organization", kRightToLeftName);
    nora->WaitFor("document.querySelector('.organization select')?.value === 'rtl'", "the other one");
    nora.GoTo("Overview");
    nora->Fill("Name", std::string(200, 'W'));
    nora->Click("Rename");
    nora->WaitFor("document.querySelector('.organization')?.innerText.includes('WWWW')", "the long name");
    nora->WaitFor("!document.querySelector('.loading')", "the whole page");
    EXPECT_EQ(nora->Evaluate("document.documentElement.scrollWidth <= innerWidth"), Json(true));
    EXPECT_EQ(nora->Evaluate("pageScript.pushedAside()"), Json::array()) << nora->Picture("long");
    EXPECT_EQ(nora->Evaluate("document.querySelectorAll('script').length"), Json(1));
    nora.ExpectClean();
}

TEST(SwitchedOn, ASuperAdminProvisionsAndSuspends) {
    Console admin(OnPulsed());
    admin.SignIn("admin");
    admin.GoTo("Super Admin");
    admin->Click("Provision New Tenant");
    admin->Fill("Name of the company", "Initech");
    admin->Fill("Contact e-mail", "it@initech.example");
    admin->Fill("Name of its admin", "Ina");
    admin->Fill("E-mail of its admin", "ina@initech.example");
    admin->Fill("First password of its admin", kPassword);
    admin->Choose("Plan", "Pro");
    admin->Click("Provision");
    admin->WaitForText("Initech");

    Console ina(OnPulsed());
    ina.SignIn("ina@initech.example");
    ina->WaitFor("document.querySelector('.organization')?.innerText.includes('Initech')", "ina is in");
    ina.GoTo("Overview");
    ina->WaitForText("Export Data");
    const Json exported =
        ina->Evaluate("fetch(document.querySelector('a[download]').href).then((answer) => answer.ok && answer.text())");
    ASSERT_TRUE(exported.is_string());
    EXPECT_NE(exported.get<std::string>().find("Initech"), std::string::npos);
    admin->Click("Suspend Initech");
    admin->Click("Suspend");
    admin->WaitFor("pageScript.pressable('Reactivate Initech', 'main')", "it is suspended");
    ina->WaitFor("!document.querySelector('.organization')?.innerText.includes('Initech')", "ina is out");
    admin->Click("Reactivate Initech");
    admin->WaitFor("pageScript.pressable('Suspend Initech', 'main')", "it is active again");
    admin.ExpectClean();
    ina.ExpectClean({403});
}

TEST(SwitchedOn, ATokenIsShownOnceAndDeleted) {
    Console olga(OnPulsed());
    olga.SignIn("olga");
    olga.GoTo("API tokens");
    olga->Click("New token");
    olga->Fill("Name", "backup job");
    olga->Click("Make the token");
    olga->WaitForText("Copy it now");
    const std::string secret = olga->Evaluate("document.querySelector('.secret').innerText").get<std::string>();
    const auto answer = OnPulsed().Send({.path = "/api/customers", .headers = {{"X-API-Token", secret}}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.body.find("acme-customer-1"), std::string::npos);
    olga->Reload();
    olga->WaitForText("backup job");
    EXPECT_EQ(olga->VisibleText().find(secret), std::string::npos);
    olga->Click("Delete backup job");
    olga->Click("Delete");
    olga->WaitForText("There are no API tokens");
    olga.ExpectClean();
}

TEST(SwitchedOn, SigningOutEndsTheSession) {
    Console olga(OnPulsed());
    olga.SignIn("olga");
    const std::string session = olga->Cookie("pulse_session");
    ASSERT_FALSE(session.empty());
    olga->Open("/settings/organization/members");
    olga->Click("Sign out");
    olga->WaitForText("Sign in to Pulse");
    EXPECT_EQ(olga->Cookie("pulse_session"), "");
    EXPECT_EQ(olga->Cookie("pulse_org_id"), "");
    const auto answer =
        OnPulsed().Send({.path = "/api/customers", .headers = {{"Cookie", "pulse_session=" + session}}});
    EXPECT_EQ(answer.status, 401);
    olga->Open("/settings/organization/members");
    olga->WaitForText("Sign in to Pulse");
    olga->Fill("User name", "olga");
    olga->Fill("Password", kPassword);
    olga->Press("Enter");
    olga.AwaitPage("Members");
    olga->WaitForText("vera");
    olga.ExpectClean();
}

TEST(SwitchedOn, WhoseSessionEndsIsToldAndGoesOn) {
    Console vera(OnPulsed());
    vera.SignIn("vera");
    vera.GoTo("Members");
    OnPulsed().EndSessions("vera");
    vera->WaitForText("Your session has ended. Sign in again to go on where you were.");
    vera->Fill("User name", "vera");
    vera->Fill("Password", kPassword);
    vera->Click("Sign in");
    vera.AwaitPage("Members");
    vera.ExpectClean({401});
}

TEST(SwitchedOn, AlertsArriveByThemselves) {
    Console olga(OnPulsed());
    olga.SignIn("olga");
    olga.GoTo("Alerts");
    olga->WaitForText("Nothing needs your attention.");
    const auto report = [](const std::string& org, const std::string& user, const std::string& message) {
        const Json alert{{"type", "cpu"},
                         {"level", "critical"},
                         {"resourceId", org + "-vm"},
                         {"resourceName", "web"},
                         {"message", message}};
        EXPECT_EQ(
            OnPulsed()
                .Send({.method = "POST", .path = "/api/alerts/report", .user = user, .org = org, .body = alert.dump()})
                .status,
            201);
    };
    report("globex", "gina", "globex is hot");
    report("acme", "olga", "acme is hot");
    olga->WaitForText("acme is hot");
    EXPECT_EQ(olga->VisibleText().find("globex"), std::string::npos);
    olga->Click("Look after acme is hot");
    olga->WaitFor("pageScript.pressable('Give back acme is hot', 'main')", "olga looks after it");
    olga->Click("Clear acme is hot");
    olga->WaitForText("Nothing needs your attention.");
    olga.ExpectClean();
}

TEST(SwitchedOn, TextsCanBeReadByDayAndNight) {
    Console olga(OnPulsed());
    for (const char* scheme : {"light", "dark"}) {
        olga->PreferColors(scheme);
        olga->Open("/");
        EXPECT_EQ(olga->Evaluate("pageScript.hardToRead()"), Json::array()) << scheme << " before signing in";
        olga.SignIn("olga");
        for (const char* page : {"Customers", "Alerts", "API tokens", "Overview", "Members", "Sharing"}) {
            olga.GoTo(page);
            EXPECT_EQ(olga->Evaluate("pageScript.hardToRead()"), Json::array()) << scheme << " " << page;
        }
        olga.GoTo("Customers");
        olga->Click("Add customer");
        EXPECT_EQ(olga->Evaluate("pageScript.hardToRead()"), Json::array()) << scheme << " a dialog";
        olga->Picture(scheme);
        olga->Press("Escape");
        olga->Click("Sign out");
        olga->WaitForText("Sign in to Pulse");
    }
    olga.ExpectClean();
}

TEST(SwitchedOn, PagesAndFilesAreGoodHttp) {
    for (const char* path : {"/", "/customers", "/settings/organization/members", "/assets/console.js",
                             "/assets/organizations/main.js", "/assets/icon.png"}) {
        const auto answer = OnPulsed().Send({.path = path});
        ASSERT_EQ(answer.status, 200) << path;
        EXPECT_FALSE(answer.body.empty());
        EXPECT_EQ(answer.Header("x-content-type-options"), "nosniff");
        EXPECT_NE(answer.Header("content-security-policy").find("script-src 'self'"), std::string::npos);
        const auto again = OnPulsed().Send({.path = path, .headers = {{"If-None-Match", answer.Header("etag")}}});
        EXPECT_EQ(again.status, 304) << path;
        const auto head = OnPulsed().Send({.method = "HEAD", .path = path});
        EXPECT_EQ(head.status, 200) << path;
        EXPECT_EQ(head.Header("etag"), answer.Header("etag"));
        const auto post = OnPulsed().Send({.method = "POST", .path = path});
        EXPECT_EQ(post.status, 405) << path;
    }
    const auto refused = OnPulsed().Send({.path = "/", .user = "olga", .org = "globex"});
    EXPECT_EQ(refused.status, 403) << "a header is never forgiven";
    const auto program = OnPulsed().Send(
        {.path = "/", .user = "olga", .headers = {{"Cookie", "pulse_org_id=globex"}, {"Accept", "*/*"}}});
    EXPECT_EQ(program.status, 403);
    const auto browser = OnPulsed().Send(
        {.path = "/", .user = "olga", .headers = {{"Cookie", "pulse_org_id=globex"}, {"Accept", "text/html"}}});
    EXPECT_EQ(browser.status, 200) << "the console comes up, and forgets";
    EXPECT_NE(browser.Header("set-cookie").find("pulse_org_id=;"), std::string::npos) << browser.Header("set-cookie");
}

TEST(SwitchedOn, HostedWhatTheVariableSays) {
    const Pulsed pulsed(Tenants::kHosted);
    Console mona(pulsed);
    mona.SignIn("mona");
    mona->WaitForText("default-customer-1");
    mona->Choose("Organization", "Acme");  // nobody has paid for it
    mona->WaitForText("An active subscription is needed for this.");
    EXPECT_EQ(mona->Evaluate("document.querySelector('.organization select').value"), Json("default"));
    EXPECT_EQ(mona->Cookie("pulse_org_id"), "");
    mona.ExpectClean({402});
}

TEST(SwitchedOn, TheKeyboardIsEnough) {
    Console olga(OnPulsed());
    olga.SignIn("olga");
    olga->Press("Tab");
    EXPECT_EQ(olga->Evaluate("document.activeElement.innerText"), Json("Skip to the content"));
    olga->Click("Add customer");
    EXPECT_EQ(olga->Evaluate("Boolean(document.activeElement.closest('dialog'))"), Json(true));
    olga->Press("Escape");
    olga->WaitFor("!document.querySelector('dialog')", "the dialog is gone");
    EXPECT_EQ(olga->Evaluate("document.activeElement.innerText"), Json("Add customer")) << "focus goes back";
    const Json unlabelled = olga->Evaluate(
        "[...document.querySelectorAll('input, select, textarea, button, a')].filter((element) => "
        "!pageScript.called(element) && !pageScript.labels(element).some(Boolean)).map((element) => "
        "element.outerHTML)");
    EXPECT_EQ(unlabelled, Json::array());
}

}  // namespace
}  // namespace browser_test
