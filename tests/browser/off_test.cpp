// While organizations are not in use: nothing a person can see, press, load or be told speaks of them.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "tests/browser/console.hpp"
#include "tests/browser/forbidden_words.hpp"

namespace browser_test {
namespace {

Pulsed& OffPulsed() {
    static Pulsed pulsed(Tenants::kOff);
    return pulsed;
}

void ExpectNoForbiddenWord(std::string_view text, const std::string& where) {
    const auto found = FindForbiddenWord(text);
    EXPECT_FALSE(found) << where << " says: ..." << found.value_or("") << "...";
}

/// Walks through the console: every link, and every button that does not end the walk.
class Walk {
public:
    Walk(Console& console, std::string who) : console_(console), who_(std::move(who)) {}

    void Everywhere() {
        Look("at first");
        FollowLinks();
        while (!waiting_.empty()) {
            const std::string path = waiting_.front();
            waiting_.pop_front();
            console_->Open(path);
            Look(path);
            FollowLinks();
            PressButtons(path);
        }
    }
    const std::set<std::string>& Seen() const {
        return seen_;
    }

private:
    void Look(const std::string& where) {
        ExpectNoForbiddenWord(console_->VisibleText(), who_ + " " + where);
    }
    void FollowLinks() {
        const Json links = console_->Evaluate(
            "[...document.querySelectorAll('a[href]')].map((a) => new URL(a.href)).filter((u) => u.origin === "
            "location.origin).map((u) => u.pathname)");
        for (const Json& link : links) {
            if (seen_.insert(link.get<std::string>()).second) {
                waiting_.push_back(link.get<std::string>());
            }
        }
    }
    /// Every one that is there when the page has just been loaded; dialogs are looked at, sent empty and left.
    void PressButtons(const std::string& path) {
        const Json buttons = console_->Evaluate(
            "[...document.querySelectorAll('main button')].filter((b) => pageScript.visible(b)).map((b) => "
            "pageScript.called(b))");
        for (const Json& button : buttons) {
            const auto name = button.get<std::string>();
            console_->Click(name);
            Look(path + " after pressing " + name);
            if (console_->Evaluate("Boolean(document.querySelector('dialog[open]'))") == Json(true)) {
                console_->Press("Escape");
                console_->WaitFor("!document.querySelector('dialog')", "the dialog of " + name + " is gone");
            }
        }
    }

