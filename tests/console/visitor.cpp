#include "tests/console/visitor.hpp"

#include <algorithm>

#include "tests/support/temp_dir.hpp"

namespace console_test {
namespace {

using browser_test::Browser;
using browser_test::Complaint;
using platform::Json;

std::unique_ptr<Browser>& BrowserSlot() {
    static std::unique_ptr<Browser> browser;
    return browser;
}

/// Ends the browser before the program's statics go.
class CloseBrowserAtTheEnd : public ::testing::Environment {
public:
    void TearDown() override {
        BrowserSlot().reset();
    }
};

[[maybe_unused]] const ::testing::Environment* const kCloseBrowserAtTheEnd =
    ::testing::AddGlobalTestEnvironment(new CloseBrowserAtTheEnd);

Browser& OnlyBrowser() {
    if (!BrowserSlot()) {
        BrowserSlot() = std::make_unique<Browser>();
    }
    return *BrowserSlot();
}

constexpr const char* kSessionCookie = "portcullis_session";

Json AxeOptions(Visitor::Axe rules) {
    Json options{{"resultTypes", {"violations"}}};
    switch (rules) {
        case Visitor::Axe::kAllRules:
            break;
        case Visitor::Axe::kContrast:
            options["runOnly"] = {"color-contrast"};
            break;
        case Visitor::Axe::kLayout:
            options["rules"] = {{"color-contrast", {{"enabled", false}}}};
            break;
    }
    return options;
}

bool WasMeant(const Complaint& complaint, const std::vector<int>& statuses) {
    return complaint.source == "network" && std::ranges::any_of(statuses, [&](int status) {
               return complaint.text.find("status of " + std::to_string(status)) != std::string::npos;
           });
}

}  // namespace

Visitor::Visitor() : url_(api_test::ServerUrl()), page_(OnlyBrowser().NewPage(url_)) {
    page_->Open("/console/sign-in");
}

Visitor::Visitor(std::string url, const std::string& token) : url_(std::move(url)), page_(OnlyBrowser().NewPage(url_)) {
    page_->Open("/console/sign-in");
    SignInByToken(token);
}

Visitor::Visitor(std::string_view person) : Visitor() {
    SignInByToken(api_test::TokenOf(person));
}

void Visitor::SignInByToken(const std::string& token) {
    page_->Click("Sign in with an API token");
    page_->Fill("API token", token);
    Go("Sign in with the token");
}

void Visitor::SignIn(const std::string& name, const std::string& password) {
    page_->Fill("Name", name);
    page_->Fill("Password", password);
    Go("Sign in");
}

void Visitor::Go(const std::string& called, const std::string& within) {
    page_->Evaluate("window.leftBehind = true");
    page_->Click(called, within);
    page_->WaitFor("!window.leftBehind && document.readyState === 'complete'", "another page behind '" + called + "'");
}

void Visitor::LoseSession() {
    page_->SetCookie(kSessionCookie, "nothing");
}

void Visitor::BecomeInTheSameWindow(std::string_view person) {
    if (const auto known = sessions_.find(person); known != sessions_.end()) {
        page_->SetCookie(kSessionCookie, known->second);
        return;
    }
    LoseSession();
    if (!person.empty()) {
        page_->Open("/console/sign-in");
        SignInByToken(api_test::TokenOf(person));
        sessions_.emplace(person, page_->Cookie(kSessionCookie));
    }
}

void Visitor::ExpectClean(const std::vector<int>& expected_statuses) {
    for (const Complaint& complaint : page_->Complaints()) {
        EXPECT_TRUE(WasMeant(complaint, expected_statuses))
            << complaint.source << ": " << complaint.text << " " << complaint.url;
    }
    for (const std::string& url : page_->Requested()) {
        // The browser's own controls bring their pictures along.
        EXPECT_TRUE(url.starts_with(url_ + "/") || url.starts_with("data:image/svg+xml;base64,"))
            << "left this host: " << url;
    }
}

std::vector<std::string> Visitor::SeriousFindings(Axe rules) {
    if (page_->Evaluate("typeof axe") != "object") {
        static const std::string axe = support::ReadFile(PORTCULLIS_AXE);
        page_->Evaluate(axe + "; true");
    }
    const Json found = page_->Evaluate("axe.run(document, " + AxeOptions(rules).dump() + R"script()
        .then((result) => result.violations
            .filter((each) => each.impact === "serious" || each.impact === "critical")
            .flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))
    )script");
    return found.get<std::vector<std::string>>();
}

}  // namespace console_test