    Console& console_;
    const std::string who_;
    std::deque<std::string> waiting_;
    std::set<std::string> seen_;
};

void ExpectDeliveriesClean(const Page& page) {
    std::map<std::string, int> bodies;
    bool saw_cookies = false;
    for (const Delivered& answer : page.Deliveries()) {
        const std::string where = answer.method + " " + answer.url + " (" + std::to_string(answer.status) + ")";
        ExpectNoForbiddenWord(answer.url, "the address of " + where);
        ExpectNoForbiddenWord(answer.headers, "a header of " + where);
        ExpectNoForbiddenWord(answer.body, "the body of " + where);
        bodies[answer.url] += answer.body.empty() ? 0 : 1;
        saw_cookies = saw_cookies || answer.headers.find("pulse_session=") != std::string::npos;
    }
    EXPECT_TRUE(saw_cookies) << "cookies were not looked at";
    for (const char* file : {"/", "/assets/console.js", "/assets/console.css", "/api/ui/session"}) {
        EXPECT_GT(bodies[OffPulsed().Url() + file], 0) << file << " was not looked at";
    }
}

TEST(SwitchedOff, NobodyMeetsAWordOfOrganizations) {
    Console console(OffPulsed());
    console->Open("/");
    ExpectNoForbiddenWord(console->VisibleText(), "the page to sign in");
    console->Fill("User name", "admin");
    console->Fill("Password", "a wrong one");
    console->Click("Sign in");
    console->WaitForText("User name or password is wrong");
    ExpectNoForbiddenWord(console->VisibleText(), "a refused password");
    for (const char* user : {"admin", "ivan"}) {
        console.SignIn(user);
        Walk walk(console, user);
        walk.Everywhere();
        EXPECT_TRUE(walk.Seen().contains("/customers"));
        EXPECT_TRUE(walk.Seen().contains("/settings/tokens"));
        console->Click("Sign out");
        console->WaitForText("Sign in to Pulse");
    }
    ExpectDeliveriesClean(console.Window());
    console.ExpectClean({401});
}

TEST(SwitchedOff, WorkSpeaksOfNothingElse) {
    Console console(OffPulsed());
    console.SignIn("admin");
    console->Click("Add customer");
    console->Fill("Name", "Added while off");
    console->Click("Add");
    console->WaitForText("Added while off");
    console->Click("Delete Added while off");
    ExpectNoForbiddenWord(console->VisibleText(), "the question before deleting");
    console->Click("Delete");
    console->WaitForNoText("Added while off");
    console.GoTo("API tokens");
    console->Click("New token");
    console->Fill("Name", "reader");
    console->Click("Make the token");
    console->WaitForText("Copy it now");
    console->WaitFor("pageScript.pressable('Delete reader', 'main')", "the token in the list");
    ExpectNoForbiddenWord(console->VisibleText(), "the list of tokens");
    console->Click("Delete reader");
    console->Click("Delete");
    console->WaitForText("There are no API tokens");
    console.ExpectClean();
    console->Click("Sign out");
    console->WaitForText("Sign in to Pulse");
    ExpectDeliveriesClean(console.Window());
}

TEST(SwitchedOff, ErrorsSpeakOfNothingElse) {
    Console console(OffPulsed());
    console.SignIn("ivan");
    // What the pages can be told when something goes wrong: as they would ask, and as somebody would who plays with
    // them.
    const Json told = console->Evaluate(R"script((async () => {
      const csrf = document.cookie.match(/pulse_csrf=([^;]*)/)[1];
      const said = [];
      for (const [method, path, body] of [
        ["GET", "/api/customers?limit=none"], ["GET", "/api/customers/nobody"], ["POST", "/api/customers", "{"],
        ["POST", "/api/customers", '{"name":""}'], ["DELETE", "/api/customers/nobody"], ["GET", "/api/security/tokens"],
        ["POST", "/api/security/tokens", "{}"], ["GET", "/api/unknown"], ["PATCH", "/api/state"],
        ["POST", "/api/alerts/none/clear"], ["POST", "/api/login", "{}"], ["POST", "/customers"], ["GET", "/nowhere"],
        ["GET", "/settings/nowhere"], ["GET", "/assets/nothing.js"], ["GET", "/api/health"], ["GET", "/api/version"],
        ["GET", "/api/security/status"],
      ]) {
        const answer = await fetch(path, {method, body, headers: {"X-CSRF-Token": csrf}});
        said.push(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      }
      const forged = await fetch("/api/customers", {method: "POST", body: "{}"});
      said.push(`${forged.status} ${await forged.text()}`);
      return said;
    })())script");
    for (const Json& answer : told) {
        ExpectNoForbiddenWord(answer.get<std::string>(), "an answer");
    }
    ExpectDeliveriesClean(console.Window());
}

/// Without what differs between any two answers.
std::string Shape(const platform::ClientResponse& answer) {
    std::string shape = std::to_string(answer.status);
    for (const auto& [name, value] : answer.headers) {
        if (name != "x-request-id" && name != "date") {
            shape += "\n" + name + ": " + value;
        }
    }
    return shape + "\n\n" + answer.body;
}

TEST(SwitchedOff, TheirAddressesAreLikeAnyUnknownOne) {
    const std::map<std::string, std::vector<std::string>> like = {
        {"/settings/unknown", {"/settings/organization", "/settings/invitations", "/settings/super-admin"}},
        {"/settings/unknown/unknown", {"/settings/organization/members", "/settings/organization/sharing"}},
        {"/assets/unknown/unknown.js",
         {"/assets/organizations/main.js", "/assets/organizations/members.js",
          "/assets/organizations/organizations.css"}}};
    const auto ask = [](const std::string& method, const std::string& path, const std::string& user,
                        const std::string& accept) {
        return Shape(OffPulsed().Send({.method = method, .path = path, .user = user, .headers = {{"Accept", accept}}}));
    };
    for (const auto& [unknown, paths] : like) {
        for (const char* method : {"GET", "HEAD", "POST", "DELETE"}) {
            for (const char* user : {"", "admin"}) {
                for (const char* accept : {"*/*", "text/html"}) {
                    const std::string expected = ask(method, unknown, user, accept);
                    for (const std::string& path : paths) {
                        EXPECT_EQ(ask(method, path, user, accept), expected) << method << " " << path;
                    }
                }
            }
        }
        EXPECT_EQ(OffPulsed().Send({.path = paths.front()}).status, 404);
    }
}

TEST(SwitchedOff, AChoiceOfFormerTimesIsForgotten) {
    Console console(OffPulsed());
    console.SignIn("admin");
    console->SetCookie("pulse_org_id", "acme");
    console->Open("/customers");
    console->WaitForText("default-customer-1");
    EXPECT_EQ(console->Cookie("pulse_org_id"), "");
    console.ExpectClean();
}

TEST(SwitchedOff, WithoutALicenceThereIsNothingEither) {
    const Pulsed pulsed(Tenants::kUnlicensed);
    Console console(pulsed);
    console.SignIn("admin");
    for (const char* path : {"/customers", "/alerts", "/settings/tokens"}) {
        console->Open(path);
        ExpectNoForbiddenWord(console->VisibleText(), path);
    }
    for (const Delivered& answer : console->Deliveries()) {
        ExpectNoForbiddenWord(answer.headers + answer.body, answer.url);
    }
    EXPECT_EQ(pulsed.Send({.path = "/settings/organization"}).status, 404);
    EXPECT_EQ(pulsed.Send({.path = "/assets/organizations/main.js"}).status, 404);
}

TEST(SwitchedOff, WhileAPageIsOpen) {
    Pulsed pulsed(Tenants::kOn);
    Console console(pulsed);
    console.SignIn("mona");
    console.GoTo("Members");
    console->WaitForText("vera");
    ASSERT_EQ(console->Cookie("pulse_org_id"), "acme");
    pulsed.Switch(false);
    console->WaitFor("location.pathname === '/customers' && document.querySelector('main table')", "the base pages");
    console->WaitForText("What is available to you here has changed");
    console->WaitForText("default-customer-1");
    ExpectNoForbiddenWord(console->VisibleText(), "the page after the switch");
    EXPECT_EQ(console->Cookie("pulse_org_id"), "");
    console->ForgetRecords();
    console->Reload();
    ExpectNoForbiddenWord(console->VisibleText(), "the page loaded again");
    for (const Delivered& answer : console->Deliveries()) {
        ExpectNoForbiddenWord(answer.headers + answer.body, answer.url);
    }
    pulsed.Switch(true);
    console->WaitForText("Organization");
}

}  // namespace
}  // namespace browser_test
